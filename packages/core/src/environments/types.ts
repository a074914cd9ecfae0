/** The kind of artifact that an environment is. */
export const PUPPET_ENVIRONMENT = "puppet-environment";

interface Entry {
  /** Relative to the tree, parts joined by `/`; no part is empty, `.` or `..`. */
  readonly path: string;
  /** The low 12 bits. */
  readonly mode: number;
  /** Seconds since 1970: when it was last changed where it was deployed from. */
  readonly mtime: number;
}

export interface DirectoryEntry extends Entry {
  readonly type: "directory";
}

export interface FileEntry extends Entry {
  readonly type: "file";
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Lower-case hex, computed where the bytes are stored. */
  readonly md5: string;
}

export interface LinkEntry extends Entry {
  readonly type: "link";
  /** Relative, as it stands in the link; it leads to an entry of the tree. */
  readonly target: string;
}

/** One thing of an environment: its root has no entry. */
export type TreeEntry = DirectoryEntry | FileEntry | LinkEntry;

/** What a deployment says of a file; the md5 is ours to say. */
export type NewTreeEntry = DirectoryEntry | Omit<FileEntry, "md5"> | LinkEntry;

/** One immutable version of an environment. The same version is the same object for as long as it is kept in memory. */
export interface EnvironmentVersion {
  readonly name: string;
  readonly version: number;
  /** Names the version in a static catalog: characters of `[A-Za-z0-9_:;-]`. {@link Environments.byCodeId} finds it. */
  readonly codeId: string;
  readonly deployedAt: Date;
  /** By path, sorted by it (code points); a directory stands before what is in it. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

export interface Deployment {
  /** `[a-z0-9_]`, 1 to 64 characters: what agents can name. */
  readonly name: string;
  readonly entries: readonly NewTreeEntry[];
  readonly by: string;
}

export interface Deployed {
  readonly name: string;
  readonly version: number;
  /** False where the environment was just so: nothing was made. */
  readonly changed: boolean;
  /** Why agents may not get catalogs of it: what its code fails with. */
  readonly warning?: string;
}

/** An environment as operators see it. */
export interface EnvironmentSummary {
  readonly name: string;
  /** The version that agents get. */
  readonly version: number;
  readonly deployedAt: Date;
  readonly deployedBy: string;
  readonly files: number;
  readonly bytes: number;
}

export interface EnvironmentVersionSummary extends EnvironmentSummary {
  /** True for the version that agents get. */
  readonly current: boolean;
}
