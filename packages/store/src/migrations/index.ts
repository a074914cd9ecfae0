import { TheHouse1 } from "./0001-the-house.js";

/** Every migration, oldest first. Additive ones only: the version before must run on the schema after. */
export const migrations = [TheHouse1] as const;
