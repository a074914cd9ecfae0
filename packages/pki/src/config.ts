// What the configuration is made of, and no more: a start reads it before the rest is loaded.
export { checkAutosignPolicy } from "./autosign/check.js";
export { createOidNames, type OidNames, puppetOids } from "./oids.js";
