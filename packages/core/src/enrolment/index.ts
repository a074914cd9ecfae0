export * from "./agent-keys.js";
export * from "./keys.js";
export * from "./logins.js";
export * from "./registration.js";
