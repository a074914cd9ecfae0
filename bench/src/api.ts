import { readFileSync } from "node:fs";
import https from "node:https";
import path from "node:path";
import type { Gateway } from "./process/gateway.js";

/** An answer of the operators' API. */
export interface Answer<Body> {
  /** From the request until its last byte was there. */
  readonly ms: number;
  readonly bytes: number;
  readonly body: Body;
}

/** The operators' API of a gateway, over kept HTTPS connections. */
export interface Api {
  /** @throws when the answer is no 200 */
  get<Body>(path: string): Promise<Answer<Body>>;
  /** @throws when the answer is no 201 */
  post<Body>(path: string, body: object): Promise<Answer<Body>>;
  /** @throws when the answer is no 200 */
  put<Body>(path: string, body: object): Promise<Answer<Body>>;
  close(): void;
}

/** The API with the token of the gateway's first start. @param connections kept at the most */
export function openApi(gateway: Gateway, connections: number): Api {
  const agent = new https.Agent({ keepAlive: true, maxSockets: connections, ca: readFileSync(gateway.ready.ca) });
  const token = readFileSync(path.join(gateway.dataDir, "admin.token"), "utf8").trim();
  const { hostname: host, port } = new URL(gateway.ready.https);
  const headers = { Authorization: `Bearer ${token}`, Accept: "application/json" };
  const call = <Body>(method: string, target: string, expected: number, body?: object) =>
    new Promise<Answer<Body>>((resolve, reject) => {
      const begun = performance.now();
      const said = body === undefined ? undefined : JSON.stringify(body);
      const more = said === undefined ? {} : { "Content-Type": "application/json", "Content-Length": said.length };
      const options = { agent, host, port, method, path: `/api/v1${target}`, headers: { ...headers, ...more } };
      const request = https.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const ms = performance.now() - begun;
          const bytes = Buffer.concat(chunks);
          if (response.statusCode === expected)
            resolve({ ms, bytes: bytes.length, body: JSON.parse(bytes.toString("utf8")) as Body });
          else reject(new Error(`${target} got ${response.statusCode}: ${bytes}`));
        });
      });
      request.on("error", reject);
      request.end(said);
    });
  return {
    get: <Body>(target: string) => call<Body>("GET", target, 200),
    post: <Body>(target: string, body: object) => call<Body>("POST", target, 201, body),
    put: <Body>(target: string, body: object) => call<Body>("PUT", target, 200, body),
    close: () => agent.destroy(),
  };
}
