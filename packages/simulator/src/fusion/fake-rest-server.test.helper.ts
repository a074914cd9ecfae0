import { createHash } from "node:crypto";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { deflateSync, gzipSync, inflateSync } from "node:zlib";

/** A request as it arrived. */
export interface SeenCall {
  /** The query's action; of XML its QUERY; of anything else its path. */
  readonly what: string;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: http.IncomingHttpHeaders;
  /** Unpacked. */
  readonly text: string;
  /** The name in the certificate that it came with, "" without one. */
  readonly certificate: string;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Bytes after which the connection breaks. */
  readonly breaksAfter?: number;
}

type Script = FakeAnswer | ((call: SeenCall, times: number) => FakeAnswer | "hang");

export const json = (value: unknown, status = 200): FakeAnswer => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});
export const xml = (text: string): FakeAnswer => ({
  headers: { "Content-Type": "application/x-compress-zlib" },
  body: deflateSync(`<?xml version="1.0" encoding="UTF-8"?>\n<REPLY>${text}</REPLY>`),
});

/** A scripted server of the protocol, written from the document and the recordings. */
export class FakeRestServer {
  readonly seen: SeenCall[] = [];
  /** Those that are held open, as `/wait` is. */
  readonly held: http.ServerResponse[] = [];
  readonly #scripts = new Map<string, Script>();
  readonly #server: http.Server;
  readonly #secure: boolean;

  private constructor(tls?: https.ServerOptions) {
    const take = (request: http.IncomingMessage, response: http.ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => this.#answer(request, Buffer.concat(chunks), response));
    };
    this.#secure = tls !== undefined;
    this.#server = tls === undefined ? http.createServer(take) : https.createServer(tls, take);
    this.on("PROLOG", xml("<PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE>"));
    for (const query of ["INVENTORY", "NETDISCOVERY", "SNMPQUERY"]) this.on(query, xml(""));
    this.on("getConfig", json({ schedule: [] }));
  }

  static async start(tls?: https.ServerOptions): Promise<FakeRestServer> {
    const server = new FakeRestServer(tls);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo;
    return this.#secure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  }

  get url(): string {
    return `${this.origin}/plugins/fusioninventory/`;
  }

  /** What is answered to this; `{}` for what nobody scripted. */
  on(what: string, script: Script): void {
    this.#scripts.set(what, script);
  }

  /** The schedule of these tasks, with their remotes here. */
  schedules(...tasks: readonly string[]): void {
    const schedule = tasks.map((task) => ({
      task,
      remote: `${this.origin}/b/${task.toLowerCase()}/`,
      periodicity: 600,
    }));
    this.on("getConfig", json({ configValidityPeriod: 600, schedule }));
  }

  /** What came so far, each in a word. */
  calls(...only: readonly string[]): string[] {
    return this.seen.map(({ what }) => what).filter((what) => only.length === 0 || only.includes(what));
  }

  of(what: string): SeenCall[] {
    return this.seen.filter((call) => call.what === what);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://server");
    const text = (body[0] === 0x78 ? inflateSync(body) : body).toString("utf8");
    const peer = this.#secure ? (request.socket as TLSSocket).getPeerCertificate().subject?.CN : "";
    const call: SeenCall = {
      what: url.searchParams.get("action") ?? /<QUERY>(.*)<\/QUERY>/.exec(text)?.[1] ?? url.pathname,
      ...{ method: request.method ?? "", url: request.url ?? "", path: url.pathname, headers: request.headers, text },
      query: Object.fromEntries(url.searchParams),
      certificate: typeof peer === "string" ? peer : "",
    };
    this.seen.push(call);
    const script = this.#scripts.get(call.what) ?? json({});
    const answer = typeof script === "function" ? script(call, this.of(call.what).length) : script;
    if (answer === "hang") {
      this.held.push(response);
      response.writeHead(200, { "Content-Type": "text/plain" }).write("@");
      return;
    }
    const { status = 200, headers = {}, body: said = "", breaksAfter } = answer;
    const bytes = Buffer.from(said);
    response.writeHead(status, { ...headers, "Content-Length": String(bytes.length) });
    if (breaksAfter === undefined) response.end(bytes);
    else response.write(bytes.subarray(0, breaksAfter), () => response.destroy());
  }
}

const sha512 = (bytes: Buffer): string => createHash("sha512").update(bytes).digest("hex");

/** A file as a server hands it out: parts that are gzip members, by their own digests. */
export class FakeFile {
  readonly name: string;
  readonly sha512: string;
  readonly parts: readonly { readonly sha512: string; readonly bytes: Buffer }[];

  constructor(name: string, content: Buffer, partBytes: number) {
    this.name = name;
    this.sha512 = sha512(content);
    this.parts = Array.from({ length: Math.ceil(content.length / partBytes) }, (_, n) => {
      const bytes = gzipSync(content.subarray(n * partBytes, (n + 1) * partBytes));
      return { sha512: sha512(bytes), bytes };
    });
  }

  /** Its entry of associatedFiles. */
  described(mirrors: readonly string[], more: object = {}): Record<string, unknown> {
    return {
      [this.sha512]: {
        ...{ name: this.name, mirrors, multiparts: this.parts.map((part) => part.sha512) },
        ...{ p2p: 0, "p2p-retention-duration": 0, uncompress: 0, ...more },
      },
    };
  }

  /** The part that a path or a `file=` names. */
  partAt(path: string): Buffer | undefined {
    return this.parts.find((part) =>
      path.endsWith(`${part.sha512.slice(0, 1)}/${part.sha512.slice(0, 2)}/${part.sha512}`),
    )?.bytes;
  }
}
