import http from "node:http";
import type { AddressInfo } from "node:net";
import { deflateSync, inflateSync } from "node:zlib";
import { serverOf } from "../inventory/connection.js";
import { bytesOfUuid, uuidOfBytes } from "./block.js";

type Headers = Readonly<Record<string, string>>;

/** A request as somebody on the way sees it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** An answer as somebody on the way sees it. */
export interface SeenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Somebody between agents and a server, over plain HTTP: sees all, changes what he wants, and drops answers. */
export class ManInTheMiddle {
  readonly requests: SeenRequest[] = [];
  readonly answers: SeenAnswer[] = [];
  /** What goes on to the server in place of a request; an answer: the server never hears of it. */
  onRequest: (request: SeenRequest) => SeenRequest | SeenAnswer = (request) => request;
  /** What the agent gets; undefined: the connection ends without an answer. */
  onAnswer: (answer: SeenAnswer, request: SeenRequest) => SeenAnswer | undefined = (answer) => answer;
  readonly #target: ReturnType<typeof serverOf>;
  readonly #server: http.Server;

  private constructor(serverUrl: string) {
    this.#target = serverOf(serverUrl);
    this.#server = http.createServer((incoming, response) => {
      void this.#relay(incoming, response).catch(() => response.destroy());
    });
  }

  /** @param serverUrl of plain HTTP: inside TLS there is nobody. @throws TypeError for another */
  static async start(serverUrl: string): Promise<ManInTheMiddle> {
    const middle = new ManInTheMiddle(serverUrl);
    if (middle.#target.tls) throw new TypeError("Nobody is in the middle of TLS.");
    await new Promise<void>((resolve) => middle.#server.listen(0, "127.0.0.1", resolve));
    return middle;
  }

  /** What agents believe to be the server. */
  get url(): string {
    const { path } = this.#target;
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path === "" ? "/" : path}`;
  }

  /** Sends something to the server, such as a request that was seen before. */
  send({ method, path, headers, body }: SeenRequest): Promise<SeenAnswer> {
    const { hostname, port } = this.#target;
    return new Promise((resolve, reject) => {
      const kept = Object.entries(headers).filter(([name]) => !OWN.includes(name.toLowerCase()));
      const length = body.length > 0 ? { "content-length": String(body.length) } : {};
      const sent = { ...Object.fromEntries(kept), ...length };
      const outgoing = http.request({ hostname, port, method, path, headers: sent, agent: false }, (answer) => {
        gathered(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer), body: bytes }),
          reject,
        );
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #relay(incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await gathered(incoming);
    const seen = { method: incoming.method ?? "", path: incoming.url ?? "/", headers: headersOf(incoming), body };
    this.requests.push(seen);
    const passed = this.onRequest(seen);
    const answer = "status" in passed ? passed : await this.send(passed);
    this.answers.push(answer);
    const given = this.onAnswer(answer, seen);
    if (given === undefined) {
      response.destroy();
      return;
    }
    const kept = Object.entries(given.headers).filter(([name]) => !OWN.includes(name));
    response.writeHead(given.status, { ...Object.fromEntries(kept), "content-length": given.body.length });
    response.end(given.body);
  }
}

/** Of one connection, not of what goes over it. */
const OWN = ["connection", "content-length", "host", "keep-alive", "te", "transfer-encoding"];

async function gathered(message: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const headersOf = ({ headers }: http.IncomingMessage): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const MOST_TEXT = 64 * 1024 * 1024;

/** What a plain message says, zlib or not; undefined for what is no JSON, such as a frame. */
export function jsonIn({ body }: { readonly body: Buffer }): Record<string, unknown> | undefined {
  try {
    return JSON.parse(
      (body[0] === 0x78 ? inflateSync(body, { maxOutputLength: MOST_TEXT }) : body).toString("utf8"),
    ) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** The same with something else in it, packed as it came. */
export function withJson<Seen extends { readonly body: Buffer }>(seen: Seen, value: object): Seen {
  const text = JSON.stringify(value);
  return { ...seen, body: seen.body[0] === 0x78 ? deflateSync(text) : Buffer.from(text) };
}

/** A UUID with one bit changed. */
export function garbled(uuid: string): string {
  const bytes = bytesOfUuid(uuid);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return uuidOfBytes(bytes);
}

/** A UUID with its second 8 bytes before its first. */
export function swappedHalves(uuid: string): string {
  const bytes = bytesOfUuid(uuid);
  return uuidOfBytes(Buffer.concat([bytes.subarray(8), bytes.subarray(0, 8)]));
}
