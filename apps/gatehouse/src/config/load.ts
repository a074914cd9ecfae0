import { readFileSync } from "node:fs";
import { nearest } from "@gatehouse/api/nearest";
import { GatehouseError } from "@gatehouse/core/errors";
import { createAuthorization } from "@gatehouse/puppet/config";
import { Ajv, type ErrorObject } from "ajv";
import { parse as parseYaml } from "yaml";
import { checkAuthority } from "./authority.js";
import { fromEnvironment } from "./environment.js";
import { checkListener } from "./listener.js";
import { configSchema } from "./schema.js";
import { checkServerNames } from "./server-names.js";
import type { Config, ListenerConfig } from "./types.js";

/** What the command line says; it comes before everything else. */
export interface Flags {
  readonly config?: string;
  readonly data?: string;
  /** HOST:PORT, or `off`. */
  readonly http?: string;
  readonly https?: string;
}

/** A check that is made for one value: half of its time would go into looking at the schema, and into making it fast. */
const AJV = { useDefaults: true, strict: false, validateSchema: false, code: { optimize: false } } as const;

/**
 * The configuration: defaults, then the file, then GATEHOUSE_* variables, then flags.
 * @throws config-invalid with the place, and the nearest known word for an unknown one
 */
export function loadConfig(flags: Flags, env: NodeJS.ProcessEnv): Config {
  const file = flags.config ?? env["GATEHOUSE_CONFIG"];
  const fromFile = file === undefined ? {} : readConfigFile(file);
  const tree = merge(
    merge(fromFile, fromEnvironment(configSchema, env)),
    flags.data === undefined ? {} : { dataDir: flags.data },
  );
  const validate = new Ajv(AJV).compile<Config>(configSchema);
  if (!validate(tree)) {
    const [error] = validate.errors ?? [];
    throw new GatehouseError("config-invalid", describe(error, file));
  }
  const listeners = withFlags(tree.listeners, flags);
  checkServerNames(tree.serverNames);
  for (const listener of listeners) checkListener(listener);
  checkAuthority(tree.ca);
  // Throws for a rule that means nothing.
  createAuthorization(tree.puppet);
  return { ...tree, listeners };
}

function readConfigFile(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    const text = readFileSync(file, "utf8");
    // A file of nothing but comments is one without settings.
    value = parseYaml(text, { merge: true }) ?? {};
  } catch (thrown) {
    throw new GatehouseError("config-invalid", `${file} cannot be read: ${(thrown as Error).message}`, {
      cause: thrown,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new GatehouseError("config-invalid", `${file} holds no settings: a mapping is expected.`);
}

function merge(below: Record<string, unknown>, above: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = merged[key];
    merged[key] = isTree(old) && isTree(value) ? merge(old, value) : value;
  }
  return merged;
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `--http` and `--https` move or take away the first listener of their kind, or add one. */
function withFlags(listeners: readonly ListenerConfig[], flags: Flags): ListenerConfig[] {
  let result = [...listeners];
  for (const [flag, isMine] of [
    [flags.https, (listener: ListenerConfig) => listener.tls !== "off"],
    [flags.http, (listener: ListenerConfig) => listener.tls === "off"],
  ] as const) {
    if (flag === undefined) continue;
    if (flag === "off") {
      result = result.filter((listener) => !isMine(listener));
      continue;
    }
    if (!/^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$/.test(flag)) {
      throw new GatehouseError("config-invalid", `${flag} is no address: HOST:PORT or off is expected.`);
    }
    const index = result.findIndex(isMine);
    const old = result[index];
    if (old !== undefined) result[index] = { ...old, address: flag };
    else
      throw new GatehouseError("config-invalid", "There is no listener of this kind in the configuration to be moved.");
  }
  if (result.length === 0) throw new GatehouseError("config-invalid", "Every listener is off.");
  return result;
}

function describe(error: ErrorObject | undefined, file: string | undefined): string {
  const place = error?.instancePath.slice(1).replaceAll("/", ".") ?? "";
  const where = `${file === undefined ? "The configuration" : file}${place === "" ? "" : `, ${place}`}`;
  const extra = error?.params?.["additionalProperty"];
  if (typeof extra === "string") {
    return `${where}: there is no setting ${JSON.stringify(extra)}${nearest(extra, Object.keys((error?.parentSchema?.["properties"] as object) ?? schemaAt(place)))}`;
  }
  const allowed = error?.params?.["allowedValues"];
  return `${where}: ${error?.message}${Array.isArray(allowed) ? ` (${allowed.join(", ")})` : ""}.`;
}

/** The settings known at a place such as `log` or `listeners.0`. */
function schemaAt(place: string): object {
  let schema: { properties?: Record<string, object>; items?: object } = configSchema as never;
  for (const part of place.split(".").filter((text) => text !== "")) {
    schema = ((/^\d+$/.test(part) ? schema.items : schema.properties?.[part]) as never) ?? {};
  }
  return schema.properties ?? {};
}
