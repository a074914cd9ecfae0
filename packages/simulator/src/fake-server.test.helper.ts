import http from "node:http";
import type { AddressInfo } from "node:net";
import { checksumOf } from "./signature.js";

/** A request as it arrived: header names in wire order and case. */
export interface Seen {
  method: string;
  url: string;
  rawHeaders: string[];
  headerNames: string[];
  headers: http.IncomingHttpHeaders;
  body: string;
  connection: number;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export type Handler = (seen: Seen) => Answer | undefined;

/** A pull server of a few lines that answers as recorded, unless a test's own handler answers first. */
export class FakeServer {
  readonly seen: Seen[] = [];
  readonly configurations = new Map<string, Buffer>();
  readonly modules = new Map<string, Buffer>();
  handler: Handler = () => undefined;
  connections = 0;
  readonly #server: http.Server;

  constructor() {
    const ids = new WeakMap<object, number>();
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const seen: Seen = {
          method: request.method ?? "",
          url: request.url ?? "",
          rawHeaders: request.rawHeaders,
          headerNames: request.rawHeaders.filter((_, index) => index % 2 === 0),
          headers: request.headers,
          body: Buffer.concat(chunks).toString("utf8"),
          connection: ids.get(request.socket) ?? 0,
        };
        this.seen.push(seen);
        const { status, headers, body } = this.handler(seen) ?? this.#recorded(seen);
        response.writeHead(status, { ProtocolVersion: "2.0", ...headers }).end(body);
      });
    });
    this.#server.on("connection", (socket) => ids.set(socket, ++this.connections));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/PSDSCPullServer.svc`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #recorded(seen: Seen): Answer {
    const configuration = /\/Configurations\(ConfigurationName='([^']*)'\)/.exec(seen.url)?.[1];
    const [, module, version] = /\/Modules\(ModuleName='([^']*)',ModuleVersion='([^']*)'\)/.exec(seen.url) ?? [];
    if (seen.method === "PUT") {
      return { status: 204 };
    }
    if (configuration !== undefined) {
      return file(this.configurations.get(configuration));
    }
    if (module !== undefined) {
      return file(this.modules.get(`${module}_${version}`));
    }
    if (seen.url.endsWith("/SendReport")) {
      return json({ "odata.metadata": "x/$metadata#Edm.String", value: "SavedReport" });
    }
    const [name, bytes] = [...this.configurations][0] ?? ["none", Buffer.alloc(0)];
    const { ClientStatus } = JSON.parse(seen.body) as {
      ClientStatus: { Checksum: string; ConfigurationName?: string }[];
    };
    const Details = ClientStatus.map((item) => {
      const wanted = item.ConfigurationName ?? name;
      const current = item.Checksum.toUpperCase() === checksumOf(this.configurations.get(wanted) ?? bytes);
      return { ConfigurationName: wanted, Status: current ? "Ok" : "GetConfiguration" };
    });
    const NodeStatus = Details.find(({ Status }) => Status !== "Ok")?.Status ?? "Ok";
    return json({ "odata.metadata": "x/$metadata#MSFT.DSCNodeStatus", NodeStatus, Details });
  }
}

export function json(value: unknown, space?: number): Answer {
  return {
    status: 200,
    headers: { "Content-Type": "application/json; charset=utf-8" },
    body: JSON.stringify(value, null, space),
  };
}

function file(bytes: Buffer | undefined): Answer {
  return bytes === undefined
    ? { status: 404 }
    : { status: 200, headers: { Checksum: checksumOf(bytes), ChecksumAlgorithm: "SHA-256" }, body: bytes };
}
