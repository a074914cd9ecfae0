export { checkPackageName, packageFault } from "./check.js";
export type * from "./packages.js";
export { packageSchema } from "./schema.js";
export * from "./types.js";
