import http from "node:http";
import https from "node:https";
import { requireSuccess } from "../inventory/agent.js";
import type { InventoryAnswer, InventoryLogin, InventoryTls } from "../inventory/connection.js";
import { startOf } from "../inventory/decode.js";
import { InventoryAgentError } from "../inventory/errors.js";
import { isObject } from "../inventory/reply.js";

/** What the client says that it is: the servers of this protocol look at it. */
export const USER_AGENT = "FusionInventory-Agent_v2.6-3";

export interface RestRequest {
  /** For answers and errors: such as `getConfig`. */
  readonly operation: string;
  readonly method?: "GET" | "POST";
  /** Absolute, with its query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface RestClientOptions {
  readonly tls?: InventoryTls | undefined;
  /** Silence after which an answer is given up; 180 s by default, as the agents have it. */
  readonly timeoutMs?: number | undefined;
  /** What a 401 that asks for Basic is answered with. */
  readonly login?: InventoryLogin | undefined;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly onAnswer?: ((answer: InventoryAnswer) => void) | undefined;
}

/** What an answer in JSON may have. */
const MOST_BYTES = 16 * 1024 * 1024;

/** One agent's HTTP client: absolute URLs of whatever server, JSON back. */
export class RestClient {
  readonly #options: RestClientOptions;
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets: 2 });
  #secure: https.Agent;
  /** Once it was asked for: sent to that server with each call from then on. */
  readonly #authorizations = new Map<string, string>();

  constructor(options: RestClientOptions) {
    this.#options = options;
    this.#secure = secureAgent(options.tls);
  }

  /** From now on TLS is spoken with this certificate. */
  useIdentity(identity: { readonly cert: string; readonly key: string }): void {
    this.#secure.destroy();
    this.#secure = secureAgent({ ...this.#options.tls, ...identity });
  }

  /**
   * The head of an answer, whatever its status; its body is the caller's to read, or to destroy.
   * @param signal ends it, before or while the body is read
   * @throws InventoryAgentError of kind transport when none came
   */
  async open(request: RestRequest, signal?: AbortSignal): Promise<http.IncomingMessage> {
    const { origin } = new URL(request.url);
    const response = await this.#once(request, origin, signal);
    const { login } = this.#options;
    const isAsked = response.statusCode === 401 && /^Basic /i.test(response.headers["www-authenticate"] ?? "");
    if (!isAsked || login === undefined || this.#authorizations.has(origin)) return response;
    response.resume();
    const secret = Buffer.from(`${login.name}:${login.secret}`, "utf8").toString("base64");
    this.#authorizations.set(origin, `Basic ${secret}`);
    return this.#once(request, origin, signal);
  }

  /** A whole answer, whatever its status. @throws InventoryAgentError of kind transport when none came whole */
  async ask(request: RestRequest): Promise<InventoryAnswer> {
    const started = performance.now();
    const response = await this.open(request);
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of response) {
        length += (chunk as Buffer).length;
        if (length > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
        chunks.push(chunk as Buffer);
      }
    } catch (cause) {
      throw lost(request, cause);
    }
    const answer = answerOf(request.operation, response, Buffer.concat(chunks), started);
    this.#options.onAnswer?.(answer);
    return answer;
  }

  /**
   * The object that a server answers a call with, of whatever content type (wire/fusioninventory.md section 1).
   * @throws InventoryAgentError for any status but a 2xx, nothing at all, and what is no JSON object
   */
  async json(request: RestRequest): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.ask(request);
    requireSuccess(answer);
    return objectIn(answer);
  }

  /** Tells of an answer whose body somebody else read. */
  told(operation: string, response: http.IncomingMessage, started: number): void {
    this.#options.onAnswer?.(answerOf(operation, response, Buffer.alloc(0), started));
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  #once(request: RestRequest, origin: string, signal?: AbortSignal): Promise<http.IncomingMessage> {
    const { method = "GET", url, headers, body } = request;
    const authorization = this.#authorizations.get(origin);
    const secure = origin.startsWith("https:");
    const options = {
      method,
      agent: secure ? this.#secure : this.#plain,
      headers: {
        TE: "deflate,gzip;q=0.3",
        "User-Agent": USER_AGENT,
        ...this.#options.headers,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...(body === undefined ? {} : { "Content-Length": body.length }),
        ...headers,
      },
      ...(signal === undefined ? {} : { signal }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = secure ? https.request(url, options) : http.request(url, options);
      const { timeoutMs = 180_000 } = this.#options;
      outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`silent for ${timeoutMs} ms`)));
      outgoing.on("error", (cause) => reject(lost(request, cause)));
      outgoing.on("response", resolve);
      outgoing.end(body);
    });
  }
}

const secureAgent = (tls: InventoryTls = {}): https.Agent =>
  new https.Agent({ keepAlive: true, maxSockets: 2, ...tls });

/** @throws InventoryAgentError of kind protocol */
export function objectIn(answer: InventoryAnswer): Readonly<Record<string, unknown>> {
  const fail = (words: string, cause?: unknown) =>
    new InventoryAgentError("protocol", answer.operation, words, answer, cause);
  const text = answer.body.toString("utf8");
  if (text === "") throw fail("Got empty response");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail(`Can't decode JSON content, starting with ${startOf(text)}`, cause);
  }
  if (!isObject(value)) throw fail("The answer is no object");
  return value;
}

/** What is thrown when no answer came, or not all of it. */
export function lost({ operation, url }: RestRequest, cause: unknown): InventoryAgentError {
  const words = cause instanceof Error ? cause.message : String(cause);
  const { origin, pathname } = new URL(url);
  return new InventoryAgentError(
    "transport",
    operation,
    `No answer from ${origin}${pathname}: ${words}`,
    undefined,
    cause,
  );
}

function answerOf(operation: string, response: http.IncomingMessage, body: Buffer, started: number): InventoryAnswer {
  return {
    operation,
    status: response.statusCode ?? 0,
    contentType: response.headers["content-type"] ?? "",
    requestId: "",
    cryptoKeyId: "",
    body,
    durationMs: performance.now() - started,
  };
}
