import type { JobTask } from "@gatehouse/core/jobs";

/** A task of the protocol that is served here. */
export interface OwnTask {
  /** As agents and the protocol's document write it: agents compare it so. */
  readonly name: string;
  /** The last part of its path. */
  readonly path: string;
  /** What jobs call it; undefined for the inventory, which needs no job. */
  readonly task: JobTask | undefined;
}

const own = (name: string, task: JobTask | undefined, path = name.toLowerCase()): OwnTask => ({ name, path, task });

/** Tasks that are served here, in the order in which they are told where nobody asks for one. */
export const ownTasks: readonly OwnTask[] = [
  own("Inventory", undefined),
  own("Deploy", "deploy"),
  own("Collect", "collect"),
  own("ESX", "esx"),
  own("NetDiscovery", "netdiscovery"),
  own("SNMPQuery", "netinventory"),
];

const byName: ReadonlyMap<string, OwnTask> = new Map([
  ...ownTasks.map((task) => [task.path, task] as const),
  // As agents call the same task since 2.2.
  ["netinventory", own("NetInventory", "netinventory", "snmpquery")],
]);

/** @param name in any case */
export const ownTask = (name: string): OwnTask | undefined => byName.get(name.toLowerCase());
