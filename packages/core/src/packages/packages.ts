import type { BlobRef } from "../content/index.js";
import type { NewPackage, PackageSummary, PackageVersion } from "./types.js";

/** Port: packages as agents get them. Asked for each job and each part, and answered from memory. */
export interface KnownPackages {
  /** @returns undefined for what was never published under this name */
  version(name: string, number: number): Promise<PackageVersion | undefined>;
  /** The bytes of a part of any version of any package. @param sha512 128 digits of lower-case hex */
  partBy(sha512: string): Promise<BlobRef | undefined>;
}

/** Port: packages as operators handle them. Names are compared without regard to case. */
export interface Packages extends KnownPackages {
  /**
   * Makes a version: each file is cut into parts, packed and stored, and the version is there when all of it is.
   * @returns `changed` false where the newest version is just so: nothing was made
   * @throws conflict when a file's bytes are not stored ({@link ContentStore.stage}); name-invalid; request-malformed for
   *   what {@link packageFault} finds
   */
  publish(publication: NewPackage): Promise<{ readonly published: PackageVersion; readonly changed: boolean }>;
  /**
   * Whether the newest version is just so: publishing would make nothing.
   * @returns undefined where there is no such package
   */
  isCurrent(publication: Omit<NewPackage, "by">): Promise<boolean | undefined>;
  /**
   * Which of these files (SHA-256, lower-case hex) have to be staged before a version of this package can be published with
   * them: those that are neither stored nor in its newest version. What is stored and waits to be published has a day again.
   */
  lacks(name: string, sha256s: readonly string[]): Promise<readonly string[]>;
  /** By name. */
  list(): Promise<PackageSummary[]>;
  /** Newest first; empty when there is no such package. */
  versions(name: string): Promise<PackageVersion[]>;
  /** No new jobs get it; versions that jobs name stay. @returns false when there was none */
  withdraw(name: string): Promise<boolean>;
  /** By name, what tells a package from one that is published after it was withdrawn. */
  identities(): Promise<ReadonlyMap<string, string>>;
}
