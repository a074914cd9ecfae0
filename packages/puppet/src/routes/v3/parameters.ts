import type { EnvironmentVersion, KnownEnvironments } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRequest } from "@gatehouse/http";
import { PuppetError } from "../../errors.js";

/** The environment of who names none, and the one that is there, empty, before anything is deployed. */
export const DEFAULT_ENVIRONMENT = "production";

const EMPTY: EnvironmentVersion = {
  name: DEFAULT_ENVIRONMENT,
  version: 0,
  codeId: "0",
  deployedAt: new Date(0),
  entries: new Map(),
};

/** Parameters of a form: agents send eleven. Each takes memory, however few bytes it is written with. */
const MOST_PARAMETERS = 1_000;
const AMPERSAND = 0x26;

const malformed = (message: string) => new GatehouseError("request-malformed", message);

/**
 * Of the query, and of a form in the body, which comes last: agents up to 6.14 turn a GET of more than 1,024 characters
 * into a POST (wire/puppet.md section 7).
 * @throws request-malformed for a form of too many
 */
export function parametersOf({
  query,
  body,
  headers,
}: Pick<RouteRequest, "query" | "body" | "headers">): URLSearchParams {
  const all = new URLSearchParams(query);
  const type = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (body.length === 0 || type !== "application/x-www-form-urlencoded") return all;
  if (hasMore(body, AMPERSAND, MOST_PARAMETERS)) throw malformed(`A form has at most ${MOST_PARAMETERS} parameters`);
  for (const [name, value] of new URLSearchParams(body.toString("utf8"))) all.append(name, value);
  return all;
}

/** Whether a byte is there more often than that. */
function hasMore(bytes: Buffer, byte: number, most: number): boolean {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) if (++count > most) return true;
  return false;
}

/** @throws request-malformed where it is missing or no name of an environment */
export function environmentNameOf(parameters: URLSearchParams): string {
  const name = parameters.get("environment");
  if (name === null || name === "") throw malformed("An environment parameter must be specified");
  if (!/^\w{1,64}$/.test(name))
    throw malformed(`The environment must be purely alphanumeric, not '${name.slice(0, 64)}'`);
  return name;
}

/** The version that a request begins and ends with. @throws request-malformed, not-found */
export async function environmentOf(
  environments: Pick<KnownEnvironments, "current">,
  parameters: URLSearchParams,
): Promise<EnvironmentVersion> {
  const name = environmentNameOf(parameters);
  const found = await findEnvironment(environments, name);
  if (found !== undefined) return found;
  throw new PuppetError("not-found", `Could not find environment '${name}'`, { kind: "RUNTIME_ERROR" });
}

/** The default environment is always there. */
export async function findEnvironment(
  environments: Pick<KnownEnvironments, "current">,
  name: string,
): Promise<EnvironmentVersion | undefined> {
  return (await environments.current(name)) ?? (name === DEFAULT_ENVIRONMENT ? EMPTY : undefined);
}
