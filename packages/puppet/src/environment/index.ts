export { CHECKSUM_TYPES, type ChecksumType } from "./checksums.js";
export { FileServer, type FileServerDeps } from "./file-server.js";
export type { SearchOptions } from "./fileset.js";
export { fnmatch } from "./fnmatch.js";
export { layoutOf } from "./layout.js";
export type { FileMetadata, MetadataOptions } from "./metadata.js";
export { contentUriOf, keyOfSource } from "./static-files.js";
