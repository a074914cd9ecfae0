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

  /** All of them, which wait no more. */
  clear(): T[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#length = 0;
    return all;
  }
}
