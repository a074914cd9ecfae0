import { MOST_FAULTS } from "./faults.js";
import { type Document, type DocumentKind, type Fault, type Given, type SecretSource, secretId } from "./kind.js";

export interface Examined {
  readonly faults: readonly Fault[];
  /** By the document's place. */
  readonly warnings: ReadonlyMap<number, readonly string[]>;
}

/** What documents that fit their schemas say wrong all the same: the same where the files are and on the gateway. */
export function examine(
  kinds: ReadonlyMap<string, DocumentKind>,
  documents: readonly Document[],
  given: Given,
): Examined {
  const faults: Fault[] = [];
  const warnings = new Map<number, readonly string[]>();
  for (const document of documents) {
    const kind = kinds.get(document.kind);
    if (kind === undefined || faults.length >= MOST_FAULTS) continue;
    const absent = absentOf(kind, document, given);
    const found = absent.length > 0 ? { faults: absent } : (kind.check?.(document, given) ?? {});
    for (const fault of found.faults ?? []) faults.push({ index: document.index, ...fault });
    if ("warnings" in found && found.warnings !== undefined && found.warnings.length > 0)
      warnings.set(document.index, found.warnings);
  }
  return { faults: faults.slice(0, MOST_FAULTS), warnings };
}

/** Secrets and files that a document speaks of and nobody handed in. */
function absentOf(kind: DocumentKind, { spec }: Document, given: Given): Omit<Fault, "index">[] {
  const secrets = (kind.secrets ?? []).flatMap((property) => {
    const source = spec[property] as SecretSource | undefined;
    if (source === undefined || given.secrets.has(secretId(source))) return [];
    return [{ pointer: `/spec/${property}`, message: `The request holds no secret ${secretId(source)}.` }];
  });
  if (kind.content === undefined) return secrets;
  if (spec[kind.content.property] === undefined)
    return [...secrets, { pointer: "/spec", message: "What it describes is not handed in: gatehouse apply does." }];
  const file = String(spec[kind.content.property]);
  const ref = given.files.get(file);
  const pointer = `/spec/${kind.content.property}`;
  if (ref === undefined) return [...secrets, { pointer, message: `The request says nothing of the file ${file}.` }];
  const { label, maxBytes } = kind.content.artifact;
  if (ref.size <= maxBytes) return secrets;
  return [...secrets, { pointer, message: `The file is larger than the ${maxBytes} bytes that a ${label} may have.` }];
}
