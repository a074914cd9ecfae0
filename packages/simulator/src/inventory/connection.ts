import http from "node:http";
import https from "node:https";
import { parseServerUrl, type ServerUrl } from "../server-url.js";
import { InventoryAgentError } from "./errors.js";

/** Whom an agent trusts: in PEM; nobody is asked for where `rejectUnauthorized` is false. */
export interface InventoryTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
}

/** A user's name and secret (RFC 7617). */
export interface InventoryLogin {
  readonly name: string;
  readonly secret: string;
}

/** An answer as received: its body is as it came, since these agents undo no Content-Encoding. */
export interface InventoryAnswer {
  readonly operation: string;
  readonly status: number;
  readonly contentType: string;
  /** Value of GLPI-Request-ID, "" without one. */
  readonly requestId: string;
  /** Value of GLPI-CryptoKey-ID: whose key the body is under; "" where it is under none. */
  readonly cryptoKeyId: string;
  readonly body: Buffer;
  /** From the start of the request to the last byte of the answer, in milliseconds. */
  readonly durationMs: number;
}

export interface InventoryRequest {
  /** For answers and errors: such as `prolog`. */
  readonly operation: string;
  readonly method: "GET" | "POST";
  /** With its question mark, encoded; "" for none. */
  readonly query?: string;
  /** In the order in which they go out, with User-Agent: Host stands before it. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer;
}

export interface InventoryConnectionOptions {
  /** As configured; without a scheme it is http. */
  readonly serverUrl: string;
  readonly tls?: InventoryTls | undefined;
  /** 180 s by default, as the agents have it. */
  readonly timeoutMs?: number | undefined;
  /** What a 401 that asks for Basic is answered with. */
  readonly login?: InventoryLogin | undefined;
  readonly onAnswer?: ((answer: InventoryAnswer) => void) | undefined;
}

/** What an answer may have. */
const MOST_BYTES = 16 * 1024 * 1024;

/** @returns the parts of a configured server. @throws TypeError when it is no http(s) URL (wire/glpi.md section 1) */
export const serverOf = (text: string): ServerUrl => parseServerUrl(text.includes("://") ? text : `http://${text}`);

/** One kept connection of an agent: requests go out one after the other, to exactly the configured URL. */
export class InventoryConnection {
  readonly #options: InventoryConnectionOptions;
  readonly #server: ServerUrl;
  readonly #agent: http.Agent;
  /** Once it was asked for: agents send it with each message of the connection from then on. */
  #authorization: string | undefined;

  /** @throws TypeError when `serverUrl` is no http(s) URL */
  constructor(options: InventoryConnectionOptions) {
    this.#options = options;
    this.#server = serverOf(options.serverUrl);
    const keep = { keepAlive: true, maxSockets: 1 };
    this.#agent = this.#server.tls ? new https.Agent({ ...keep, ...options.tls }) : new http.Agent(keep);
  }

  /**
   * Sends one request with the headers of these agents, in their recorded order; where that is answered by 401 and Basic,
   * once more with the login.
   * @returns the answer, whatever its status
   * @throws InventoryAgentError of kind transport when none came whole and in time
   */
  async send(request: InventoryRequest): Promise<InventoryAnswer> {
    const { answer, challenge } = await this.#once(request);
    const { login } = this.#options;
    // These agents know no more of the header than this (wire/glpi.md section 7).
    const isAsked = answer.status === 401 && /^Basic realm=".*"$/.test(challenge);
    if (!isAsked || login === undefined || this.#authorization !== undefined) return answer;
    this.#authorization = `Basic ${Buffer.from(`${login.name}:${login.secret}`, "utf8").toString("base64")}`;
    return (await this.#once(request)).answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #once(request: InventoryRequest): Promise<{ answer: InventoryAnswer; challenge: string }> {
    const started = performance.now();
    const { response, body } = await this.#exchange(request);
    const header = (name: string): string => {
      const value = response.headers[name];
      return typeof value === "string" ? value : "";
    };
    const answer: InventoryAnswer = {
      operation: request.operation,
      status: response.statusCode ?? 0,
      contentType: header("content-type"),
      requestId: header("glpi-request-id"),
      cryptoKeyId: header("glpi-cryptokey-id"),
      body,
      durationMs: performance.now() - started,
    };
    this.#options.onAnswer?.(answer);
    return { answer, challenge: header("www-authenticate") };
  }

  #exchange({ operation, method, query = "", headers, body }: InventoryRequest) {
    const { timeoutMs = 180_000 } = this.#options;
    const { tls, hostname, port, host, path } = this.#server;
    return new Promise<{ response: http.IncomingMessage; body: Buffer }>((resolve, reject) => {
      const fail = (cause: Error): void => {
        clearTimeout(deadline);
        const text = `No answer from ${host}${path}: ${cause.message}`;
        reject(new InventoryAgentError("transport", operation, text, undefined, cause));
      };
      const target = `${path === "" ? "/" : path}${query}`;
      const where = { agent: this.#agent, hostname, port, method, path: target, setHost: false };
      const outgoing = tls ? https.request(where) : http.request(where);
      const deadline = setTimeout(() => outgoing.destroy(new Error(`read timeout after ${timeoutMs} ms`)), timeoutMs);
      outgoing.on("error", fail);
      outgoing.on("response", (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > MOST_BYTES) outgoing.destroy(new Error(`the answer has more than ${MOST_BYTES} bytes`));
          else chunks.push(chunk);
        });
        response.on("error", fail);
        response.on("end", () => {
          clearTimeout(deadline);
          resolve({ response, body: Buffer.concat(chunks) });
        });
      });
      const all: readonly (readonly [string, string])[] = [
        ["TE", "deflate,gzip;q=0.3"],
        ["Connection", "Keep-Alive, TE"],
        ...(this.#authorization === undefined ? [] : [["Authorization", this.#authorization] as const]),
        ...headers.flatMap((header) => (header[0] === "User-Agent" ? [["Host", host] as const, header] : [header])),
        ...(body === undefined ? [] : [["Content-Length", String(body.length)] as const]),
      ];
      for (const [name, value] of all) outgoing.setHeader(name, value);
      outgoing.end(body);
    });
  }
}
