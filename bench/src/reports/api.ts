import { readFileSync } from "node:fs";
import https from "node:https";
import path from "node:path";
import type { Gateway } from "../process/gateway.js";

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
  close(): void;
}

/** The API with the token of the gateway's first start. @param connections kept at the most */
export function openApi(gateway: Gateway, connections: number): Api {
  const agent = new https.Agent({ keepAlive: true, maxSockets: connections, ca: readFileSync(gateway.ready.ca) });
  const token = readFileSync(path.join(gateway.dataDir, "admin.token"), "utf8").trim();
  const { hostname: host, port } = new URL(gateway.ready.https);
  const headers = { Authorization: `Bearer ${token}`, Accept: "application/json" };
  return {
    get: <Body>(target: string) =>
      new Promise<Answer<Body>>((resolve, reject) => {
        const begun = performance.now();
        const request = https.get({ agent, host, port, path: `/api/v1${target}`, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const ms = performance.now() - begun;
            const bytes = Buffer.concat(chunks);
            if (response.statusCode === 200)
              resolve({ ms, bytes: bytes.length, body: JSON.parse(bytes.toString("utf8")) as Body });
            else reject(new Error(`${target} got ${response.statusCode}: ${bytes}`));
          });
        });
        request.on("error", reject);
      }),
    close: () => agent.destroy(),
  };
}
