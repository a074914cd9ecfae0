import { GatehouseError } from "@gatehouse/core/errors";
import { Ajv } from "ajv";
import type { Said } from "./read.js";

/** CONTACT as agents say it; what is not named here is left alone. */
export interface Contact {
  readonly deviceid: string;
  readonly name?: string;
  readonly version?: string;
  readonly tag?: string;
  readonly "installed-tasks"?: readonly string[];
  readonly "enabled-tasks"?: readonly string[];
  readonly "httpd-port"?: string;
  readonly "httpd-plugins"?: Said;
}

const text = { type: "string", maxLength: 255 } as const;
const tasks = { type: "array", items: { type: "string", maxLength: 100 }, maxItems: 200 } as const;

/** Compiles the schema when it is first needed. */
const ajv = new Ajv({ strict: true, allowUnionTypes: true, coerceTypes: "array" });
const schema = {
  type: "object",
  properties: {
    deviceid: { type: "string", minLength: 1, maxLength: 255 },
    ...{ name: text, version: text, tag: text, "installed-tasks": tasks, "enabled-tasks": tasks },
    "httpd-port": { type: "string", maxLength: 20 },
    "httpd-plugins": { type: "object", maxProperties: 50 },
  },
  required: ["deviceid"],
};

/**
 * A CONTACT. Numbers count as texts, one text as a list of one, null as nothing (decisions, row 13).
 * @throws request-malformed naming the place that does not fit
 */
export function contactOf(said: Said): Contact {
  const present = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
  if (ajv.validate<Contact>(schema, present)) return present;
  const [error] = ajv.errors ?? [];
  throw new GatehouseError(
    "request-malformed",
    `${error?.instancePath.slice(0, 100) || "the message"} ${error?.message}`,
  );
}
