import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GatehouseError } from "@gatehouse/core/errors";
import { tooLarge } from "./body.js";

/**
 * Runs `work` on a request's body as a file, which is gone afterwards; memory stays flat whatever its size.
 * @throws body-too-large over `limit` bytes, request-malformed when the client stopped half-way
 */
export async function withUpload<T>(
  req: IncomingMessage,
  dir: string,
  limit: number,
  work: (file: string) => Promise<T>,
): Promise<T> {
  if (Number(req.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, randomUUID());
  let size = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size > limit) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(req, bounded, createWriteStream(file, { flags: "wx", mode: 0o600 })).catch((thrown: unknown) => {
      if (thrown instanceof GatehouseError || !req.destroyed || req.complete) throw thrown;
      throw new GatehouseError("request-malformed", "The upload ended before its declared length.", { cause: thrown });
    });
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}
