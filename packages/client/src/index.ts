export { type ClientOptions, createClient, type GatehouseClient, upload } from "./client.js";
export { ApiProblem, unwrap } from "./problem.js";
export type * from "./schema.js";
