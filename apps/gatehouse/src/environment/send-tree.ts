import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { ApiProblem, type DeployedEnvironment, upload } from "@gatehouse/client";
import type { Session } from "../command/context.js";
import { CommandError } from "../command/errors.js";
import type { ReadTree } from "./read-tree.js";

/** Files that are sent together. */
const AT_ONCE = 8;
/** Digests that are asked about at once. */
const ASKED = 10_000;

/** What a deployment did. */
export interface SentTree extends DeployedEnvironment {
  /** Files and bytes that went over the wire. */
  readonly sent: { readonly files: number; readonly bytes: number };
}

/**
 * Deploys a folder's tree over the API: what the gateway does not have, then the tree.
 * @throws ApiProblem for a refusal, CommandError when a file changed meanwhile
 */
export async function sendTree(session: Session, name: string, tree: ReadTree): Promise<SentTree> {
  const deploy = () =>
    session.ask((api) =>
      api.PUT("/environments/{name}", { params: { path: { name } }, body: { entries: [...tree.entries] } }),
    );
  let sent = await sendMissing(session, tree);
  const deployed = await deploy().catch(async (thrown: unknown) => {
    if (!(thrown instanceof ApiProblem) || thrown.code !== "conflict") throw thrown;
    // What was here when we asked may have been collected since.
    const again = await sendMissing(session, tree);
    sent = { files: sent.files + again.files, bytes: sent.bytes + again.bytes };
    return deploy();
  });
  return { ...deployed, sent };
}

async function sendMissing(session: Session, { files }: ReadTree): Promise<{ files: number; bytes: number }> {
  const digests = [...files.keys()];
  const missing: string[] = [];
  for (let at = 0; at < digests.length; at += ASKED) {
    const sha256s = digests.slice(at, at + ASKED);
    missing.push(...(await session.ask((api) => api.POST("/apply/missing-files", { body: { sha256s } }))).missing);
  }
  let bytes = 0;
  const waiting = missing.values();
  const worker = async () => {
    for (const sha256 of waiting) {
      const { file, size } = files.get(sha256) as { file: string; size: number };
      const stream = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
      const stored = await session.ask((api) => api.POST("/apply/files", upload(stream, size)));
      if (stored.sha256 !== sha256) throw new CommandError(`${file} changed while it was sent: deploy again.`);
      bytes += size;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { files: missing.length, bytes };
}
