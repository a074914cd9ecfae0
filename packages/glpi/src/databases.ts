import { DATABASES } from "./settings.js";
import { objectOf, type Said } from "./wire/read.js";

/** Credentials that the agent may ask for with get_params. */
export interface DatabaseParams {
  readonly id: string;
  /** Kinds of databases, such as `mysql`; empty for all. */
  readonly use: readonly string[];
  /** Names of stored credentials. */
  readonly credentials: readonly string[];
}

/** What the agent's groups assign to it. */
export const databasesOf = (settings: Said): DatabaseParams[] =>
  Object.entries(objectOf(settings[DATABASES])).map(([id, spec]) => {
    const { use, credentials } = objectOf(spec);
    return { id, use: texts(use), credentials: texts(credentials) };
  });

/** Kinds that agents know, where a group does not say: they ask for each kind that they find. */
const ALL = ["mysql", "mariadb", "postgresql", "mongodb", "mssql", "oracle", "db2"];

/** `params` of the inventory task, as the recording glpi-get-params has them; nothing where nothing is assigned. */
export function databaseParams(settings: Said): { params?: readonly object[] } {
  const assigned = databasesOf(settings);
  if (assigned.length === 0) return {};
  const uses = assigned.map(({ id, use }) => [id, use.length > 0 ? use : ALL] as const);
  return {
    params: [
      {
        category: "database",
        params_id: assigned.map(({ id }) => id).join(","),
        use: [...new Set(uses.flatMap(([, use]) => use))],
        ...Object.fromEntries(uses.map(([id, use]) => [`use[${id}]`, use.join(",")])),
      },
    ],
  };
}

const texts = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];
