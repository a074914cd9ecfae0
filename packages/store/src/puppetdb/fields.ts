import { cleanText } from "../clean.js";
import type { Entity, Kind } from "./entities.js";
import { excerpt, malformed } from "./refusal.js";

/** A field of an entity, in SQL over its rows `q`. */
export interface Field {
  readonly sql: string;
  readonly kind: Kind;
  /** As it was asked for. */
  readonly name: string;
}

export type Parameter = (value: unknown) => string;

const MOST_STEPS = 20;

/** @throws request-malformed naming what there is */
export function fieldOf(
  entity: Entity,
  entityName: string,
  alias: string,
  asked: unknown,
  parameter: Parameter,
): Field {
  if (Array.isArray(asked) && asked.length === 2 && asked[0] === "parameter" && typeof asked[1] === "string") {
    if (Object.hasOwn(entity.fields, "parameters"))
      return {
        sql: `(${alias}.parameters -> ${parameter(cleanText(asked[1]))}::text)`,
        kind: "json",
        name: `parameters.${asked[1]}`,
      };
  }
  if (typeof asked !== "string") throw malformed(`${excerpt(asked)} is no field of ${entityName}.`);
  const name = asked === "tag" && Object.hasOwn(entity.fields, "tags") ? "tags" : asked;
  const kind = Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined;
  if (kind !== undefined) return { sql: `${alias}.${name}`, kind, name: asked };
  const [first = "", ...steps] = stepsOf(asked);
  if (steps.length === 0 || !entity.dotted.includes(first)) {
    const known = [...Object.keys(entity.fields), ...entity.dotted.map((field) => `${field}.…`)].join(", ");
    throw malformed(`${entityName} has no field ${excerpt(asked)} here; it has ${known}.`);
  }
  return { sql: `(${alias}.${first} #> ${parameter(steps.map(cleanText))}::text[])`, kind: "json", name: asked };
}

/** `facts."a.b".c[0]` → facts, a.b, c, 0. @throws request-malformed */
function stepsOf(dotted: string): string[] {
  const steps: string[] = [];
  for (const [, quoted, plain] of dotted.matchAll(/(?:^|\.)(?:"([^"]*)"|((?:match\([^)]*\)|[^."])*))/gs)) {
    if (plain?.startsWith("match(")) throw malformed("match(…) in a name with dots is not supported here.");
    const [, key, at] = /^(.+)\[(\d+)\]$/s.exec(plain ?? "") ?? [];
    steps.push(
      ...(quoted !== undefined ? [quoted] : key !== undefined && at !== undefined ? [key, at] : [plain ?? ""]),
    );
  }
  if (steps.length > MOST_STEPS) throw malformed(`A name with dots has at most ${MOST_STEPS} parts.`);
  return steps;
}
