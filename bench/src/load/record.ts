import http from "node:http";
import https from "node:https";
import { requestOf } from "./requests.js";
import type { RequestShape, TlsIdentity } from "./types.js";

/** An answer as it came: what the yardsticks give back. */
export interface Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

// Node writes these by itself, for the yardsticks too.
const OWN = ["date", "connection", "keep-alive", "content-length"];

/** Asks the gateway once. @param tls without it, in plain HTTP @throws when the answer is no 200 */
export function record(port: number, shape: RequestShape, agent: string, tls?: TlsIdentity): Promise<Recorded> {
  return new Promise((resolve, reject) => {
    const { method, path, body, headers: own } = requestOf(shape, agent);
    const headers = { ...own, Host: "gateway.example", "Content-Length": Buffer.byteLength(body) };
    const options = { host: "127.0.0.1", port, method, path, headers };
    const take = (response: http.IncomingMessage) => {
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
    };
    // The certificate is for this name; the one in the Host header would be looked for otherwise.
    const secure = { ...options, ...tls, servername: "localhost" };
    const request = tls === undefined ? http.request(options, take) : https.request(secure, take);
    request.on("error", reject);
    request.end(body);
  });
}
