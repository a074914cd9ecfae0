import { compileGlob, foldText, numberOf } from "./text.js";
import type { Comparison, Scalar } from "./types.js";
import { versionKey } from "./version.js";

/** What a field can be held against, each with the type of its value. */
export const operators = {
  eq: "scalar",
  in: "list",
  prefix: "text",
  glob: "text",
  lt: "number",
  lte: "number",
  gt: "number",
  gte: "number",
  versionLt: "version",
  versionLte: "version",
  versionGt: "version",
  versionGte: "version",
  exists: "boolean",
} as const;
export type Operator = keyof typeof operators;
export const operatorNames = Object.keys(operators) as Operator[];

/** The operator of a checked comparison. */
export function operatorOf(comparison: Comparison): Operator {
  const found = operatorNames.find((name) => Object.hasOwn(comparison, name));
  if (found === undefined) throw new Error("a rule that was not checked");
  return found;
}

/** A checked comparison as a question about one value. @param folds whether the values come folded */
export function compileTest(comparison: Comparison, folds: boolean): (value: unknown) => boolean {
  const form = folds ? foldText : (text: string) => text;
  if ("eq" in comparison) return equals([comparison.eq], form);
  if ("in" in comparison) return equals(comparison.in, form);
  if ("prefix" in comparison) {
    const prefix = form(comparison.prefix);
    return (value) => typeof value === "string" && value.startsWith(prefix);
  }
  if ("glob" in comparison) {
    const fits = compileGlob(form(comparison.glob));
    return (value) => typeof value === "string" && fits(value);
  }
  if ("lt" in comparison) return holds(numberOf, comparison.lt, (sign) => sign < 0);
  if ("lte" in comparison) return holds(numberOf, comparison.lte, (sign) => sign <= 0);
  if ("gt" in comparison) return holds(numberOf, comparison.gt, (sign) => sign > 0);
  if ("gte" in comparison) return holds(numberOf, comparison.gte, (sign) => sign >= 0);
  if ("versionLt" in comparison) return holds(keyOf, keyOf(comparison.versionLt), (sign) => sign < 0);
  if ("versionLte" in comparison) return holds(keyOf, keyOf(comparison.versionLte), (sign) => sign <= 0);
  if ("versionGt" in comparison) return holds(keyOf, keyOf(comparison.versionGt), (sign) => sign > 0);
  if ("versionGte" in comparison) return holds(keyOf, keyOf(comparison.versionGte), (sign) => sign >= 0);
  return () => true;
}

const keyOf = (value: unknown) => (typeof value === "string" ? versionKey(value) : undefined);

/** Text fits text only; a number also text that is written as it, true and false also the words. */
function equals(wanted: readonly Scalar[], form: (text: string) => string): (value: unknown) => boolean {
  const texts = new Set<unknown>();
  const numbers = new Set<number>();
  for (const scalar of wanted) {
    if (typeof scalar === "string") texts.add(form(scalar));
    else if (typeof scalar === "boolean") texts.add(scalar).add(String(scalar));
    // Both zeros are one: a set knows but one, as databases do.
    else numbers.add(scalar);
  }
  const [only] = texts;
  const fits = texts.size === 1 ? (value: unknown) => value === only : (value: unknown) => texts.has(value);
  if (numbers.size === 0) return fits;
  return (value) => {
    const number = numberOf(value);
    return fits(value) || (number !== undefined && numbers.has(number));
  };
}

function holds<T extends number | string>(
  read: (value: unknown) => T | undefined,
  limit: T | undefined,
  fits: (sign: number) => boolean,
): (value: unknown) => boolean {
  return (value) => {
    const found = read(value);
    if (found === undefined || limit === undefined) return false;
    return fits(found < limit ? -1 : found > limit ? 1 : 0);
  };
}
