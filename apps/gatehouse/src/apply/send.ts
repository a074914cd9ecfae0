import { ApiProblem, type Applied } from "@gatehouse/client";
import type { Session } from "../command/context.js";
import type { Gathered } from "./gather.js";
import type { ContentFile } from "./sources.js";
import { sendMissing } from "./upload.js";

export interface ApplyFlags {
  readonly set: string;
  readonly dryRun: boolean;
  readonly prune: boolean;
}

/**
 * Applies documents over the API. A dry run sends no content but the lists of folders.
 * @throws DocumentsError with the places that the gateway refuses, ApiProblem for any other refusal
 */
export async function sendDocuments(session: Session, gathered: Gathered, flags: ApplyFlags): Promise<Applied> {
  const { documents, given, files, below, packages, warnings, explain } = gathered;
  const named = new Map([...files.values()].map((one) => [one.sha256, one]));
  // Of folders, a dry run compares the lists.
  const lists = new Map([...named].filter(([, { file }]) => typeof file !== "string"));
  const sent: ReadonlyMap<string, ContentFile> = flags.dryRun ? lists : new Map([...named, ...below]);
  if (sent.size > 0) await sendMissing(session, sent);
  if (!flags.dryRun)
    for (const [name, theirs] of packages) if (theirs.size > 0) await sendMissing(session, theirs, name);
  const body = {
    documents: [...documents],
    secrets: Object.fromEntries(given.secrets),
    files: Object.fromEntries([...given.files].map(([name, { sha256, size }]) => [name, { sha256, size }])),
    ...flags,
  };
  try {
    const applied = await session.ask((api) => api.POST("/apply", { body }));
    return { ...applied, warnings: [...warnings, ...applied.warnings] };
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.errors.length > 0) throw explain(thrown.errors);
    throw thrown;
  }
}
