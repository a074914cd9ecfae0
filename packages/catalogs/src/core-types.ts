import type { Problem } from "@gatehouse/core/expression";
import data from "./core-types.json" with { type: "json" };

/** What types have, by name: the values that an attribute takes, where it takes no others. tools/core-types.rb wrote it. */
const types: Readonly<Record<string, Readonly<Record<string, readonly string[] | null>>>> = data.types;
const metaparameters = new Set(data.metaparameters);

/** Types of which nobody declares a resource: they hold others, or stand for them. */
const CONTAINERS = new Set(["Class", "Node", "Stage", "Component", "Whit"]);

/**
 * What is wrong with the parameters of a resource, as Puppet's core types have them. Of other types, which come out of
 * modules, nothing is known here.
 * @returns problems whose paths begin in the parameters
 */
export function checkParameters(type: string, parameters: Readonly<Record<string, unknown>>): Problem[] {
  if (CONTAINERS.has(type)) return [{ path: "", message: `A ${type} is not a resource that is declared here.` }];
  const known = Object.hasOwn(types, type) ? types[type] : undefined;
  if (known === undefined) return [];
  return Object.entries(parameters).flatMap(([name, value]) => {
    const path = `/${name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (metaparameters.has(name)) return [];
    if (!Object.hasOwn(known, name))
      return [{ path, message: `${type} has no parameter ${JSON.stringify(name.slice(0, 100))}.` }];
    const values = known[name] ?? undefined;
    const wrong = values && wrongValue(value, values);
    return wrong === undefined
      ? []
      : [{ path, message: `It is ${wrong}, and one of ${values?.join(", ")} is asked for.` }];
  });
}

/** What cannot be known before a catalog is made, variables and rich data, is taken. */
function wrongValue(value: unknown, values: readonly string[]): string | undefined {
  if (Array.isArray(value)) return value.map((item) => wrongValue(item, values)).find((wrong) => wrong !== undefined);
  if (value === null || typeof value === "object") return undefined;
  const text = String(value);
  return values.includes(text) || text.includes("%{") ? undefined : JSON.stringify(text.slice(0, 100));
}
