export { checkPackageName, MOST_P2P_MINUTES, MOST_PACKAGE_FILES, PACKAGE_NAME, packageFault } from "./check.js";
export type * from "./packages.js";
export { packageSchema } from "./schema.js";
export * from "./types.js";
