import type { IncomingMessage } from "node:http";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Admission } from "./admission.js";

/** Milliseconds for a body that is held in memory to arrive: one that trickles in keeps others out. */
const BODY_MS = 60_000;

/**
 * The raw bytes of a request's body.
 * @param limit most bytes that this route takes
 * @param admission is charged for what is held; the caller gives back `length` when done
 * @throws body-too-large as soon as the limit is passed (or declared to be), coding-unsupported for a Content-Encoding,
 *   request-malformed when the client stopped before the declared end, overloaded when memory is short
 */
export async function readBody(req: IncomingMessage, limit: number, admission: Admission): Promise<Buffer> {
  const declared = Number(req.headers["content-length"] ?? Number.NaN);
  if (declared > limit) throw tooLarge(limit);
  const coding = req.headers["content-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "identity") {
    throw new GatehouseError("coding-unsupported", "This route takes bodies without a Content-Encoding.");
  }
  let late: NodeJS.Timeout | undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      // Gone while the caller was being authenticated: none of the events below would come any more.
      if (req.destroyed) {
        reject(cutOff(req.errored));
        return;
      }
      late = setTimeout(() => reject(new GatehouseError("body-late", "The body did not arrive in time.")), BODY_MS);
      req.on("data", (chunk: Buffer) => {
        try {
          if (length + chunk.length > limit) throw tooLarge(limit);
          admission.take(chunk.length);
        } catch (thrown) {
          req.pause();
          reject(thrown);
          return;
        }
        length += chunk.length;
        chunks.push(chunk);
      });
      req.on("end", resolve);
      req.on("error", (thrown) => reject(cutOff(thrown)));
      // A caller that hangs up in the middle may leave neither an end nor an error.
      req.on("close", () => {
        if (!req.complete) reject(cutOff(undefined));
      });
    });
  } catch (thrown) {
    req.removeAllListeners("data");
    req.pause();
    admission.giveBack(length);
    throw thrown;
  } finally {
    clearTimeout(late);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
}

/** What is read, and for how long, of a body that was refused. */
const READ_OUT_BYTES = 64 << 20;
const READ_OUT_MS = 5_000;

/**
 * Reads what a caller is still sending, and throws it away: many send all of it before they look at the answer, and
 * would see a broken connection in its place. Bounded; who sends more has had time to look.
 * @param onBegin called when it begins: nothing is held for this request any more
 */
export async function readOut(req: IncomingMessage, onBegin: () => void): Promise<void> {
  onBegin();
  // Who waits for `100 Continue` is not sending yet, and has its answer.
  if (req.destroyed || req.headers.expect !== undefined) return;
  await new Promise<void>((resolve) => {
    let left = READ_OUT_BYTES;
    const late = setTimeout(resolve, READ_OUT_MS);
    const done = () => {
      clearTimeout(late);
      resolve();
    };
    req.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) done();
    });
    req.on("end", done);
    req.on("close", done);
    req.on("error", done);
    req.resume();
  });
}

const cutOff = (cause: unknown) =>
  new GatehouseError("request-malformed", "The body ended before its declared length.", { cause });

/** The error for a body over `limit` bytes; also for routes that read the stream themselves. */
export function tooLarge(limit: number): GatehouseError {
  return new GatehouseError("body-too-large", `The body is larger than the ${limit} bytes that this route takes.`);
}
