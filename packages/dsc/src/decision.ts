import type { Head } from "@gatehouse/core/content";
import type { ClientStatus, DscAction } from "./wire/dsc-action.js";

/** What the decision needs to know of a node. */
export interface NodeConfigurations {
  readonly registered: readonly string[];
  /** Given by an operator; they come before what the node registered. */
  readonly assigned: readonly string[];
}

export interface Detail {
  readonly ConfigurationName: string;
  readonly Status: DscAction;
}

/** A configuration that one status item is about, and the checksum that the node holds of it. */
interface Asked {
  readonly name: string;
  readonly checksum: string;
}

/** What is to be answered: about these configurations, or the same word for each of these names. */
export type Plan = { readonly ask: readonly Asked[] } | { readonly tooMany: readonly string[] };

const key = (name: string) => name.toLowerCase();

/** The names that a node may fetch. */
export function entitledNames(node: NodeConfigurations): string[] {
  return [...entitled(node).values()];
}

/** The names by their key: agents send hundreds, so each is lower-cased once. */
function entitled(node: NodeConfigurations): Map<string, string> {
  const names = new Map<string, string>();
  for (const name of [...node.assigned, ...node.registered]) if (!names.has(key(name))) names.set(key(name), name);
  return names;
}

/** Whether the node may fetch a configuration. */
export const isEntitled = (node: NodeConfigurations, name: string): boolean => entitled(node).has(key(name));

/**
 * Which configurations a GetDscAction is about.
 *
 * Without a name it is about the assigned configuration, else the registered one; several of them cannot be told
 * apart by one nameless status. With names (partial configurations) it is about each that the node is entitled to.
 * Some Windows 10 builds name their single configuration: an assignment holds for them as for a nameless status.
 */
export function plan(node: NodeConfigurations, statuses: readonly ClientStatus[]): Plan {
  const effective = node.assigned.length > 0 ? node.assigned : node.registered;
  const [first = {}] = statuses;
  const single = statuses.length <= 1;
  const named = first.ConfigurationName ?? "";
  const overruled =
    single &&
    node.assigned.length === 1 &&
    node.registered.length <= 1 &&
    node.registered.every((name) => key(name) === key(named));
  if (single && (named === "" || overruled)) {
    if (effective.length > 1) return { tooMany: effective };
    return {
      ask: effective.map((name) => ({
        name,
        checksum: overruled && key(name) !== key(named) && named !== "" ? "" : (first.Checksum ?? ""),
      })),
    };
  }
  const names = entitled(node);
  return {
    ask: statuses.flatMap((status) => {
      const name = names.get(key(status.ConfigurationName ?? ""));
      return name === undefined ? [] : [{ name, checksum: status.Checksum ?? "" }];
    }),
  };
}

/** The answer per configuration: what is published decides. */
export function details(asked: readonly Asked[], heads: readonly Head[]): Detail[] {
  const byKey = new Map(heads.map((head) => [key(head.name), head]));
  return asked.map(({ name, checksum }) => {
    const head = byKey.get(key(name));
    if (head === undefined) return { ConfigurationName: name, Status: "Retry" };
    return {
      ConfigurationName: name,
      Status: head.sha256.toLowerCase() === checksum.toLowerCase() ? "Ok" : "GetConfiguration",
    };
  });
}

/** The answer for the whole node: the most urgent of its details. */
export function nodeStatus(items: readonly Detail[]): DscAction {
  for (const word of ["UpdateMetaConfiguration", "GetConfiguration", "Retry"] as const) {
    if (items.some((item) => item.Status === word)) return word;
  }
  return "Ok";
}
