import http from "node:http";
import { requestOf } from "./requests.js";
import type { RequestShape } from "./types.js";

/** An answer as it came: what the yardsticks give back. */
export interface Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

// Node writes these by itself, for the yardsticks too.
const OWN = ["date", "connection", "keep-alive", "content-length"];

/** Asks the gateway once. @throws when the answer is no 200 */
export function record(port: number, shape: RequestShape, agent: string): Promise<Recorded> {
  return new Promise((resolve, reject) => {
    const { method, path, body, headers: own } = requestOf(shape, agent);
    const headers = { ...own, Host: "gateway.example", "Content-Length": Buffer.byteLength(body) };
    const request = http.request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const answer = Buffer.concat(chunks);
        if (response.statusCode !== 200) reject(new Error(`${path} got ${response.statusCode}: ${answer}`));
        const kept: [string, string][] = [];
        for (let i = 0; i < response.rawHeaders.length; i += 2) {
          const [name = "", value = ""] = response.rawHeaders.slice(i, i + 2);
          if (!OWN.includes(name.toLowerCase())) kept.push([name, value]);
        }
        resolve({ headers: Object.fromEntries(kept), body: answer });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}
