/**
 * Collects the conditions of a list with their values. The text of each condition is written in the code; only values
 * come from outside, and they go as parameters.
 */
export class Conditions {
  readonly #texts: string[];
  readonly values: unknown[];

  constructor(texts: readonly string[] = [], values: readonly unknown[] = []) {
    this.#texts = [...texts];
    this.values = [...values];
  }

  /** The same conditions, to which others can be added. */
  copy(): Conditions {
    return new Conditions(this.#texts, this.values);
  }

  /** @param text with `?` where the value goes; left out when the value is undefined */
  add(text: string, value: unknown): this {
    if (value === undefined) return this;
    this.#texts.push(text.replaceAll("?", this.value(value)));
    return this;
  }

  /** A condition whose values have their placeholders already. */
  also(text: string | undefined): this {
    if (text !== undefined) this.#texts.push(text);
    return this;
  }

  /** The placeholder of one more value. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** `where …`, or nothing. */
  get where(): string {
    return this.#texts.length === 0 ? "" : `where ${this.#texts.join(" and ")}`;
  }
}
