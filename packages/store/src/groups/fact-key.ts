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

/** What the row `k` of an indexed fact (see the table fact_keys) tells of a comparison. */
export interface KeyConditions {
  /** It holds. */
  readonly sure: string | undefined;
  /** It has to be looked at; where neither is true it does not hold. */
  readonly maybe: string;
}

export function keyConditions(comparison: Comparison, value: (value: unknown) => string): KeyConditions {
  const oneOf = (keys: readonly string[]) => `k.key = any(${value(keys)}::text[]::jsonb[])`;
  const opaque = `k.key = '${OPAQUE}'::jsonb`;
  const numeric = (sign: string, limit: number) => ({
    sure: `k.number ${sign} ${value(limit)}::float8`,
    maybe: opaque,
  });
  const wanted = wantedBy(comparison);
  if (wanted !== undefined) {
    const numbers = wanted.filter((scalar) => typeof scalar === "number");
    const others = wanted.filter((scalar) => typeof scalar !== "number");
    const short = others.filter((scalar) => !isCut(scalar)).flatMap(keysOf);
    const sure = [
      ...(short.length > 0 ? [oneOf(short)] : []),
      ...(numbers.length > 0 ? [`k.number = any(${value(numbers)}::float8[])`] : []),
    ];
    return {
      sure: sure.length === 0 ? undefined : sure.join(" or "),
      maybe: oneOf([...others.filter(isCut).flatMap(keysOf), OPAQUE]),
    };
  }
  if ("exists" in comparison) return { sure: `k.key <> '${OPAQUE}'::jsonb`, maybe: opaque };
  if ("lt" in comparison) return numeric("<", comparison.lt);
  if ("lte" in comparison) return numeric("<=", comparison.lte);
  if ("gt" in comparison) return numeric(">", comparison.gt);
  if ("gte" in comparison) return numeric(">=", comparison.gte);
  // Texts, as jsonb sorts them: before all numbers.
  return { sure: undefined, maybe: `(k.key >= '""'::jsonb and k.key < '-1e400'::jsonb or ${opaque})` };
}

/** Whether its key may be that of another text too. */
const isCut = (scalar: Scalar) => typeof scalar === "string" && scalar.length >= KEPT;

function keysOf(scalar: string | boolean): string[] {
  if (typeof scalar === "boolean") return [String(scalar), JSON.stringify(String(scalar))];
  return [JSON.stringify([...scalar].slice(0, KEPT).join(""))];
}
