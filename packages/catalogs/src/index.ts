export { createDeclaredCatalogs } from "./declared.js";
export { catalogSettingDefinitions } from "./settings.js";
