import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** Bytes on disk that are streamed to the caller. */
export interface FileBody {
  readonly path: string;
  /** Bytes that are sent. */
  readonly size: number;
  /** The first of them; 0 unless told. */
  readonly start?: number;
}

/** An answer that takes its time: its head is out at once, and who speaks does so when there is something to say. */
export interface HeldBody {
  /**
   * Called once, when the head is out. The answer is over when `res` is ended, or closed under it.
   * @returns called once when that has come to pass, however
   */
  readonly hold: (res: ServerResponse) => () => void;
}

/** A whole answer as a value: what a route's handler returns and an error renderer makes. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string | FileBody | HeldBody;
  /** Caches may keep it: the table's common headers, which say that they may not, are left out. */
  readonly isLasting?: true;
}

/** @returns the body's bytes as they will be sent; undefined for a file, and for what is said later */
export function bytesOf(body: Reply["body"]): Buffer | undefined {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body, "utf8");
  return Buffer.isBuffer(body) ? body : undefined;
}

export const isHeld = (body: Reply["body"]): body is HeldBody =>
  typeof body === "object" && !Buffer.isBuffer(body) && "hold" in body;

/** Headers of an answer, in the order in which they go out. */
export type ReplyHeaders = Record<string, string>;

/**
 * Writes an answer with its exact Content-Length and nothing before or after the body: agents have been stopped by
 * a single stray byte (glpi-agent#889), and by chunked answers.
 * @param headers to which its length is added
 * @param unread awaited when the answer is out and before the connection is let go
 */
export async function sendReply(
  res: ServerResponse,
  { status, body = "" }: Pick<Reply, "status" | "body">,
  headers: ReplyHeaders,
  unread?: () => Promise<void>,
): Promise<void> {
  if (isHeld(body)) {
    res.writeHead(status, headers);
    await sendHeld(res, body);
    return;
  }
  const inMemory = typeof body === "string" || Buffer.isBuffer(body);
  if (status !== 204 && status !== 304)
    headers["Content-Length"] = String(inMemory ? Buffer.byteLength(body) : body.size);
  res.writeHead(status, headers);
  if (inMemory || res.req.method === "HEAD") {
    const said = inMemory && status !== 204 && status !== 304 && res.req.method !== "HEAD" ? body : undefined;
    if (unread !== undefined) {
      if (said === undefined) res.flushHeaders();
      else res.write(said);
      await unread();
    }
    // A text goes out in one write with the head; bytes would take two.
    res.end(unread === undefined ? said : undefined);
    return;
  }
  if (body.size > 0) {
    const { start = 0 } = body;
    const source = createReadStream(body.path, { start, end: start + body.size - 1 });
    await pipeline(source, res, { end: false });
    if (source.bytesRead < body.size)
      throw new Error(`${body.path} has ${source.bytesRead} bytes instead of ${body.size}`);
  }
  res.end();
}

async function sendHeld(res: ServerResponse, { hold }: HeldBody): Promise<void> {
  if (res.req.method === "HEAD") {
    res.end();
    return;
  }
  // Who has gone while the answer was made tells it no more.
  if (res.closed || res.req.socket.destroyed) return;
  // A proxy holds a head back that nothing follows.
  res.flushHeaders();
  const letGo = hold(res);
  try {
    await new Promise<void>((resolve) => res.once("close", resolve));
  } finally {
    letGo();
  }
}
