import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { ApiProblem, type Applied, upload } from "@gatehouse/client";
import type { Session } from "../command/context.js";
import type { Gathered } from "./gather.js";
import type { ContentFile } from "./sources.js";

/** Files that are sent together. */
const AT_ONCE = 4;

export interface ApplyFlags {
  readonly set: string;
  readonly dryRun: boolean;
  readonly prune: boolean;
}

/**
 * Applies documents over the API. A dry run sends no content.
 * @throws DocumentsError with the places that the gateway refuses, ApiProblem for any other refusal
 */
export async function sendDocuments(session: Session, gathered: Gathered, flags: ApplyFlags): Promise<Applied> {
  const { documents, given, files, explain } = gathered;
  if (!flags.dryRun) await sendContent(session, [...files.values()]);
  const body = {
    documents: [...documents],
    secrets: Object.fromEntries(given.secrets),
    files: Object.fromEntries([...given.files].map(([name, { sha256, size }]) => [name, { sha256, size }])),
    ...flags,
  };
  try {
    return await session.ask((api) => api.POST("/apply", { body }));
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.errors.length > 0) throw explain(thrown.errors);
    throw thrown;
  }
}

/** Sends what the gateway does not have. */
async function sendContent(session: Session, files: readonly ContentFile[]): Promise<void> {
  if (files.length === 0) return;
  const byDigest = new Map(files.map((file) => [file.sha256, file]));
  const { missing } = await session.ask((api) =>
    api.POST("/apply/missing-files", { body: { sha256s: [...byDigest.keys()] } }),
  );
  const waiting = missing.values();
  const worker = async () => {
    for (const sha256 of waiting) {
      const { file, size } = byDigest.get(sha256) as ContentFile;
      const sent = upload(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>, size);
      await session.ask((api) => api.POST("/apply/files", sent));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
