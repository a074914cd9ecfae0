import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { BlobRef, ContentStore } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { refusal } from "./faults.js";
import type { Document, DocumentKind, Fault, Given } from "./kind.js";

/** Files that are looked at together. */
const AT_ONCE = 4;

/** A document that is published from a file. */
export interface ContentDocument {
  readonly document: Document;
  readonly content: NonNullable<DocumentKind["content"]>;
  readonly ref: BlobRef;
}

/** The documents that name files, with what the request says of these. */
export function contentDocuments(
  kinds: ReadonlyMap<string, DocumentKind>,
  documents: readonly Document[],
  given: Given,
): ContentDocument[] {
  return documents.flatMap((document) => {
    const content = kinds.get(document.kind)?.content;
    const ref = content && given.files.get(String(document.spec[content.property]));
    return content === undefined || ref === undefined ? [] : [{ document, content, ref }];
  });
}

/**
 * Looks at content that is not what is published already.
 * @param stored digests of what is here
 * @returns warnings, by the document's place
 * @throws request-malformed with every place whose content no agent could use
 */
export async function inspectContent(
  all: readonly ContentDocument[],
  stored: ReadonlySet<string>,
  store: Pick<ContentStore, "list" | "open">,
  dir: string,
): Promise<Map<number, readonly string[]>> {
  const published = new Map<string, Set<string>>();
  for (const id of new Set(all.map(({ content }) => content.artifact.id)))
    published.set(id, new Set((await store.list(id)).map((head) => headKey(head.name, head.channel, head.sha256))));
  const changed = all.filter(({ document, content: { artifact, fileName }, ref: { sha256 } }) => {
    const { name, channel } = artifact.address(fileName(document.name));
    return stored.has(sha256) && !published.get(artifact.id)?.has(headKey(name, channel, sha256));
  });
  const warnings = new Map<number, readonly string[]>();
  const faults: Fault[] = [];
  const waiting = changed.values();
  const worker = async () => {
    for (const { document, content, ref } of waiting) {
      try {
        const found = await asFile(store, ref, dir, (file) =>
          content.artifact.inspect(content.fileName(document.name), file),
        );
        if (found.warnings.length > 0) warnings.set(document.index, found.warnings);
      } catch (thrown) {
        if (!(thrown instanceof GatehouseError) || thrown.status >= 500) throw thrown;
        faults.push({ index: document.index, pointer: `/spec/${content.property}`, message: thrown.message });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (faults.length > 0) throw refusal(faults.sort((a, b) => a.index - b.index));
  return warnings;
}

const headKey = (name: string, channel: string, sha256: string) => `${sha256} ${channel} ${name.toLowerCase()}`;

async function asFile<T>(
  store: Pick<ContentStore, "open">,
  ref: BlobRef,
  dir: string,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const laid = await store.open(ref);
  if ("path" in laid) return work(laid.path);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, randomUUID());
  try {
    await writeFile(file, laid.bytes, { flag: "wx", mode: 0o600 });
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}
