/** What is published under a kind: `dsc-configuration`, `dsc-module`. */
export interface ArtifactKind {
  readonly id: string;
  /** What an operator calls one. */
  readonly label: string;
  /** The largest artifact of this kind, in bytes. */
  readonly maxBytes: number;
  /** How files that describe a fleet speak of one; left out where they cannot. */
  readonly document?: {
    /** Such as `Configuration`. */
    readonly kind: string;
    readonly description: string;
    /** What a document's name is. */
    readonly name: string;
    /** With it, a document's name is the name of a file: `.mof`. */
    readonly extension: string;
  };
  /** What a file's name says of the artifact. @throws name-invalid when no agent could use it */
  address(fileName: string): ArtifactAddress;
  /**
   * Looks at a file that is about to be published under a file name.
   * @returns its name, the channel that it moves, and what an operator should know
   * @throws name-invalid or request-malformed when no agent could use it
   */
  inspect(fileName: string, file: string): Promise<Inspection>;
}

export interface ArtifactAddress {
  readonly name: string;
  /** `current` where there is one stream of versions; a module's version text where many live side by side. */
  readonly channel: string;
}

export interface Inspection extends ArtifactAddress {
  readonly warnings: readonly string[];
}

/** Bytes by digest. */
export interface BlobRef {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly size: number;
}

/** Where a channel points now. */
export interface Head extends BlobRef {
  readonly name: string;
  readonly channel: string;
  readonly version: number;
}

export interface ArtifactVersion extends BlobRef {
  readonly version: number;
  readonly channel: string;
  readonly publishedBy: string;
  readonly publishedAt: Date;
  readonly warnings: readonly string[];
  /** True where the channel points at this version. */
  readonly current: boolean;
}

/** A published version, found by its bytes. */
export interface PublishedContent {
  readonly sha256: string;
  readonly name: string;
  readonly channel: string;
  readonly version: number;
  /** True where the channel points at it now. */
  readonly current: boolean;
}

interface PublicationOf {
  readonly kind: string;
  readonly name: string;
  readonly channel: string;
  readonly by: string;
  readonly warnings: readonly string[];
}

/** `file`: the bytes, which the caller removes afterwards. `sha256` (lower-case hex): bytes that are stored already. */
export type Publication = PublicationOf & ({ readonly file: string } | { readonly sha256: string });

export interface Published extends Head {
  /** False when the channel already pointed at these very bytes: nothing was made. */
  readonly changed: boolean;
}

/** A blob laid out for serving: in memory when small, else a file to stream from. */
export type LaidBlob = BlobRef & ({ readonly bytes: Buffer } | { readonly path: string });
