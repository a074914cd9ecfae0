import type { Comparison, Scalar } from "@gatehouse/core/expression";

/** What an `eq` or `in` asks for. */
export function wantedBy(comparison: Comparison): readonly Scalar[] | undefined {
  if ("eq" in comparison) return [comparison.eq];
  return "in" in comparison ? comparison.in : undefined;
}

/** The characters of a text that its key has. */
const KEPT = 200;
/** The key of lists and objects: an item of a list may fit whatever is asked. */
const OPAQUE = "{}";

/** What the keys of a declared fact (see the function fact_key) tell of a comparison; both are found by index. */
export interface KeyConditions {
  /** It holds. */
  readonly sure: string | undefined;
  /** It has to be looked at; where neither is true it does not hold. */
  readonly maybe: string;
}

export function keyConditions(comparison: Comparison, key: string, value: (value: unknown) => string): KeyConditions {
  const oneOf = (keys: readonly string[]) => `${key} = any(${value(keys)}::text[]::jsonb[])`;
  const sure = (keys: readonly string[]) => (keys.length === 0 ? undefined : oneOf(keys));
  // Keys sort as jsonb does: texts, then numbers, then the rest. No number is below this one, and none above the other.
  const texts = `${key} >= '""'::jsonb and ${key} < '-1e400'::jsonb`;
  const opaque = `${key} = '${OPAQUE}'::jsonb`;
  const open = `(${texts} or ${opaque})`;
  const beside = (sign: string, limit: number, bound: string): KeyConditions => ({
    sure: `(${key} ${sign} ${value(JSON.stringify(limit))}::jsonb and ${key} ${bound})`,
    maybe: open,
  });
  const wanted = wantedBy(comparison);
  if (wanted !== undefined) {
    const [short, long] = [wanted.filter(isWhole), wanted.filter((scalar) => !isWhole(scalar))];
    const keys = short.flatMap(keysOf);
    // A number is written in many ways.
    if (wanted.some((scalar) => typeof scalar === "number")) return { sure: sure(keys), maybe: open };
    return { sure: sure(keys), maybe: oneOf([...long.flatMap(keysOf), OPAQUE]) };
  }
  if ("exists" in comparison) return { sure: `(${key} is not null and ${key} <> '${OPAQUE}'::jsonb)`, maybe: opaque };
  if ("lt" in comparison) return beside("<", comparison.lt, ">= '-1e400'::jsonb");
  if ("lte" in comparison) return beside("<=", comparison.lte, ">= '-1e400'::jsonb");
  if ("gt" in comparison) return beside(">", comparison.gt, "<= '1e400'::jsonb");
  if ("gte" in comparison) return beside(">=", comparison.gte, "<= '1e400'::jsonb");
  return { sure: undefined, maybe: open };
}

/** Whether its key is all of it: the key of a text of {@link KEPT} characters may be that of a longer one. */
const isWhole = (scalar: Scalar) => typeof scalar !== "string" || scalar.length < KEPT;

function keysOf(scalar: Scalar): string[] {
  if (typeof scalar === "number") return [JSON.stringify(scalar)];
  if (typeof scalar === "boolean") return [String(scalar), JSON.stringify(String(scalar))];
  return [JSON.stringify([...scalar].slice(0, KEPT).join(""))];
}
