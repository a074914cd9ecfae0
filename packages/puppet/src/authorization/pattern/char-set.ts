/** UTF-16 code units, as inclusive ranges; `negated` stands for all the others. */
export interface CharSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
}

const code = (char: string) => char.charCodeAt(0);
const range = (from: string, to: string) => [code(from), code(to)] as const;

export const single = (char: string): CharSet => ({ ranges: [[code(char), code(char)]], negated: false });
/** A canonical path holds no line break, so `.` stands for everything. */
export const anything: CharSet = { ranges: [], negated: true };

const classes: Readonly<Record<string, CharSet["ranges"]>> = {
  d: [range("0", "9")],
  w: [range("0", "9"), range("A", "Z"), range("a", "z"), range("_", "_")],
  s: [range("\t", "\r"), range(" ", " ")],
};

/** `\d`, `\w`, `\s` and their opposites, in ASCII as in Java; undefined for another letter. */
export function namedClass(letter: string): CharSet | undefined {
  const ranges = classes[letter.toLowerCase()];
  return ranges === undefined ? undefined : { ranges, negated: letter !== letter.toLowerCase() };
}

export function includes({ ranges, negated }: CharSet, unit: number): boolean {
  for (const [from, to] of ranges) if (unit >= from && unit <= to) return !negated;
  return negated;
}

/** The one character that a set stands for, or undefined. */
export function onlyChar({ ranges, negated }: CharSet): string | undefined {
  const [first] = ranges;
  return !negated && ranges.length === 1 && first !== undefined && first[0] === first[1]
    ? String.fromCharCode(first[0])
    : undefined;
}
