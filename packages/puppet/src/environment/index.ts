export { CHECKSUM_TYPES } from "./checksums.js";
export { FileServer } from "./file-server.js";
export type { FileMetadata } from "./metadata.js";
export { contentUriOf, keyOfSource } from "./static-files.js";
