import type { FieldModel, Kind, SectionModel } from "./kinds.js";
import { sections } from "./sections.js";

/** A part of a JSON schema, draft 7. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
const TIME = "[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?";
const text: JsonSchema = { type: "string" };
const ofPattern = (pattern: string): JsonSchema => ({ type: "string", pattern });
const listOf = (items: JsonSchema): JsonSchema => ({ type: "array", items });
const ip: JsonSchema = { type: "string", format: "ip" };
/** What a number of JSON cannot hold exactly, a counter of bytes, stays as its digits. */
const integer: JsonSchema = { type: ["integer", "string"], pattern: "^-?[0-9]{16,40}$" };

const kindSchemas: Readonly<Record<Kind, JsonSchema>> = {
  text,
  texts: listOf(text),
  integer,
  integers: listOf(integer),
  megabytes: integer,
  milliwatthours: integer,
  millivolts: integer,
  watts: integer,
  boolean: { type: "boolean" },
  date: ofPattern(`^${DAY}$`),
  datetime: ofPattern(`^${DAY}${TIME}$`),
  dateordatetime: ofPattern(`^${DAY}(${TIME})?$`),
  ipv4: { type: "string", format: "ipv4" },
  ipv6: { type: "string", format: "ipv6" },
  ip,
  ips: listOf(ip),
};

/** The schema of one field, or of one section. */
export function schemaOf(model: FieldModel): JsonSchema {
  if (typeof model === "string") return kindSchemas[model];
  if ("words" in model) return { type: "string", enum: model.words };
  if ("pattern" in model) return ofPattern(model.pattern);
  if ("least" in model) return { type: "integer", minimum: model.least, maximum: model.most };
  const entry = entrySchema(model);
  return model.shape === "list" ? listOf(entry) : entry;
}

function entrySchema({ required, fields }: SectionModel): JsonSchema {
  return {
    type: "object",
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)])),
  };
}

/** JSON schema (draft 7) of an inventory's content, as it is after its repair. */
export const contentSchema: JsonSchema = {
  type: "object",
  properties: {
    versionclient: text,
    ...Object.fromEntries([...sections].map(([name, section]) => [name, schemaOf(section)])),
  },
};
