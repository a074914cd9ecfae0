import type { NodeStatus } from "./action.js";
import type { AppliedConfiguration } from "./applied-configuration.js";
import type { LcmError } from "./errors.js";
import { InstalledModules } from "./installed-modules.js";

/** What an LCM keeps between runs. */
export interface LcmState {
  /** Checksum by configuration name with partials, else under "". */
  readonly checksums: Map<string, string>;
  /** Downloaded but not applied: a module was missing. */
  readonly pending: Map<string, AppliedConfiguration>;
  readonly applied: Map<string, AppliedConfiguration>;
  readonly modules: InstalledModules;
  registrationPending: boolean;
  runs: number;
  /** Text about a report the server did not take, for the next one. */
  reportTrouble: string | undefined;
}

/** State of an LCM that has never run. */
export function newLcmState(): LcmState {
  return {
    checksums: new Map(),
    pending: new Map(),
    applied: new Map(),
    modules: new InstalledModules(),
    registrationPending: false,
    runs: 0,
    reportTrouble: undefined,
  };
}

/** What one consistency run did. */
export interface LcmRun {
  readonly agentId: string;
  readonly jobId: string;
  /** Undefined when no usable GetDscAction answer came. */
  readonly nodeStatus: NodeStatus | undefined;
  readonly downloads: readonly { readonly name: string; readonly checksum: string; readonly bytes: number }[];
  readonly modules: readonly { readonly name: string; readonly version: string; readonly bytes: number }[];
  /** Reports the server took. */
  readonly reports: number;
  /** Everything that failed; empty after a good run. */
  readonly errors: readonly LcmError[];
}

/** An LcmRun in the making. */
export type Progress = {
  -readonly [Key in keyof LcmRun]: LcmRun[Key] extends readonly (infer Item)[] ? Item[] : LcmRun[Key];
};
