import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { InventoryTls } from "../inventory/connection.js";
import { isUuid } from "./block.js";
import type { CommunicationKey } from "./channel.js";
import { type HandedOn, type Job, Jobs } from "./jobs.js";
import { jsonIn } from "./middle.js";
import { type Passed, Upstream } from "./upstream.js";

export interface RegisterProxyOptions {
  /** Of the server, or of the next proxy. */
  readonly serverUrl: string;
  readonly tls?: InventoryTls;
  /** The proxy's own. */
  readonly agentId: string;
  /** Its own as well: a token that agents have too shows it their secrets (chapter 6.2.2). */
  readonly token?: string;
  /** TCP port that it tells the server; that on which it listens unless told. 0: it is not joinable. */
  readonly port?: number;
  /** Proxies that a message may have come through, with this one; 5 unless told (chapter 3.2.7). */
  readonly mostProxies?: number;
  /** Seconds after which agents are to ask again; 1 unless told. */
  readonly again?: number;
  readonly clock?: () => Date;
  /** How it waits for the server, in milliseconds; it really waits unless told. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * An agent as a proxy for others, as the documents have it (chapters 3.2.7, 6.2 and 6.3.1): it answers at once that there is
 * no answer yet, passes the message on, and hands on what came back when it is asked again. What is under a key it does not read.
 */
export class RegisterProxy {
  readonly agentId: string;
  readonly #options: RegisterProxyOptions;
  readonly #upstream: Upstream;
  readonly #jobs = new Jobs();
  readonly #server: http.Server;
  /** Under way with the server. */
  readonly #passing = new Set<Promise<void>>();

  private constructor(options: RegisterProxyOptions) {
    this.#options = options;
    this.agentId = options.agentId.toLowerCase();
    const wait = options.wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    this.#upstream = new Upstream({ ...options, agentId: this.agentId, wait, now: () => this.#now() });
    this.#server = http.createServer((request, response) => {
      this.#answer(request, response).catch((cause: unknown) => {
        // A body that broke off: there is nobody to tell.
        response.destroy(cause instanceof Error ? cause : undefined);
      });
    });
  }

  /** @throws TypeError for a server that is no http(s) URL */
  static async start(options: RegisterProxyOptions): Promise<RegisterProxy> {
    const proxy = new RegisterProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where agents are pointed. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/proxy/glpi`;
  }

  /** The key that it encrypts others' messages with, from a challenge about itself. */
  get key(): CommunicationKey | undefined {
    return this.#upstream.key;
  }

  /** Resolves when nothing is under way with the server. */
  async settled(): Promise<void> {
    while (this.#passing.size > 0) await Promise.all(this.#passing);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#upstream.close();
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const header = (name: string) => request.headers[name]?.toString() ?? "";
    const agentId = header("glpi-agent-id").toLowerCase();
    const given = header("glpi-request-id").toUpperCase();
    const requestId = /^[0-9A-F]{8}$/.test(given) ? given : randomBytes(4).toString("hex").toUpperCase();
    const body = await bodyOf(request);
    const before = header("glpi-proxy-id")
      .toLowerCase()
      .split(",")
      .map((id) => id.trim())
      .filter((id) => id !== "");
    const passed: Passed = { agentId, requestId, proxies: [...before, this.agentId].join(",") };
    const told = await this.#told(request, passed, before, body);
    response.writeHead(told.status, {
      "Content-Type": told.contentType,
      "GLPI-Agent-ID": agentId,
      "GLPI-Request-ID": told.requestId === "" ? requestId : told.requestId,
      ...(told.cryptoKeyId !== "" && { "GLPI-CryptoKey-ID": told.cryptoKeyId }),
    });
    response.end(told.body);
  }

  async #told(
    { method, headers }: http.IncomingMessage,
    passed: Passed,
    before: readonly string[],
    body: Buffer | undefined,
  ): Promise<HandedOn> {
    if (body === undefined) return refusal(413, "bad-format");
    if (!isUuid(passed.agentId)) return refusal(400, "GLPI-Agent-ID is missing.");
    if (before.includes(this.agentId)) return refusal(404, "proxy-loop-detected");
    if (before.length >= (this.#options.mostProxies ?? 5)) return refusal(404, "too-many-proxy");
    const keyId = headers["glpi-cryptokey-id"]?.toString() ?? "";
    const frame = { ...passed, keyId, contentType: headers["content-type"] ?? "" };
    if (method === "GET") return this.#looked(passed, () => this.#upstream.frame(frame));
    if (keyId !== "") return this.#passedOn(passed, body, () => this.#upstream.frame({ ...frame, body }));
    const message = jsonIn({ body });
    // Legacy agents ask so whether there is a server that speaks JSON.
    if (message === undefined) return json(202, { status: "pending", expiration: 0 });
    if (message["action"] === "register") return this.#register(passed, message);
    const operation = String(message["action"] ?? "inventory");
    return this.#passedOn(passed, body, () => this.#upstream.message(passed, operation, JSON.stringify(message)));
  }

  /** The answer to a message that was passed on earlier; what is not known may be known further on. */
  async #looked({ agentId, requestId }: Passed, further: () => Promise<HandedOn>): Promise<HandedOn> {
    const job = this.#jobs.find(`${agentId} ${requestId}`, this.#now());
    if (job === undefined) return answered(further);
    return job.answer ?? this.#pending();
  }

  #passedOn({ agentId, requestId }: Passed, body: Buffer, pass: () => Promise<HandedOn>): HandedOn {
    const name = `${agentId} ${requestId}`;
    const digest = digestOf(body);
    if (this.#jobs.find(name, this.#now())?.digest !== digest) this.#begin(name, digest, pass);
    return this.#pending();
  }

  /** REGISTER is not looked for: agents send the same again (chapters 6.1.2 and 6.1.4). */
  #register(passed: Passed, message: Readonly<Record<string, unknown>>): HandedOn {
    const digest = digestOf(Buffer.from(JSON.stringify(message)));
    const name = `${passed.agentId} register ${digest}`;
    const job = this.#jobs.find(name, this.#now());
    if (job?.answer !== undefined) {
      this.#jobs.close(name);
      return job.answer;
    }
    if (job === undefined) this.#begin(name, digest, () => this.#upstream.register(passed, this.#withPort(message)));
    const isFirst = message["challenge"] === undefined;
    const needs = isFirst ? { needs: "server-validation" } : {};
    return json(202, { status: "pending", ...needs, expiration: `${this.#options.again ?? 1}s` });
  }

  /** Whoever is joinable is so through the proxy (chapter 6.3.1). */
  #withPort(message: Readonly<Record<string, unknown>>): object {
    const isJoinable = typeof message["port"] === "number" && message["port"] !== 0;
    return isJoinable ? { ...message, port: this.#options.port ?? this.port } : message;
  }

  #begin(name: string, digest: string, pass: () => Promise<HandedOn>): void {
    const job: Job = this.#jobs.open(name, digest, this.#now());
    const passing = answered(pass).then((answer) => {
      job.answer = answer;
      this.#passing.delete(passing);
    });
    this.#passing.add(passing);
  }

  #pending(): HandedOn {
    return json(202, { status: "pending", expiration: `${this.#options.again ?? 1}s` });
  }

  #now(): Date {
    return this.#options.clock?.() ?? new Date();
  }
}

/** What comes of passing something on; where nothing does, the agent is told so. */
async function answered(pass: () => Promise<HandedOn>): Promise<HandedOn> {
  try {
    return await pass();
  } catch (thrown) {
    return refusal(502, thrown instanceof Error ? thrown.message.slice(0, 200) : String(thrown));
  }
}

const json = (status: number, value: object): HandedOn => ({
  ...{ status, contentType: "application/json", cryptoKeyId: "", requestId: "" },
  body: Buffer.from(JSON.stringify(value)),
});

const refusal = (status: number, message: string): HandedOn =>
  json(status, { status: "error", message, expiration: "1m" });

const digestOf = (body: Buffer): string => createHash("sha256").update(body).digest("hex");

/** @returns undefined for a body that is too large */
async function bodyOf(request: http.IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MOST_BYTES) chunks.push(chunk);
  }
  return length <= MOST_BYTES ? Buffer.concat(chunks) : undefined;
}
