import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { connect, type TLSSocket } from "node:tls";
import { CommandError, EXIT } from "./errors.js";
import type { Target } from "./target.js";

/** Milliseconds that a server gets for its answer after it hung up on an upload. */
const LAST_WORDS_MS = 1_000;
/** A command that sends many files makes one connection for several. */
const KEPT = { keepAlive: true } as const;
/** Statuses whose answers have no body; `Response` refuses to be given one. */
const WITHOUT_BODY = [204, 205, 304];

/**
 * A `fetch` that trusts a certificate by its fingerprint, or what chains to a CA: Node's own can do neither. A body goes
 * out as it comes when the request has a Content-Length, else it is collected first.
 * @throws CommandError (unreachable), also while an answer is read
 */
export function transportTo({ fingerprint, ca }: Pick<Target, "fingerprint" | "ca">) {
  const secureAgent = fingerprint === undefined ? new https.Agent(KEPT) : new PinningAgent(fingerprint);
  const plainAgent = new http.Agent(KEPT);
  return async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    try {
      const secure = url.protocol === "https:";
      const options: https.RequestOptions = {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        agent: secure ? secureAgent : plainAgent,
        ...(secure && ca !== undefined ? { ca } : {}),
      };
      return answerOf(await exchange(url, options, await bodyOf(request)), url);
    } catch (thrown) {
      throw unreachable(url, thrown);
    }
  };
}

const unreachable = (url: URL, thrown: unknown) =>
  new CommandError(`${url.origin} cannot be reached: ${reasonOf(thrown)}`, EXIT.unreachable);

/** Both addresses of `localhost` refusing is an AggregateError without words. */
const reasonOf = (thrown: unknown): string =>
  thrown instanceof AggregateError
    ? thrown.errors.map(reasonOf).join(", ")
    : thrown instanceof Error
      ? thrown.message
      : String(thrown);

async function bodyOf(request: Request): Promise<Readable | Buffer | undefined> {
  if (request.body === null) return undefined;
  if (request.headers.has("content-length")) return Readable.fromWeb(request.body);
  return Buffer.from(await request.arrayBuffer());
}

function exchange(
  url: URL,
  options: https.RequestOptions,
  body: Readable | Buffer | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const request = (url.protocol === "https:" ? https : http).request(url, options, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on("error", reject);
    if (!(body instanceof Readable)) {
      if (body !== undefined) request.setHeader("content-length", body.length);
      request.end(body);
      return;
    }
    pipeline(body, request).catch((thrown) => {
      // The server may answer before it has read all (413): the answer counts, not the broken pipe.
      timer = setTimeout(reject, LAST_WORDS_MS, thrown);
    });
  });
}

function answerOf(response: IncomingMessage, url: URL): Response {
  const headers = new Headers();
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2)
    headers.append(response.rawHeaders[i] ?? "", response.rawHeaders[i + 1] ?? "");
  const status = response.statusCode ?? 0;
  if (!WITHOUT_BODY.includes(status))
    return new Response(Readable.toWeb(Readable.from(chunksOf(response, url))), { status, headers });
  response.resume();
  return new Response(null, { status, headers });
}

async function* chunksOf(response: IncomingMessage, url: URL): AsyncGenerator<Uint8Array> {
  try {
    yield* response;
  } catch (thrown) {
    throw unreachable(url, thrown);
  }
}

/** Makes connections to the server that has this very certificate. */
class PinningAgent extends https.Agent {
  readonly #fingerprint: string;

  constructor(fingerprint: string) {
    super(KEPT);
    this.#fingerprint = fingerprint;
  }

  override createConnection(
    { host, port }: { host?: string | null; port?: string | number | null },
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const failed = (error: Error) => done?.(error, undefined as unknown as Duplex);
    pinned(host ?? "", Number(port), this.#fingerprint).then((socket) => done?.(null, socket), failed);
  }
}

/** A TLS connection to the server that has this very certificate; nothing is sent before that is known. */
function pinned(host: string, port: number, fingerprint: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => {
      if (socket.getPeerX509Certificate()?.fingerprint256 === fingerprint) return resolve(socket);
      socket.destroy();
      reject(new Error("another server answers there"));
    });
    socket.once("error", reject);
  });
}
