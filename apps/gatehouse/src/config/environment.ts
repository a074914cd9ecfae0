import { nearest } from "@gatehouse/api/nearest";
import { GatehouseError } from "@gatehouse/core/errors";

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, object>>;
}

/** Variables that are not settings: the command's own, and those of tests. */
const OTHERS = [
  "GATEHOUSE_URL",
  "GATEHOUSE_TOKEN",
  "GATEHOUSE_CA",
  "GATEHOUSE_ADMIN_TOKEN",
  "GATEHOUSE_BACKUP_PASSPHRASE_FILE",
  "GATEHOUSE_CONFIG",
  "GATEHOUSE_SHARED",
];

const snake = (key: string) =>
  key
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toUpperCase();

/** The variable of every setting: `log.level` is GATEHOUSE_LOG_LEVEL. */
export function variables(schema: Schema, path: string[] = []): Map<string, { path: string[]; type: unknown }> {
  const found = new Map<string, { path: string[]; type: unknown }>();
  for (const [key, child] of Object.entries<Schema>(schema.properties ?? {})) {
    const here = [...path, key];
    if (child.properties === undefined)
      found.set(`GATEHOUSE_${here.map(snake).join("_")}`, { path: here, type: child.type });
    else for (const [name, setting] of variables(child, here)) found.set(name, setting);
  }
  return found;
}

/**
 * Settings from the environment, as a tree. DATABASE_URL is database.url.
 * @throws config-invalid for a GATEHOUSE_ variable that is no setting, with the nearest one
 */
export function fromEnvironment(schema: Schema, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const known = variables(schema);
  const tree: Record<string, unknown> = {};
  if (env["DATABASE_URL"]) put(tree, ["database", "url"], env["DATABASE_URL"]);
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("GATEHOUSE_") || OTHERS.includes(name) || text === undefined || text === "") continue;
    const setting = known.get(name);
    if (setting === undefined) {
      throw new GatehouseError(
        "config-invalid",
        `The variable ${name} is no setting${nearest(name, [...known.keys(), ...OTHERS])}`,
      );
    }
    put(tree, setting.path, parsed(name, text, setting.type));
  }
  return tree;
}

function parsed(name: string, text: string, type: unknown): unknown {
  if (type === "integer" && /^-?\d+$/.test(text)) return Number(text);
  const mayBeBoolean = type === "boolean" || (Array.isArray(type) && type.includes("boolean"));
  if (mayBeBoolean && /^(?:true|false)$/.test(text)) return text === "true";
  if (type === "object" && text.trimStart().startsWith("{")) return fromJson(name, text, "mapping");
  if (type !== "array") return text;
  if (!text.trimStart().startsWith("[")) return text.split(",").map((item) => item.trim());
  return fromJson(name, text, "list");
}

function fromJson(name: string, text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new GatehouseError("config-invalid", `The variable ${name} begins like a JSON ${what} and is none.`, {
      cause: thrown,
    });
  }
}

function put(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) tree[key] = value;
  else {
    tree[key] ??= {};
    put(tree[key] as Record<string, unknown>, rest, value);
  }
}
