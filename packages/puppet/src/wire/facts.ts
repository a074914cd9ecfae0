import { GatehouseError } from "@gatehouse/core/errors";
import { type FactTree, factsFault } from "@gatehouse/core/facts";
import { type Coding, decode } from "./decode.js";
import { member } from "./json-body.js";

/** Of what is read at all; those of a machine with many disks and interfaces have 3,000 values. */
const LIMITS = { levels: 22, values: 200_000 };
/** Names that only the server may fill. */
const OURS = new Set(["trusted", "server_facts", "facts"]);

/** Facts as an agent states them (wire/puppet.md section 3.4). */
export interface SaidFacts {
  /** The node that they are about, as the agent says. */
  readonly name: string;
  /** Without those that only the server may state. */
  readonly values: FactTree;
}

/** Facts without those that only the server may state. */
export const withoutOurs = (values: object): FactTree =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !OURS.has(key)));

/** @throws request-malformed, its message in puppetserver's words; also for facts that could not be stored */
export function readFacts(body: Uint8Array, coding: Coding = "json"): SaidFacts {
  const refuse = (why: string) => new GatehouseError("request-malformed", `Could not intern from ${coding}: ${why}`);
  const said = decode(body, coding, LIMITS);
  const name = member(said, "name");
  const values = member(said, "values");
  if (typeof name !== "string" || typeof values !== "object" || values === null || Array.isArray(values))
    throw refuse("facts have a name and values");
  const theirs = withoutOurs(values);
  const fault = factsFault(theirs, coding === "json" ? body.length : undefined);
  if (fault !== undefined) throw refuse(fault);
  return { name, values: theirs };
}
