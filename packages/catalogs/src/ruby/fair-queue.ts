/**
 * What waits, in order for each who asks. Who asks is told by keys, from the outermost: those of one key take turns, and
 * so do the keys: one that asks much waits for itself.
 */
export class FairQueue<T> {
  readonly #keyOf: ((item: T) => string) | undefined;
  readonly #innerKeys: readonly ((item: T) => string)[];
  /** Where there are keys: by their values, the next one first. */
  readonly #lines = new Map<string, FairQueue<T>>();
  /** Where there is no key any more. */
  readonly #items: T[] = [];
  #length = 0;

  constructor(...keys: readonly ((item: T) => string)[]) {
    [this.#keyOf, ...this.#innerKeys] = keys;
  }

  get length(): number {
    return this.#length;
  }

  add(item: T): void {
    this.#length++;
    if (this.#keyOf === undefined) this.#items.push(item);
    else this.#lineOf(this.#keyOf(item)).add(item);
  }

  /** Before all others: it has had its turn. */
  putBack(item: T): void {
    this.#length++;
    if (this.#keyOf === undefined) return void this.#items.unshift(item);
    const key = this.#keyOf(item);
    const line = this.#lineOf(key);
    const others = [...this.#lines].filter(([other]) => other !== key);
    line.putBack(item);
    this.#lines.clear();
    for (const [name, one] of [[key, line] as const, ...others]) this.#lines.set(name, one);
  }

  /** The first that is wanted of those whose turn it may be; its key then goes to the end. */
  next(isWanted: (item: T) => boolean = () => true): T | undefined {
    if (this.#keyOf === undefined) {
      const [first] = this.#items;
      return first !== undefined && isWanted(first) ? this.#taken(this.#items.shift()) : undefined;
    }
    for (const [key, line] of this.#lines) {
      const item = line.next(isWanted);
      if (item === undefined) continue;
      this.#lines.delete(key);
      if (line.length > 0) this.#lines.set(key, line);
      return this.#taken(item);
    }
    return undefined;
  }

  /** Takes out one, where it waits. */
  remove(item: T): boolean {
    if (this.#keyOf === undefined) {
      const at = this.#items.indexOf(item);
      return at >= 0 && this.#taken(this.#items.splice(at, 1)[0]) !== undefined;
    }
    const key = this.#keyOf(item);
    if (this.#lines.get(key)?.remove(item) !== true) return false;
    this.#dropEmpty(key);
    this.#length--;
    return true;
  }

  /** Takes out the last of the key with the most, where the one of `item` has fewer even with it; or within its key. */
  makeRoomFor(item: T): T | undefined {
    if (this.#keyOf === undefined) return undefined;
    const own = this.#keyOf(item);
    const most = this.#longest(own);
    const isFair = this.#lengthOf(most) <= this.#lengthOf(own) + 1;
    const last = isFair ? this.#lines.get(own)?.makeRoomFor(item) : this.#lines.get(most)?.removeLast();
    this.#dropEmpty(isFair ? own : most);
    return this.#taken(last);
  }

  /** Takes out the last of who has the most. */
  removeLast(): T | undefined {
    if (this.#keyOf === undefined) return this.#taken(this.#items.pop());
    const most = this.#longest();
    const last = this.#lines.get(most)?.removeLast();
    this.#dropEmpty(most);
    return this.#taken(last);
  }

  /** All of them, which wait no more. */
  clear(): T[] {
    const all = [...[...this.#lines.values()].flatMap((line) => line.clear()), ...this.#items.splice(0)];
    this.#lines.clear();
    this.#length = 0;
    return all;
  }

  #lineOf(key: string): FairQueue<T> {
    const line = this.#lines.get(key) ?? new FairQueue<T>(...this.#innerKeys);
    this.#lines.set(key, line);
    return line;
  }

  #lengthOf(key: string): number {
    return this.#lines.get(key)?.length ?? 0;
  }

  /** Of several the one whose turn comes last; `own` before all. */
  #longest(own?: string): string {
    let most = own;
    for (const key of this.#lines.keys()) {
      const more = most === undefined ? 1 : this.#lengthOf(key) - this.#lengthOf(most);
      if (more > 0 || (more === 0 && most !== own)) most = key;
    }
    return most ?? "";
  }

  #dropEmpty(key: string): void {
    if (this.#lengthOf(key) === 0) this.#lines.delete(key);
  }

  #taken(item: T | undefined): T | undefined {
    if (item !== undefined) this.#length--;
    return item;
  }
}
