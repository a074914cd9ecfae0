import { anything, type CharSet, namedClass, onlyChar, single } from "./char-set.js";

/** A parsed pattern. */
export type Node =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "begin" | "end" }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly node: Node;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    }
  /** `index` from 1; undefined for `(?:…)`. */
  | { readonly kind: "group"; readonly index: number | undefined; readonly node: Node };

export class PatternError extends Error {}

const LONGEST = 512;
/** For `{m,n}`: it is written out. */
const MOST_REPEATS = 100;

/**
 * Reads a regular expression of the subset that can be matched in linear time: characters, `.`, `[…]`, `\d \w \s` and
 * their opposites, `( )`, `(?: )`, `|`, `* + ? {m,n}` (also lazy), `^` and `$`. What Java knows besides (looking around,
 * `\1`, `\b`, possessive quantifiers, flags, intersections) is refused: no rule of auth.conf needs it.
 * @throws PatternError
 */
export function parsePattern(text: string): { node: Node; groups: number } {
  if (text.length > LONGEST) throw new PatternError(`is longer than ${LONGEST} characters`);
  const parser = new Parser(text);
  const node = parser.choice(0);
  if (!parser.done) throw new PatternError(`has a ) too many at ${parser.at}`);
  return { node, groups: parser.groups };
}

class Parser {
  readonly #text: string;
  at = 0;
  groups = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.at >= this.#text.length;
  }

  choice(depth: number): Node {
    if (depth > 20) throw new PatternError("has groups inside more than 20 others");
    const options = [this.#sequence(depth)];
    while (this.#take("|")) options.push(this.#sequence(depth));
    return options.length === 1 && options[0] ? options[0] : { kind: "choice", options };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (!this.done && this.#peek() !== "|" && this.#peek() !== ")") parts.push(this.#quantified(depth));
    return { kind: "sequence", parts };
  }

  #quantified(depth: number): Node {
    const node = this.#atom(depth);
    const bounds = this.#quantifier();
    if (bounds === undefined) return node;
    if (node.kind === "begin" || node.kind === "end") throw this.#wrong("repeats ^ or $");
    const lazy = this.#take("?");
    if (/[*+{]/.test(this.#peek())) throw this.#wrong("has a quantifier behind a quantifier");
    return { kind: "repeat", node, ...bounds, lazy };
  }

  #quantifier(): { min: number; max: number } | undefined {
    if (this.#take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take("?")) return { min: 0, max: 1 };
    if (this.#peek() !== "{") return undefined;
    const [all, from = "", comma, to = ""] = /^\{(\d{1,3})(,)?(\d{0,3})\}/.exec(this.#text.slice(this.at)) ?? [];
    if (all === undefined) throw this.#wrong("has a { that is no quantifier");
    const min = Number(from);
    const max = comma === undefined ? min : to === "" ? Number.POSITIVE_INFINITY : Number(to);
    if (max < min || min > MOST_REPEATS || (max > MOST_REPEATS && Number.isFinite(max)))
      throw this.#wrong(`repeats more than ${MOST_REPEATS} times, or less than it should`);
    this.at += all.length;
    return { min, max };
  }

  #atom(depth: number): Node {
    const char = this.#next();
    switch (char) {
      case "^":
        return { kind: "begin" };
      case "$":
        return { kind: "end" };
      case ".":
        return { kind: "set", set: anything };
      case "[":
        return { kind: "set", set: this.#class() };
      case "(":
        return this.#group(depth);
      case "\\":
        return { kind: "set", set: this.#escape() };
      case "*":
      case "+":
      case "?":
      case "{":
        throw this.#wrong("has a quantifier behind nothing");
      default:
        return { kind: "set", set: single(char) };
    }
  }

  #group(depth: number): Node {
    let index: number | undefined;
    if (this.#take("?")) {
      if (!this.#take(":")) throw this.#wrong("has a (? that is not (?:");
    } else index = ++this.groups;
    const node = this.choice(depth + 1);
    if (!this.#take(")")) throw new PatternError("has a ( without its )");
    return { kind: "group", index, node };
  }

  #escape(): CharSet {
    const char = this.#next("a \\ at its end");
    if (!/[A-Za-z0-9]/.test(char)) return single(char);
    const set = namedClass(char);
    if (set === undefined) throw this.#wrong(`has \\${char}, which is not known here`);
    return set;
  }

  #class(): CharSet {
    const negated = this.#take("^");
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; ; first = false) {
      const from = this.#member(first);
      if (from === undefined) return { ranges, negated };
      const isRange = this.#peek() === "-" && this.#text[this.at + 1] !== "]";
      if (!isRange) {
        ranges.push(...from.ranges);
        continue;
      }
      this.at++;
      const to = this.#member(true);
      const [low, high] = [onlyChar(from), to && onlyChar(to)];
      if (low === undefined || high === undefined || high < low) throw this.#wrong("has a range in [ ] that is none");
      ranges.push([low.charCodeAt(0), high.charCodeAt(0)]);
    }
  }

  /** One character of `[…]`, or a named class; undefined at its end. */
  #member(mustBe: boolean): CharSet | undefined {
    const char = this.#next("a [ without its ]");
    if (char === "]") {
      if (mustBe) throw this.#wrong("has an empty [ ]");
      return undefined;
    }
    if (char === "[" || (char === "&" && this.#peek() === "&")) throw this.#wrong("has a set inside [ ]");
    if (char !== "\\") return single(char);
    const set = this.#escape();
    if (set.negated) throw this.#wrong("has an opposite inside [ ]");
    return set;
  }

  #peek(): string {
    return this.#text[this.at] ?? "";
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.at++;
    return true;
  }

  #next(otherwise = "an end too early"): string {
    const char = this.#text[this.at++];
    if (char === undefined) throw new PatternError(`has ${otherwise}`);
    return char;
  }

  #wrong(what: string): PatternError {
    return new PatternError(`${what}, at ${this.at}`);
  }
}
