import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { CertificateProfile } from "@gatehouse/core/certificates";
import { fixedClock } from "@gatehouse/core/clock";
import { Admission, createHttpMetrics, createRouter, type Peer, type RouteRow } from "@gatehouse/http";
import { onTestFinished } from "vitest";
import type { PuppetDeps, PuppetV3Deps } from "./deps.js";
import { FakeAuthority } from "./fake-authority.test.helper.js";
import { FakeRegistry } from "./fake-registry.test.helper.js";
import { v3World } from "./fake-v3.test.helper.js";
import { puppetTables } from "./router.js";

export const nobody: Peer = { kind: "none" };
export const stranger: Peer = { kind: "unverified", thumbprint: "AB".repeat(20), why: "no issuer of ours" };

/** A peer whose certificate is ours. */
export const verified = (
  name: string,
  extensions: Readonly<Record<string, string>> = {},
  profile: CertificateProfile = "puppet",
): Peer => ({ kind: "verified", name, profile, serial: "00AB", certificate: `PEM of ${name}`, extensions });

export const admin = verified("ca.example.org", { pp_cli_auth: "true" });

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** All that the adapter needs, with an authority that keeps everything in memory. */
export function world(said: Partial<PuppetDeps & PuppetV3Deps> = {}) {
  const authority = new FakeAuthority();
  const lines: Line[] = [];
  const noteAt = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void lines.push({ level, message, fields: fields ?? {} });
  const requests = { "check-in": 99, content: 99, submission: 99, operator: 99, platform: 99 };
  const admission = new Admission({ requests, bodyBytes: 1 << 30 });
  const v3 = v3World(said);
  const deps: PuppetDeps & PuppetV3Deps = {
    ...v3.deps,
    log: { debug: noteAt("debug"), info: noteAt("info"), warn: noteAt("warn"), error: noteAt("error") },
    admission,
    metrics: createHttpMetrics(admission),
    clock: fixedClock("2026-11-21T10:00:00Z"),
    authority,
    registry: new FakeRegistry(),
    notReady: async () => [],
    redeploy: async () => undefined,
    config: { authorization: { rules: [] } },
    authorizationRules: { current: [] },
    ...said,
  };
  return { authority, deps, lines, environments: v3.environments, submitted: v3.submitted, kept: v3.kept };
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly type: string | undefined;
  readonly text: string;
  readonly bytes: Buffer;
}

export interface Sent {
  readonly peer?: Peer;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

/**
 * A real server around the adapter, for one test; status 599 is what was passed on.
 * @param firstRows come before the adapter's own
 */
export async function serve(said: Partial<PuppetDeps & PuppetV3Deps> = {}, firstRows: readonly RouteRow[] = []) {
  const { authority, deps, lines, environments, submitted, kept } = world(said);
  // Each request has a connection of its own, and says who is at the other end of it.
  let peer: Peer = nobody;
  const [table, v3] = puppetTables(deps);
  const withPeer = { ...deps, peerOf: () => peer };
  const handler = createRouter({ ...table, rows: [...firstRows, ...table.rows] }, withPeer);
  const v3Handler = createRouter({ ...v3, rows: [...firstRows, ...v3.rows] }, withPeer);
  const server = http.createServer({ maxHeaderSize: 256 << 10 }, (req, res) =>
    handler(req, res, () => v3Handler(req, res, (error) => res.writeHead(error === undefined ? 599 : 598).end())),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = (method: string, path: string, { peer: who = nobody, headers = {}, body }: Sent = {}) => {
    peer = who;
    return new Promise<Answer>((resolve, reject) => {
      const request = http.request({ port, host: "127.0.0.1", method, path, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            type: response.headers["content-type"],
            text: bytes.toString(),
            bytes,
          });
        });
      });
      request.on("error", reject);
      request.end(body);
    });
  };
  return { authority, lines, table, v3, environments, submitted, kept, send, server };
}

export const CA = "/puppet-ca/v1";
export const CSR = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n";
