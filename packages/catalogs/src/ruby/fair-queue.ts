/** What waits, in order for each key, and the keys in turn: one that asks much waits for itself. */
export class FairQueue<T> {
  readonly #waiting = new Map<string, T[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(key: string, item: T): void {
    const items = this.#waiting.get(key);
    if (items === undefined) this.#waiting.set(key, [item]);
    else items.push(item);
    this.#length++;
  }

  /** Before all others of its key. */
  putBack(key: string, item: T): void {
    this.#waiting.set(key, [item, ...(this.#waiting.get(key) ?? [])]);
    this.#length++;
  }

  /** The first of the key whose turn it is, which then goes to the end. */
  next(): T | undefined {
    const [key] = this.#waiting.keys();
    return key === undefined ? undefined : this.nextOf(key, () => true);
  }

  /** The first of one key, where it is one that is wanted. */
  nextOf(key: string, isWanted: (item: T) => boolean): T | undefined {
    const items = this.#waiting.get(key);
    const [first] = items ?? [];
    if (items === undefined || first === undefined || !isWanted(first)) return undefined;
    this.#waiting.delete(key);
    items.shift();
    if (items.length > 0) this.#waiting.set(key, items);
    this.#length--;
    return first;
  }

  /** Takes out one, where it waits. */
  remove(key: string, item: T): boolean {
    const items = this.#waiting.get(key) ?? [];
    const at = items.indexOf(item);
    if (at < 0) return false;
    items.splice(at, 1);
    if (items.length === 0) this.#waiting.delete(key);
    this.#length--;
    return true;
  }

  /** Takes out the last of the key with the most, where another has fewer even with one more. */
  removeLastFor(key: string): T | undefined {
    const [most, items] = [...this.#waiting].reduce<[string, T[]]>(
      (longest, one) => (one[1].length > longest[1].length ? one : longest),
      [key, []],
    );
    const last = items.at(-1);
    if (last === undefined || items.length <= (this.#waiting.get(key)?.length ?? 0) + 1) return undefined;
    this.remove(most, last);
    return last;
  }

  /** All of them, which wait no more. */
  clear(): T[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#length = 0;
    return all;
  }
}
