export { type CatalogParts, createCatalogs } from "./catalogs.js";
export { createDeclaredCatalogs } from "./declared.js";
export * from "./ruby/index.js";
export { catalogSettingDefinitions } from "./settings.js";
