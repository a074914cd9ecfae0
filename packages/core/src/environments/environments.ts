import type { BlobRef } from "../content/index.js";
import type {
  Deployed,
  Deployment,
  EnvironmentSummary,
  EnvironmentVersion,
  EnvironmentVersionSummary,
  NewTreeEntry,
} from "./types.js";

/** Port: environments as agents read them. Asked at every request, and answered from memory. */
export interface KnownEnvironments {
  /** The version that agents get now. @returns undefined when there is no such environment */
  current(name: string): Promise<EnvironmentVersion | undefined>;
  /** @returns undefined for what was never deployed under this name */
  byCodeId(name: string, codeId: string): Promise<EnvironmentVersion | undefined>;
  /** The names, sorted. */
  names(): Promise<readonly string[]>;
  /**
   * The bytes of a file that some version, replaced ones too, of some environment holds.
   * @param digest lower-case hex
   */
  fileBy(algorithm: "md5" | "sha256", digest: string): Promise<BlobRef | undefined>;
}

/** Port: environments as operators handle them. */
export interface Environments extends KnownEnvironments {
  /**
   * Makes a version and moves the environment to it, all or nothing. The files' bytes are stored already
   * ({@link ContentStore.stage}); no version that is there loses them.
   * @throws conflict when bytes are not stored; name-invalid; request-malformed for a tree that is none, too large, or has
   *   a link that leads out of it
   */
  deploy(deployment: Deployment): Promise<Deployed>;
  /**
   * Whether a tree is what the environment is now: but for times.
   * @returns undefined where there is no such environment @throws as {@link deploy}, but for what is stored
   */
  isCurrent(name: string, entries: readonly NewTreeEntry[]): Promise<boolean | undefined>;
  /**
   * The version that a deployment of this tree would make, which nobody gets: nothing is written but that the files'
   * bytes, which are stored already, stay for a day from now.
   * @throws as {@link deploy}
   */
  propose(name: string, entries: readonly NewTreeEntry[]): Promise<EnvironmentVersion>;
  /** By name, what tells an environment from one that is deployed after it was withdrawn. */
  identities(): Promise<ReadonlyMap<string, string>>;
  list(): Promise<EnvironmentSummary[]>;
  /** Newest first; empty when there is no such environment. */
  versions(name: string): Promise<EnvironmentVersionSummary[]>;
  /** @returns undefined for what was never deployed */
  version(name: string, number: number): Promise<EnvironmentVersion | undefined>;
  /** Moves the environment to a version that it had; the one before the current when none is named. @throws not-found */
  rollback(name: string, version: number | undefined): Promise<Deployed>;
  /** Takes the environment from agents; versions stay. @returns false when there was none */
  withdraw(name: string): Promise<boolean>;
}
