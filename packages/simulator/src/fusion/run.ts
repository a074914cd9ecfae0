import type { InventoryAgentError } from "../inventory/errors.js";
import type { XmlBackend } from "./backend.js";
import type { RestClient } from "./client.js";
import type { FusionConfig } from "./config.js";
import type { PretendedMachine } from "./machine.js";

/** How one job ended, as its agent sees it. */
export interface FusionJob {
  /** In lower case, such as `deploy`. */
  readonly task: string;
  readonly uuid: string;
  readonly outcome: "ok" | "ko" | "skipped";
  /** Of one that did not go well: why. */
  readonly why?: string;
}

/** What one run did. */
export interface FusionRun {
  readonly deviceId: string;
  /** Undefined: the server gave none. */
  readonly config: FusionConfig | undefined;
  /** How the inventory went out, where it did and was taken. */
  readonly inventory: "xml" | "rest" | "none";
  /** In the order in which they were done. */
  readonly jobs: readonly FusionJob[];
  /** Lines of the schedule that were left out, and why. */
  readonly left: readonly { readonly task: string; readonly why: string }[];
  /** Parts of files that came as promised, and their bytes as served. */
  readonly parts: number;
  readonly partBytes: number;
  readonly errors: readonly InventoryAgentError[];
}

/** A run while it is under way. */
export interface OpenFusionRun {
  deviceId: string;
  config: FusionConfig | undefined;
  inventory: FusionRun["inventory"];
  jobs: FusionJob[];
  left: { task: string; why: string }[];
  parts: number;
  partBytes: number;
  errors: InventoryAgentError[];
}

export const openFusionRun = (deviceId: string): OpenFusionRun => ({
  deviceId,
  config: undefined,
  inventory: "none",
  jobs: [],
  left: [],
  parts: 0,
  partBytes: 0,
  errors: [],
});

/** What a task works with. */
export interface TaskContext {
  readonly client: RestClient;
  readonly backend: XmlBackend;
  readonly machine: PretendedMachine;
  readonly deviceId: string;
  readonly run: OpenFusionRun;
  /** Sends an inventory to the main server, as a task asks that needs one. */
  readonly sendInventory: () => Promise<void>;
}

/** Runs a task against one remote. What goes wrong is in the run. */
export type Task = (context: TaskContext, remote: string) => Promise<void>;
