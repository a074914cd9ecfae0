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

const equal = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The names that a node may fetch. */
export function entitledNames(node: NodeConfigurations): string[] {
  const names = [...node.assigned, ...node.registered];
  return names.filter((name, i) => names.findIndex((other) => equal(other, name)) === i);
}

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
    node.registered.every((name) => equal(name, named));
  if (single && (named === "" || overruled)) {
    if (effective.length > 1) return { tooMany: effective };
    return {
      ask: effective.map((name) => ({
        name,
        checksum: overruled && !equal(name, named) && named !== "" ? "" : (first.Checksum ?? ""),
      })),
    };
  }
  const entitled = entitledNames(node);
  return {
    ask: statuses.flatMap((status) => {
      const name = entitled.find((candidate) => equal(candidate, status.ConfigurationName ?? ""));
      return name === undefined ? [] : [{ name, checksum: status.Checksum ?? "" }];
    }),
  };
}

/** The answer per configuration: what is published decides. */
export function details(asked: readonly Asked[], heads: readonly Head[]): Detail[] {
  return asked.map(({ name, checksum }) => {
    const head = heads.find((candidate) => equal(candidate.name, name));
    if (head === undefined) return { ConfigurationName: name, Status: "Retry" };
    return { ConfigurationName: name, Status: equal(head.sha256, checksum) ? "Ok" : "GetConfiguration" };
  });
}

/** The answer for the whole node: the most urgent of its details. */
export function nodeStatus(items: readonly Detail[]): DscAction {
  for (const word of ["UpdateMetaConfiguration", "GetConfiguration", "Retry"] as const) {
    if (items.some((item) => item.Status === word)) return word;
  }
  return "Ok";
}
