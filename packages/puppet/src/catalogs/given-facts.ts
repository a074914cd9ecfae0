import { GatehouseError } from "@gatehouse/core/errors";
import { type FactTree, factsFault } from "@gatehouse/core/facts";
import { withoutOurs } from "../wire/facts.js";

/**
 * Facts that an operator gives: by name, as `facter --json` prints them, or with `name` and `values`, as `puppet facts`
 * may.
 * @throws request-malformed for what is too large or too deep, is no object, or says that it is of another node
 */
export function givenFacts(said: unknown, certname: string): FactTree {
  if (!isObject(said)) throw malformed("Facts are an object.");
  const { name, values } = said;
  if (typeof name !== "string" || !isObject(values)) return checked(said);
  if (name === certname) return checked(values);
  throw malformed(`The facts are those of ${name.slice(0, 255)}, not of ${certname}.`);
}

function checked(said: object): FactTree {
  const fault = factsFault(said);
  if (fault !== undefined) throw malformed(fault);
  return withoutOurs(said);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const malformed = (message: string) => new GatehouseError("request-malformed", message);
