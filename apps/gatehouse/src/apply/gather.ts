import {
  type Document,
  type DocumentKind,
  documentCheck,
  examine,
  type Fault,
  type Given,
  MOST_DOCUMENTS,
} from "@gatehouse/api";
import { GatehouseError } from "@gatehouse/core/errors";
import { DocumentsError, type FileFault, type Place, pathText, placeText } from "./faults.js";
import { readSources } from "./files.js";
import { SourceFault } from "./inside.js";
import { type Collected, type ContentFile, collect } from "./sources.js";
import { newBudget } from "./value.js";
import { locate, type Origin, type RawDocument, readDocuments } from "./yaml.js";

/** Documents that are fit to be sent, and what they speak of. */
export interface Gathered {
  readonly documents: readonly Pick<Document, "kind" | "name" | "spec">[];
  readonly given: Given;
  /** By the path that documents name them by. */
  readonly files: ReadonlyMap<string, ContentFile>;
  /** What is in the folders that documents name, by digest. */
  readonly below: ReadonlyMap<string, ContentFile>;
  /** What packages have, by digest, by their names. */
  readonly packages: ReadonlyMap<string, ReadonlyMap<string, ContentFile>>;
  /** What a person should know of the content. */
  readonly warnings: readonly { readonly kind: string; readonly name: string; readonly message: string }[];
  /** What a gateway found wrong, at its places in the files. */
  explain(errors: readonly { readonly pointer: string; readonly detail: string }[]): DocumentsError;
}

/**
 * Reads documents, and all that they name, and looks at them as far as that can be done without a gateway.
 * @throws DocumentsError with every fault and its place
 */
export async function gather(
  target: string,
  kinds: readonly DocumentKind[],
  env: NodeJS.ProcessEnv,
): Promise<Gathered> {
  const { root, files } = readSources(target);
  const budget = newBudget();
  const raw = files.flatMap((file) => readDocuments(file, budget));
  const refuse = (message: string) => new DocumentsError([{ place: { file: target }, path: "", message }]);
  if (raw.length === 0) throw refuse("There are no documents: files are called *.yaml, *.yml or *.json.");
  if (raw.length > MOST_DOCUMENTS) throw refuse(`There are more than ${MOST_DOCUMENTS} documents.`);
  const refused = (faults: readonly Fault[]) => new DocumentsError(fileFaults(raw, faults));

  const { documents, faults } = documentCheck(kinds)(raw.map(({ value }) => value));
  if (faults.length > 0) throw refused(faults);

  const byName = new Map(kinds.map((kind) => [kind.kind, kind]));
  const collected: Collected = {
    secrets: new Map(),
    files: new Map(),
    below: new Map(),
    packages: new Map(),
    warnings: [],
  };
  const found: Fault[] = [];
  const complete: Document[] = [];
  for (const document of documents) {
    const kind = byName.get(document.kind) as DocumentKind;
    const folder = originOf(raw, document.index).file.folder;
    try {
      complete.push({ ...document, spec: await collect(kind, document, { root, folder, env }, collected) });
    } catch (thrown) {
      if (!(thrown instanceof SourceFault)) throw thrown;
      found.push({ index: document.index, pointer: thrown.pointer, message: thrown.message });
    }
  }
  if (found.length > 0) throw refused(found);

  const given: Given = { secrets: collected.secrets, files: collected.files };
  const looked = [...examine(byName, complete, given).faults, ...(await inspect(byName, complete, collected))];
  if (looked.length > 0) throw refused(looked.sort((a, b) => a.index - b.index));
  return {
    documents: complete.map(({ kind, name, spec }) => ({ kind, name, spec })),
    given,
    files: collected.files,
    below: collected.below,
    packages: collected.packages,
    warnings: collected.warnings,
    explain: (errors) => refused(errors.map(({ pointer, detail }) => faultAt(pointer, detail))),
  };
}

/** Content that no agent could use is found before anything is sent. */
async function inspect(
  kinds: ReadonlyMap<string, DocumentKind>,
  documents: readonly Document[],
  { files }: Collected,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const { index, kind, name, spec } of documents) {
    const content = kinds.get(kind)?.content;
    const file = content && files.get(String(spec[content.property]));
    // A folder was looked at as it was read.
    if (content === undefined || file === undefined || typeof file.file !== "string") continue;
    try {
      await content.artifact.inspect(content.fileName(name), file.file);
    } catch (thrown) {
      if (!(thrown instanceof GatehouseError)) throw thrown;
      faults.push({ index, pointer: `/spec/${content.property}`, message: thrown.message });
    }
  }
  return faults;
}

const originOf = (raw: readonly RawDocument[], index: number): Origin => (raw[index] as RawDocument).origin;

function fileFaults(raw: readonly RawDocument[], faults: readonly Fault[]): FileFault[] {
  const pointed = (index: number, pointer: string) =>
    raw[index] === undefined ? [] : [{ origin: originOf(raw, index), pointer }];
  const wanted = faults.map(({ index, pointer, other }) => [
    ...pointed(index, pointer),
    ...(other === undefined ? [] : pointed(other, pointer)),
  ]);
  const places = locate(wanted.flat()).values();
  return faults.map(({ pointer, message }, i) => {
    const [place = { file: "the request" }, other] = (wanted[i] ?? []).map(() => places.next().value as Place);
    const also = other === undefined ? "" : ` The other is at ${placeText(other)}.`;
    return { place, path: pathText(pointer), message: `${message}${also}` };
  });
}

/** `/documents/3/spec/key` of a request. */
function faultAt(pointer: string, message: string): Fault {
  const [, index = "-1", rest = ""] = /^\/documents\/(\d+)(.*)$/s.exec(pointer) ?? [];
  return { index: Number(index), pointer: rest, message };
}
