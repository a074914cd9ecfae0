import type { DeployAction, DeployCheck } from "./jobs.js";

/** A file that is being put together. */
export interface OpenFile {
  write(bytes: Buffer): Promise<void>;
  /** Ends it. @param whole false: it is not what was promised, and is thrown away */
  end(whole: boolean): Promise<void>;
}

/** How an action went. */
export interface Acted {
  readonly ok: boolean;
  /** What is told of it. */
  readonly lines: readonly string[];
}

/** Where one job's checks look, its files land and its actions are done. */
export interface DeployPlace {
  /** @returns in words why the check does not hold; undefined where it does */
  fault(check: DeployCheck): Promise<string | undefined>;
  /** Begins a file anew. */
  file(name: string): Promise<OpenFile>;
  /** @throws when it cannot be unpacked */
  unpack(name: string): Promise<void>;
  act(action: DeployAction): Promise<Acted>;
  /** Takes everything away. */
  close(): Promise<void>;
}
