import type { ArtifactVersion, BlobRef, Head, LaidBlob, Publication, Published, PublishedContent } from "./types.js";

/** The channel of kinds that have one stream of versions. */
export const CURRENT = "current";

/** Bytes of content that is staged together with other content. */
export const SMALL_CONTENT = 1 << 16;

/** Port: published content. Names are compared without regard to case. */
export interface ContentStore {
  /** Blob, version and channel in one transaction: an interrupted publication leaves nothing. */
  publish(publication: Publication): Promise<Published>;
  /** Where `channel` of the named artifacts points; names without one are left out. Asked at every check-in. */
  heads(kind: string, names: readonly string[], channel: string): Promise<Head[]>;
  /** Every channel of one artifact. */
  channels(kind: string, name: string): Promise<Head[]>;
  /** Every channel of every artifact of a kind, by name. */
  list(kind: string): Promise<Head[]>;
  /** The versions of one artifact, newest first; empty when there is none. */
  versions(kind: string, name: string): Promise<ArtifactVersion[]>;
  /** Which published versions of a kind have these digests (lower-case hex), the newest of each name and digest. */
  versionsWith(kind: string, sha256s: readonly string[]): Promise<PublishedContent[]>;
  /** Takes a channel away; its versions stay. @returns false when there was none */
  withdraw(kind: string, name: string, channel: string): Promise<boolean>;
  /** Stores bytes, or those of a file, that nothing refers to yet; what is not published within a day is collected. */
  stage(source: string | Buffer): Promise<BlobRef>;
  /** As {@link stage}, of many at once, each of at most {@link SMALL_CONTENT} bytes. */
  stageSmall(contents: readonly Buffer[]): Promise<BlobRef[]>;
  /** Which of these digests (lower-case hex) are stored, published or staged; those that are staged have a day again. */
  stored(sha256s: readonly string[]): Promise<BlobRef[]>;
  /** Moves a channel to a version that was published in it. @returns undefined when there is no such artifact or version */
  moveChannel(kind: string, name: string, channel: string, version: number): Promise<Head | undefined>;
  /** The bytes, verified against their digest when they are laid on this machine's disk. @throws not-found */
  open(blob: BlobRef): Promise<LaidBlob>;
}
