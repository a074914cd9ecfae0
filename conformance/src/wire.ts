import http from "node:http";
import https from "node:https";

/** One answer, byte by byte. */
export interface Answer {
  readonly status: number;
  /** Names and values as they stood on the wire. */
  readonly rawHeaders: readonly string[];
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether `100 Continue` came first. */
  readonly continued: boolean;
}

export interface Sent {
  readonly method: string;
  /** Goes out as it is: no normalising, no encoding. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/**
 * Sends one request as it is, on a connection of its own.
 * @param options of that connection: a certificate to show, an authority to verify the server by, or an agent
 */
export function send(
  base: string,
  { method, path, headers = {}, body }: Sent,
  options: https.RequestOptions = {},
): Promise<Answer> {
  const { protocol, hostname, port } = new URL(base);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const length = bytes === undefined || headers["Transfer-Encoding"] ? {} : { "Content-Length": String(bytes.length) };
  return new Promise((resolve, reject) => {
    let continued = false;
    const request = (protocol === "https:" ? https : http).request(
      {
        method,
        path,
        hostname,
        port,
        headers: { ...length, ...headers },
        agent: false,
        rejectUnauthorized: false,
        ...options,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            rawHeaders: response.rawHeaders,
            headers: response.headers,
            body: Buffer.concat(chunks),
            continued,
          }),
        );
      },
    );
    request.on("error", reject);
    if (headers["Expect"] !== undefined && bytes !== undefined) {
      request.on("continue", () => {
        continued = true;
        request.end(bytes);
      });
      request.flushHeaders();
    } else request.end(bytes);
  });
}
