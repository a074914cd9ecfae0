import type { PuppetAnswer, PuppetConnection, PuppetRequest } from "./connection.js";
import { PuppetAgentError, refused } from "./errors.js";
import { mannersOf, type PuppetVersion } from "./version.js";

type Query = readonly (readonly [name: string, value: string])[];

/** How agents encode a value in a query. */
const encode = (value: string): string => encodeURIComponent(value).replaceAll("*", "%2A");

/** The path of a file or name, each part encoded; slashes stay. */
export const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** Calls of API v3, in one environment. */
export class PuppetV3 {
  readonly #connection: PuppetConnection;
  readonly #accept: string;

  constructor(connection: PuppetConnection, version: PuppetVersion) {
    this.#connection = connection;
    this.#accept = mannersOf(version).accept;
  }

  /**
   * @param query the environment is put behind it where it is not in it, as agents have it
   * @throws PuppetAgentError of kind transport
   */
  send(
    operation: string,
    key: string,
    environment: string,
    query: Query = [],
    more: Partial<PuppetRequest> = {},
  ): Promise<PuppetAnswer> {
    const named = query.some(([name]) => name === "environment");
    const fields = named ? query : [...query, ["environment", environment] as const];
    const search = fields.map(([name, value]) => `${name}=${encode(value)}`).join("&");
    const path = `/puppet/v3/${operation}/${encodePath(key)}?${search}`;
    return this.#connection.send({ operation, method: "GET", path, accept: this.#accept, ...more });
  }

  /** The JSON of a 200; undefined for a 404. @throws PuppetAgentError for any other answer */
  async json<T>(operation: string, key: string, environment: string, query: Query): Promise<T | undefined> {
    const answer = await this.send(operation, key, environment, query);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refused(answer);
    return parsed<T>(answer);
  }

  /** The bytes of a file. @throws PuppetAgentError for another answer than 200 */
  async bytes(operation: string, key: string, environment: string, query: Query = []): Promise<Buffer> {
    const answer = await this.send(operation, key, environment, query, { accept: "application/octet-stream" });
    if (answer.status !== 200) throw refused(answer);
    return answer.body;
  }
}

/** @throws PuppetAgentError of kind protocol */
export function parsed<T>(answer: PuppetAnswer): T {
  try {
    return JSON.parse(answer.body.toString("utf8")) as T;
  } catch (thrown) {
    const text = `Could not intern from json: ${(thrown as Error).message}`;
    throw new PuppetAgentError("protocol", answer.operation, text, answer, thrown);
  }
}
