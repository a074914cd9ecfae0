import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { upload } from "@gatehouse/client";
import type { Session } from "../command/context.js";
import { CommandError } from "../command/errors.js";
import { batchesOf, bytesOf, type Sent } from "./batches.js";

/** Requests at once. */
const AT_ONCE = 4;
/** Digests that are asked about at once. */
const ASKED = 10_000;

/**
 * Sends what the gateway does not have.
 * @param files by digest @param ofPackage of which they are: what it has is not sent again
 * @returns what went over the wire @throws CommandError when a file changed since it was read
 */
export async function sendMissing(
  session: Session,
  files: ReadonlyMap<string, Sent>,
  ofPackage?: string,
): Promise<{ files: number; bytes: number }> {
  const digests = [...files.keys()];
  const missing: string[] = [];
  for (let at = 0; at < digests.length; at += ASKED) {
    const sha256s = digests.slice(at, at + ASKED);
    missing.push(...(await missingOf(session, sha256s, ofPackage)));
  }
  const wanted = missing.map((sha256) => [sha256, files.get(sha256) as Sent] as const);
  const { small, large } = batchesOf(wanted);
  await eachOf(small, async (batch) => {
    const body = { files: (await bytesOf(batch)).map((bytes) => bytes.toString("base64")) };
    const stored = await session.ask((api) => api.POST("/apply/small-files", { body }));
    for (const [i, one] of batch.entries()) check(one, stored.files[i]?.sha256);
  });
  await eachOf(large, async (one) => {
    const { file, size } = one[1];
    const sent = typeof file === "string" ? Readable.toWeb(createReadStream(file)) : file;
    const call = upload(sent as ReadableStream<Uint8Array> | Uint8Array, size);
    check(one, (await session.ask((api) => api.POST("/apply/files", call))).sha256);
  });
  return { files: missing.length, bytes: wanted.reduce((sum, [, { size }]) => sum + size, 0) };
}

async function missingOf(session: Session, sha256s: string[], name: string | undefined): Promise<string[]> {
  const body = { sha256s };
  const said = await session.ask((api) =>
    name === undefined
      ? api.POST("/apply/missing-files", { body })
      : api.POST("/packages/{name}/missing-files", { params: { path: { name } }, body }),
  );
  return said.missing;
}

function check([sha256, { file }]: readonly [string, Sent], stored: string | undefined): void {
  if (stored !== sha256)
    throw new CommandError(`${typeof file === "string" ? file : "A folder"} changed while it was sent: try again.`);
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
