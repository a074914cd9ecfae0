/** Bytes that there is room for. Who asks for more than is left waits, in the order of asking. */
export class Room {
  #left: number;
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** @param bytes no more than there are in all. Pair with {@link giveBack}, in parts too. */
  async take(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && bytes <= this.#left) {
      this.#left -= bytes;
      return;
    }
    await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }));
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#left; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#left -= next.bytes;
      next.enter();
    }
  }
}
