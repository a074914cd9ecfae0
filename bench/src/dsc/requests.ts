import http from "node:http";
import type { RequestShape } from "../load/types.js";
import { CONFIGURATION } from "./fleet.js";

const SERVICE = "/PSDSCPullServer.svc/Nodes(AgentId='{agent}')";
const HEADERS = {
  Accept: "application/json",
  "Content-Type": "application/json; charset=utf-8",
  ProtocolVersion: "2.0",
};

/** GetDscAction as a node sends it that has this configuration already. */
export function getDscAction(checksum: string): RequestShape {
  const body = JSON.stringify({ ClientStatus: [{ Checksum: checksum, ChecksumAlgorithm: "SHA-256" }] });
  return { method: "POST", path: `${SERVICE}/GetDscAction`, headers: HEADERS, body };
}

/** The download of the configuration. */
export const configurationContent: RequestShape = {
  method: "GET",
  path: `${SERVICE}/Configurations(ConfigurationName='${CONFIGURATION}')/ConfigurationContent`,
  headers: { Accept: "*/*", ProtocolVersion: "2.0" },
  body: "",
};

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
    const headers = { ...shape.headers, Host: "gateway.example", "Content-Length": Buffer.byteLength(shape.body) };
    const path = shape.path.replace("{agent}", agent);
    const request = http.request({ host: "127.0.0.1", port, method: shape.method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(chunks);
        if (response.statusCode !== 200) reject(new Error(`${path} got ${response.statusCode}: ${body}`));
        const kept: [string, string][] = [];
        for (let i = 0; i < response.rawHeaders.length; i += 2) {
          const [name = "", value = ""] = response.rawHeaders.slice(i, i + 2);
          if (!OWN.includes(name.toLowerCase())) kept.push([name, value]);
        }
        resolve({ headers: Object.fromEntries(kept), body });
      });
    });
    request.on("error", reject);
    request.end(shape.body);
  });
}
