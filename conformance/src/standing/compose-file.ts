import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** How far a service has to be before the one that depends on it starts. */
export type Condition = "service_started" | "service_healthy" | "service_completed_successfully";

/** One service of docker-compose.yml, with its variables filled in. */
export interface Service {
  readonly name: string;
  readonly image: string;
  /** What its container calls itself; undefined where compose has a name made up. */
  readonly hostname: string | undefined;
  /** What follows the image's entry point, where that has one. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly dependsOn: ReadonlyMap<string, Condition>;
  /** Program with arguments; undefined where the service has none of its own. */
  readonly healthcheck: readonly string[] | undefined;
  /** `source` is a folder or file of the repository (`./…`), or the name of a volume; `target` is in the container. */
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
  readonly networks: readonly string[];
  readonly aliases: readonly string[];
  /** The service whose network this one is in. */
  readonly networkOf: string | undefined;
  readonly profiles: readonly string[];
}

/** What the file has, as far as it concerns us. */
interface Written {
  readonly image: string;
  readonly hostname?: string;
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly volumes?: readonly string[];
  readonly secrets?: readonly { readonly source: string; readonly target: string }[];
  readonly networks?: readonly string[] | Readonly<Record<string, { readonly aliases?: readonly string[] }>>;
  readonly network_mode?: string;
  readonly profiles?: readonly string[];
}

interface File {
  readonly services: Readonly<Record<string, Written>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/**
 * docker-compose.yml as compose reads it.
 * @param variables of the environment; what is not among them has the file's own default
 * @throws Error for a form that this reader does not know, so that nothing is left out without a word
 */
export function readComposeFile(variables: Readonly<Record<string, string>> = {}): ReadonlyMap<string, Service> {
  const text = readFileSync(`${ROOT}docker-compose.yml`, "utf8");
  const file = filledIn(parse(text, { merge: true }), variables) as File;
  return new Map(Object.entries(file.services).map(([name, written]) => [name, serviceOf(name, written, file)]));
}

function serviceOf(name: string, written: Written, { secrets }: File): Service {
  const [kind, ...test] = written.healthcheck?.test ?? ["CMD"];
  if (kind !== "CMD") throw new Error(`${name}: a health check of kind ${kind} is not known here`);
  const networks = written.networks ?? [];
  const named = Array.isArray(networks) ? {} : (networks as Record<string, { aliases?: readonly string[] }>);
  return {
    name,
    image: written.image,
    hostname: written.hostname,
    command: typeof written.command === "string" ? words(written.command) : (written.command ?? []),
    environment: Object.fromEntries(
      Object.entries(written.environment ?? {}).map(([key, value]) => [key, String(value)]),
    ),
    dependsOn: new Map(Object.entries(written.depends_on ?? {}).map(([other, { condition }]) => [other, condition])),
    healthcheck: test.length === 0 ? undefined : test,
    mounts: [
      ...(written.volumes ?? []).map((volume) => {
        const [source = "", target = ""] = volume.split(":");
        return { source, target };
      }),
      ...(written.secrets ?? []).map(({ source, target }) => {
        return { source: secrets[source]?.file ?? "", target: `/run/secrets/${target}` };
      }),
    ],
    networks: Array.isArray(networks) ? networks : Object.keys(networks),
    aliases: [...new Set(Object.values(named).flatMap(({ aliases = [] }) => aliases))],
    networkOf: /^service:(.*)$/.exec(written.network_mode ?? "")?.[1],
    profiles: written.profiles ?? [],
  };
}

/** ENTRYPOINT of the gateway's Dockerfile. */
export function entryPoint(): readonly string[] {
  const [, found] = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync(`${ROOT}Dockerfile`, "utf8")) ?? [];
  return JSON.parse(found ?? "[]");
}

/** Every text below with `${NAME}` and `${NAME:-default}` filled in. */
function filledIn(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{([A-Z_]+)(?::-([^}]*))?\}/g, (_, name: string, otherwise: string | undefined) => {
      const filled = variables[name] || otherwise;
      if (filled === undefined) throw new Error(`docker-compose.yml needs ${name}`);
      return filled;
    });
  }
  if (Array.isArray(value)) return value.map((item) => filledIn(item, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, variables)]));
}

/** A command that is written as one text. @throws Error for quotes: none are needed so far */
export function words(command: string): string[] {
  if (/["'\\]/.test(command)) throw new Error(`a command with quotes is not known here: ${command}`);
  return command.split(/\s+/).filter((word) => word !== "");
}

/**
 * Services in an order in which each comes after those that it depends on.
 * @throws Error for a circle, and for a dependency that is not in `services`
 */
export function inOrder(services: ReadonlyMap<string, Service>, wanted: readonly string[]): readonly Service[] {
  const ordered: Service[] = [];
  const visit = (name: string, above: readonly string[]): void => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`there is no service ${name}`);
    if (above.includes(name)) throw new Error(`a circle: ${[...above, name].join(", ")}`);
    if (ordered.includes(service)) return;
    for (const other of service.dependsOn.keys()) visit(other, [...above, name]);
    ordered.push(service);
  };
  for (const name of wanted) visit(name, []);
  return ordered;
}
