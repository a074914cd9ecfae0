import { certificate } from "./certificate.js";
import { exchange } from "./exchange.js";
import { facts } from "./facts.js";
import { inventory } from "./inventory.js";
import { job } from "./job.js";
import type { AnyKind } from "./kind.js";
import { node } from "./node.js";
import { report } from "./report.js";

/** What expectations can be about, by the word that says it. */
export const kinds: ReadonlyMap<string, AnyKind> = new Map(
  Object.entries({ report, exchange, inventory, node, facts, certificate, job } as Readonly<Record<string, unknown>>),
) as ReadonlyMap<string, AnyKind>;

export type { AnyKind, JsonSchema, Kind, Looked, Want } from "./kind.js";
