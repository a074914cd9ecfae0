import type { Catalog, Resource } from "./catalog.js";
import { PuppetAgentError } from "./errors.js";
import { type FileMetadata, isMetadata, verify } from "./file-metadata.js";
import type { PuppetV3 } from "./v3.js";

/** One file that a resource brings: where its bytes are, and what they are. */
interface Wanted {
  readonly operation: "file_content" | "static_file_content";
  readonly key: string;
  readonly metadata: FileMetadata;
}

/** What is fetched for the resources of one catalog. */
export interface Sources {
  readonly v3: PuppetV3;
  readonly catalog: Catalog;
  /** Bytes that the machine has: resource and path, with the checksum. */
  readonly held: Map<string, string>;
}

const PUPPET_URI = /^puppet:\/\/[^/]*\/(.+)$/;
/** Content that is named instead of told: it comes from the file bucket. */
const BY_CHECKSUM = /^\{(md5|sha256)\}([0-9a-f]+)$/;

/**
 * Fetches what a file resource has from the server and the machine does not.
 * @returns how many files came
 * @throws PuppetAgentError where an agent says that the resource failed
 */
export async function fetchSources(sources: Sources, resource: Resource): Promise<number> {
  const { ensure, content } = resource.parameters ?? {};
  if (resource.type !== "File" || ensure === "absent") return 0;
  const named = typeof content === "string" ? BY_CHECKSUM.exec(content) : null;
  const wanted = named === null ? await wantedOf(sources, resource) : [];
  if (named !== null) return fromBucket(sources, resource, named[1] ?? "", named[2] ?? "");
  let fetched = 0;
  for (const { operation, key, metadata } of wanted) {
    const path = `${resource.title} ${metadata.relative_path ?? ""}`;
    if (metadata.type !== "file" || sources.held.get(path) === metadata.checksum.value) continue;
    const { environment, code_id: code } = sources.catalog;
    const query = operation === "static_file_content" ? ([["code_id", code ?? ""]] as const) : [];
    verify(operation, key, metadata, await sources.v3.bytes(operation, key, environment, query));
    sources.held.set(path, metadata.checksum.value);
    fetched++;
  }
  return fetched;
}

async function fromBucket({ v3, catalog, held }: Sources, { title }: Resource, algorithm: string, hex: string) {
  const value = `{${algorithm}}${hex}`;
  if (held.get(title) === value) return 0;
  const key = `${algorithm}/${hex}`;
  const bytes = await v3.bytes("file_bucket_file", key, catalog.environment);
  verify("file_bucket_file", key, { relative_path: null, type: "file", checksum: { type: algorithm, value } }, bytes);
  held.set(title, value);
  return 1;
}

async function wantedOf(sources: Sources, { title, parameters = {} }: Resource): Promise<Wanted[]> {
  const { catalog } = sources;
  const inlined = catalog.metadata?.[title];
  if (inlined !== undefined) return [placed(inlined, title)];
  const trees = catalog.recursive_metadata?.[title];
  if (trees !== undefined) return Object.values(trees).flatMap((tree) => tree.map((one) => placed(one, title)));
  const keys = [parameters["source"] ?? []].flat().flatMap((source) => PUPPET_URI.exec(String(source))?.[1] ?? []);
  if (keys.length === 0) return [];
  const recurses = parameters["recurse"] !== undefined && parameters["recurse"] !== false;
  for (const key of keys) {
    const found = recurses ? await treeAt(sources, key, parameters) : await fileAt(sources, key);
    if (found !== undefined) return found;
  }
  const named = keys.map((key) => `puppet:///${key}`).join(", ");
  throw new PuppetAgentError("status", "file_metadata", `Could not retrieve information from source(s) ${named}`);
}

/** @throws PuppetAgentError when the server inlined no place for the bytes */
function placed(metadata: FileMetadata, title: string): Wanted {
  const key = PUPPET_URI.exec(metadata.content_uri ?? "")?.[1];
  if (key === undefined && metadata.type === "file")
    throw new PuppetAgentError("protocol", "catalog", `File[${title}] has metadata without content_uri`);
  return { operation: "static_file_content", key: key ?? "", metadata };
}

const COMMON = [
  ["links", "manage"],
  ["checksum_type", "sha256"],
  ["source_permissions", "ignore"],
] as const;

async function fileAt({ v3, catalog }: Sources, key: string): Promise<Wanted[] | undefined> {
  const metadata = await v3.json<unknown>("file_metadata", key, catalog.environment, COMMON);
  if (metadata === undefined) return undefined;
  if (!isMetadata(metadata)) throw new PuppetAgentError("protocol", "file_metadata", `no metadata for ${key}`);
  return [{ operation: "file_content", key, metadata }];
}

async function treeAt(
  { v3, catalog }: Sources,
  key: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Wanted[] | undefined> {
  const limit = parameters["recurselimit"];
  const found = await v3.json<unknown>("file_metadatas", key, catalog.environment, [
    ["recurse", "true"],
    ...(limit === undefined ? [] : [["recurselimit", String(limit)] as const]),
    ["max_files", String(parameters["max_files"] ?? 0)],
    ...[parameters["ignore"] ?? []].flat().map((pattern) => ["ignore", String(pattern)] as const),
    ...COMMON,
  ]);
  if (found === undefined) return undefined;
  if (!Array.isArray(found) || !found.every(isMetadata))
    throw new PuppetAgentError("protocol", "file_metadatas", `no list of metadata for ${key}`);
  return found.map((metadata) => ({
    operation: "file_content",
    key: metadata.relative_path === "." ? key : `${key}/${metadata.relative_path}`,
    metadata,
  }));
}
