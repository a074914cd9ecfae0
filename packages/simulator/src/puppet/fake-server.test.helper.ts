import { createHash } from "node:crypto";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import { FakeAuthority } from "./fake-authority.test.helper.js";

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headerNames: readonly string[];
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Common name of the verified certificate, "" without one. */
  readonly peer: string;
  readonly connection: number;
}

export interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value) });

const metadata = (relative_path: string | null, content?: string) => ({
  path: "/code",
  relative_path,
  links: "manage",
  owner: 0,
  group: 0,
  mode: 420,
  checksum:
    content === undefined
      ? { type: "ctime", value: "{ctime}2026-11-20 19:36:51 +0000" }
      : { type: "sha256", value: sha256(content) },
  type: content === undefined ? "directory" : "file",
  destination: null,
});

export const sha256 = (text: string): string => `{sha256}${createHash("sha256").update(text).digest("hex")}`;

/** A Puppet server of a few lines, unless a test's own handler answers first. */
export class FakePuppetServer {
  readonly seen: Seen[] = [];
  /** By environment, mount and path: `production/plugins/facter/a.rb`. */
  readonly files = new Map<string, string>();
  /** What a node gets; `environment` is the one of the request. */
  catalog: (environment: string) => Readonly<Record<string, unknown>> = (environment) => ({
    environment,
    resources: [],
  });
  handler: (seen: Seen) => Answer | undefined = () => undefined;
  /** Whether requests are signed as they come. */
  autosign = true;
  readonly signed = new Map<string, { pem: string; attributes: Record<string, string> }>();
  connections = 0;
  readonly #server: https.Server;
  readonly #authority: FakeAuthority;

  private constructor(authority: FakeAuthority) {
    this.#authority = authority;
    const ids = new WeakMap<object, number>();
    const tls = { ...authority.server, ca: authority.pem, requestCert: true, rejectUnauthorized: false };
    this.#server = https.createServer(tls, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", async () => {
        const socket = request.socket as TLSSocket;
        const seen: Seen = {
          method: request.method ?? "",
          url: request.url ?? "",
          headerNames: request.rawHeaders.filter((_, index) => index % 2 === 0),
          headers: request.headers,
          body: Buffer.concat(chunks).toString("utf8"),
          peer: socket.authorized ? String(socket.getPeerCertificate().subject.CN) : "",
          connection: ids.get(socket) ?? 0,
        };
        this.seen.push(seen);
        const { status, headers, body } = this.handler(seen) ?? (await this.#answer(seen));
        response.writeHead(status, headers).end(body);
      });
    });
    this.#server.on("secureConnection", (socket) => ids.set(socket, ++this.connections));
  }

  static async start(): Promise<FakePuppetServer> {
    const server = new FakePuppetServer(await FakeAuthority.make());
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The calls of API v3 so far, without their queries. */
  calls(): string[] {
    return this.seen.flatMap(({ method, url }) => {
      const [path = ""] = url.split("?");
      return path.startsWith("/puppet/v3/") ? [`${method} ${path.slice("/puppet/v3/".length)}`] : [];
    });
  }

  async #answer(seen: Seen): Promise<Answer> {
    const url = new URL(seen.url, "https://fake");
    const [, api = "", , operation = "", ...rest] = url.pathname.split("/").map(decodeURIComponent);
    if (api === "puppet-ca") return this.#certificates(seen, operation, rest.join("/"));
    const key = rest.join("/");
    const environment = url.searchParams.get("environment") ?? "";
    if (seen.peer === "") return { status: 403, body: "Forbidden request" };
    if (operation === "node") return ok({ name: key, environment });
    if (operation === "catalog") return ok({ name: key, catalog_format: 2, ...this.catalog(environment) });
    if (operation === "report") return ok(["store"]);
    return this.#file(operation, environment, key, url.searchParams.get("recurse") === "true");
  }

  async #certificates({ method, body }: Seen, operation: string, name: string): Promise<Answer> {
    if (operation === "certificate" && name === "ca") return { status: 200, body: this.#authority.pem };
    if (operation === "certificate_revocation_list") return { status: 200, body: this.#authority.crl };
    if (method === "PUT") {
      if (this.signed.has(name)) return { status: 400, body: `${name} already has a signed certificate` };
      if (this.autosign) this.signed.set(name, await this.#authority.sign(body));
      return { status: 200 };
    }
    const signed = this.signed.get(name);
    return signed === undefined ? { status: 404, body: "Could not find" } : { status: 200, body: signed.pem };
  }

  #file(operation: string, environment: string, key: string, recurse: boolean): Answer {
    const content = this.files.get(`${environment}/${key}`);
    // As puppetserver compresses what it serves to agents.
    if (operation.endsWith("file_content") && content !== undefined)
      return { status: 200, body: gzipSync(content), headers: { "Content-Encoding": "gzip" } };
    if (operation === "file_metadata" && content !== undefined) return ok(metadata(null, content));
    const below = [...this.files].filter(([path]) => path.startsWith(`${environment}/${key}/`));
    const known = below.length > 0 || [...this.files.keys()].some((path) => path.startsWith(`${environment}/`));
    if (operation === "file_metadatas" && known && (below.length > 0 || /^plugin/.test(key))) {
      const start = environment.length + key.length + 2;
      const found = recurse ? below.map(([path, text]) => metadata(path.slice(start), text)) : [];
      return ok([metadata("."), ...found]);
    }
    return { status: 404, body: JSON.stringify({ message: `Not Found: ${key}`, issue_kind: "RESOURCE_NOT_FOUND" }) };
  }
}
