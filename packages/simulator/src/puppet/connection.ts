import https from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { PuppetAgentError } from "./errors.js";
import { mannersOf, type PuppetVersion } from "./version.js";

/** Whom an agent trusts and who it is, in PEM. */
export interface PuppetTls {
  readonly ca?: string;
  /** One list for each authority of the chain. */
  readonly crl?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  /** False only while the authority is not known yet, as for an agent's very first request. */
  readonly rejectUnauthorized?: boolean;
}

/** An answer as received, inflated where it came compressed. */
export interface PuppetAnswer {
  readonly operation: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** From the start of the request to the last byte of the answer, in milliseconds. */
  readonly durationMs: number;
}

export interface PuppetRequest {
  /** For answers and errors: such as `catalog`. */
  readonly operation: string;
  readonly method: "GET" | "PUT" | "POST";
  /** With the query, encoded. */
  readonly path: string;
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: string;
}

export interface ConnectionOptions {
  /** `https://HOST:PORT`. */
  readonly serverUrl: string;
  readonly version: PuppetVersion;
  readonly tls: PuppetTls;
  readonly timeoutMs: number;
  readonly onAnswer?: ((answer: PuppetAnswer) => void) | undefined;
}

/** What an answer may have, inflated. */
const MOST_BYTES = 64 * 1024 * 1024;
const inflate = promisify(gunzip);

/** One kept TLS connection of an agent; requests go out one after the other. */
export class PuppetConnection {
  readonly #options: ConnectionOptions;
  readonly #url: URL;
  readonly #agent: https.Agent;

  /** @throws TypeError when `serverUrl` is no https URL */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#url = new URL(options.serverUrl);
    if (this.#url.protocol !== "https:") throw new TypeError(`not an https URL: ${options.serverUrl}`);
    const { crl, ...tls } = options.tls;
    this.#agent = new https.Agent({
      keepAlive: true,
      maxSockets: 1,
      ...tls,
      ...(crl === undefined ? {} : { crl: [...crl] }),
    });
  }

  /**
   * Sends one request with the headers of this agent version, in their recorded order.
   * @returns the answer, whatever its status
   * @throws PuppetAgentError of kind transport when none came whole and in time
   */
  async send(request: PuppetRequest): Promise<PuppetAnswer> {
    const started = performance.now();
    const { response, bytes } = await this.#exchange(request);
    const zipped = response.headers["content-encoding"] === "gzip";
    const answer: PuppetAnswer = {
      operation: request.operation,
      status: response.statusCode ?? 0,
      contentType: response.headers["content-type"] ?? "",
      body: zipped ? await inflate(bytes, { maxOutputLength: MOST_BYTES }) : bytes,
      durationMs: performance.now() - started,
    };
    this.#options.onAnswer?.(answer);
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange({ operation, method, path, accept, contentType, body }: PuppetRequest) {
    const { version, timeoutMs } = this.#options;
    const { hostname, port, host } = this.#url;
    return new Promise<{ response: import("node:http").IncomingMessage; bytes: Buffer }>((resolve, reject) => {
      const fail = (cause: Error): void => {
        clearTimeout(deadline);
        const text = `Request to ${this.#url.origin}${path} failed: ${cause.message}`;
        reject(new PuppetAgentError("transport", operation, text, undefined, cause));
      };
      const outgoing = https.request({
        agent: this.#agent,
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port: port === "" ? 443 : port,
        method,
        path,
        setHost: false,
      });
      const deadline = setTimeout(
        () => outgoing.destroy(new Error(`no complete answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
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
          resolve({ response, bytes: Buffer.concat(chunks) });
        });
      });
      const headers: readonly (readonly [string, string | number])[] = [
        ["X-Puppet-Version", version],
        ["User-Agent", mannersOf(version).userAgent],
        ["Accept", accept],
        ...(contentType === undefined ? [] : [["Content-Type", contentType] as const]),
        ["Accept-Encoding", "gzip;q=1.0,deflate;q=0.6,identity;q=0.3"],
        ["Host", host],
        ...(body === undefined ? [] : [["Content-Length", Buffer.byteLength(body)] as const]),
      ];
      for (const [name, value] of headers) outgoing.setHeader(name, value);
      outgoing.end(body);
    });
  }
}
