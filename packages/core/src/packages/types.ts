/** The kind of artifact that a package is. */
export const DEPLOY_PACKAGE = "deploy-package";

/** Bytes of a part before it is packed; the last one of a file may have fewer (wire/fusioninventory.md section 4). */
export const PART_BYTES = 1 << 20;

/** What an agent looks at before it begins; `return` says what follows where it does not hold. */
export interface PackageCheck {
  readonly type: PackageCheckType;
  readonly path: string;
  readonly value?: string;
  readonly return: "error" | "ko" | "abort" | "skip" | "startnow" | "warning" | "info" | "ignore";
  readonly name?: string;
}

export const packageCheckTypes = [
  "directoryExists",
  "directoryMissing",
  "fileExists",
  "fileMissing",
  "fileSizeEquals",
  "fileSizeGreater",
  "fileSizeLower",
  "fileSHA512",
  "fileSHA512mismatch",
  "freespaceGreater",
  "winkeyExists",
  "winkeyMissing",
  "winkeyEquals",
  "winkeyNotEquals",
  "winvalueExists",
  "winvalueMissing",
  "winvalueType",
] as const;
export type PackageCheckType = (typeof packageCheckTypes)[number];

/** What tells whether a command did what it should. */
export interface ReturnCheck {
  readonly type: "okCode" | "errorCode" | "okPattern" | "errorPattern";
  readonly values: readonly string[];
}

interface Named {
  readonly name?: string;
  /** Where one does not hold, this action is left out, and no other. */
  readonly checks?: readonly PackageCheck[];
}

/** One step, as agents read it: one key says which it is. Done in the folder with the package's files. */
export type PackageAction =
  | {
      readonly cmd: Named & {
        readonly exec: string;
        readonly envs?: Readonly<Record<string, string>>;
        /** Lines of its output that are told: 10 unless said; 0: none where it went well; -1: all. */
        readonly logLineLimit?: number;
        readonly retChecks?: readonly ReturnCheck[];
      };
    }
  | { readonly move: Named & { readonly from: string; readonly to: string } }
  | { readonly copy: Named & { readonly from: string; readonly to: string } }
  | { readonly mkdir: Named & { readonly list: readonly string[] } }
  | { readonly delete: Named & { readonly list: readonly string[] } };

/** What Windows agents ask the person at the machine; others leave it out. Keys as they read them, such as `on_ok`. */
export type UserInteraction = Readonly<Record<string, string | number | boolean>>;

/** How a file of a package is handed out. */
export interface PackageFileOptions {
  /** Unpacked where it lands, by the ending of its name. */
  readonly uncompress?: boolean;
  /** Agents of one network get it from each other. */
  readonly p2p?: boolean;
  /** Minutes for which they keep it for that. */
  readonly p2pRetentionMinutes?: number;
}

/** What an agent does with a package, and when it does not. */
export interface PackageDescription {
  readonly description?: string;
  readonly checks: readonly PackageCheck[];
  readonly actions: readonly PackageAction[];
  readonly userInteractions: readonly UserInteraction[];
  /** The agent sends the list of its software when it is done. */
  readonly wantsSoftware: boolean;
}

/** A file as it is handed in: its bytes are stored already. */
export interface NewPackageFile extends PackageFileOptions {
  /** As it lands on the machine: a name without a folder. */
  readonly name: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly size: number;
}

/** A part as it is served: a gzip member, by the digest of its own bytes. */
export interface PackagePart {
  /** Lower-case hex: what agents ask for. */
  readonly sha512: string;
  /** Lower-case hex: what it is stored by. */
  readonly sha256: string;
  /** Bytes as served. */
  readonly size: number;
}

export interface PackageFile extends Required<PackageFileOptions> {
  readonly name: string;
  /** Of the whole file, lower-case hex. */
  readonly sha512: string;
  readonly size: number;
  /** In the order in which they make the file. */
  readonly parts: readonly PackagePart[];
}

/** One immutable version of a package. The same version is the same object for as long as it is kept in memory. */
export interface PackageVersion extends PackageDescription {
  readonly name: string;
  readonly version: number;
  readonly publishedAt: Date;
  readonly publishedBy: string;
  readonly files: readonly PackageFile[];
}

/** A package as operators see it in a list. */
export interface PackageSummary {
  readonly name: string;
  /** The version that new jobs get unless they say another. */
  readonly version: number;
  readonly description: string | null;
  readonly publishedAt: Date;
  readonly publishedBy: string;
  readonly files: number;
  readonly bytes: number;
}

export interface NewPackage extends PackageDescription {
  readonly name: string;
  readonly files: readonly NewPackageFile[];
  readonly by: string;
}
