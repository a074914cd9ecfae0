import http from "node:http";
import type { AddressInfo } from "node:net";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";

/** A request as it arrived, its body unpacked. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headerNames: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Answer {
  readonly status?: number;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer packed and labelled as a server mirrors it. */
export const zlib = (text: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body: deflateSync(text),
  headers: { "Content-Type": "application/x-compress-zlib", ...headers },
});
export const gzip = (text: string): Answer => ({
  body: gzipSync(text),
  headers: { "Content-Type": "application/x-compress-gzip" },
});
export const json = (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body: JSON.stringify(value),
  headers: { "Content-Type": "application/json", ...headers },
});
export const SEND = "<REPLY><RESPONSE>SEND</RESPONSE><PROLOG_FREQ>24</PROLOG_FREQ></REPLY>";

/** What a server does with this kind of message, unless a test's own handler answers first. */
export class FakeInventoryServer {
  readonly seen: Seen[] = [];
  handler: (seen: Seen) => Answer | undefined = () => undefined;
  readonly #server: http.Server;

  private constructor() {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const seen: Seen = {
          method: request.method ?? "",
          url: request.url ?? "",
          headerNames: request.rawHeaders.filter((_, index) => index % 2 === 0),
          headers: request.headers,
          text: unpacked(Buffer.concat(chunks)),
        };
        this.seen.push(seen);
        const { status = 200, headers, body } = this.handler(seen) ?? standard(seen);
        response.writeHead(status, headers).end(body);
      });
    });
  }

  static async start(): Promise<FakeInventoryServer> {
    const server = new FakeInventoryServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/front/inventory.php`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What was asked so far, each in a word. */
  calls(): string[] {
    return this.seen.map(kindOf);
  }
}

export function kindOf({ method, url, text }: Seen): string {
  if (url.includes("action=getConfig")) return "getConfig";
  if (method === "GET") return "poll";
  if (text.startsWith("{")) return String((JSON.parse(text) as { action: string }).action);
  return /<QUERY>(.*)<\/QUERY>/.exec(text)?.[1] ?? "?";
}

/** As a GLPI server does: PROLOG with an id is pending, one without and the rest are told in XML. */
function standard(seen: Seen): Answer {
  const kind = kindOf(seen);
  if (kind === "getConfig") return json({ configValidityPeriod: 600, schedule: [] });
  if (kind === "contact")
    return zlib('{"status":"ok","expiration":24,"tasks":{"inventory":{"server":"glpi","version":"1"}}}');
  if (kind === "inventory" || kind === "poll") return zlib('{"status":"ok","expiration":24}');
  if (kind === "INVENTORY") return zlib("<REPLY></REPLY>");
  if (seen.headers["glpi-agent-id"] === undefined) return zlib(SEND);
  return zlib('{"status":"pending","expiration":0}', 202);
}

function unpacked(body: Buffer): string {
  if (body[0] === 0x78) return inflateSync(body).toString("utf8");
  if (body[0] === 0x1f) return gunzipSync(body).toString("utf8");
  return body.toString("utf8");
}
