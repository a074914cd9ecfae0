import type { Catalog, CatalogResource, Compiled } from "@gatehouse/core/catalogs";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { metadataOptionsOf, searchOptionsOf } from "../environment/file-options.js";
import { CHECKSUM_TYPES, contentUriOf, type FileMetadata, type FileServer, keyOfSource } from "../environment/index.js";
import { serverError } from "../errors.js";

/** Files of one catalog that are inlined; further resources are left to the agent, who asks for them as always. */
const MOST = 20_000;

type Inlined = FileMetadata & { readonly content_uri: string };
type Tree = Readonly<Record<string, unknown>>;

/** What makes a catalog static: what an agent would ask of the file service (wire/puppet.md section 3.7). */
export interface Inlining {
  readonly metadata: Readonly<Record<string, Inlined & { readonly source: string }>>;
  readonly recursive_metadata: Readonly<Record<string, Readonly<Record<string, readonly Inlined[]>>>>;
}

/**
 * The kind of checksum for an agent's static catalog: the first of its own list.
 * @param offered such as `sha256.sha384.md5`
 * @throws PuppetError with puppetserver's text
 */
export function commonChecksum(offered: string): string {
  const found = offered.split(".", 20).find((name) => CHECKSUM_TYPES.some((type) => type === name));
  if (found !== undefined) return found;
  throw serverError(
    `Unable to find a common checksum type between agent '${offered.slice(0, 200)}' and master '${CHECKSUM_TYPES.join(".")}'.`,
  );
}

/** What no text of a catalog is without that has something to be inlined: JSON escapes none of it. */
const MODULES = "puppet:///";

/** The same as {@link inlined}, for a catalog whose text is there: it is read only where there may be something to inline. */
export async function inlinedOf(
  made: Pick<Compiled, "catalog" | "json">,
  version: EnvironmentVersion,
  files: Pick<FileServer, "metadata" | "metadatas">,
  checksum: string,
): Promise<Inlining> {
  if (made.json?.includes(MODULES) === false) return { metadata: {}, recursive_metadata: {} };
  return inlined(made.catalog, version, files, checksum);
}

/**
 * Inlines the metadata of the files that come out of modules of the environment's version: the agent needs no file
 * service then, and gets the content of that version whatever is deployed meanwhile. A source that there is not is left
 * alone: it is one resource that fails, on the agent.
 */
export async function inlined(
  catalog: Catalog,
  version: EnvironmentVersion,
  files: Pick<FileServer, "metadata" | "metadatas">,
  checksum: string,
): Promise<Inlining> {
  const metadata: [string, Inlined & { source: string }][] = [];
  const recursive: [string, Readonly<Record<string, readonly Inlined[]>>][] = [];
  let count = 0;
  for (const resource of catalog.resources) {
    const sources = sourcesOf(resource);
    if (sources === undefined || count >= MOST) continue;
    const { title, parameters = {} } = resource;
    const options = optionsOf(parameters, checksum);
    if (!isRecursive(parameters)) {
      const found = await oneOf(sources, (key) => files.metadata(version, key, metadataOptionsOf(options)));
      const uri = found && contentUriOf(found.value);
      if (found === undefined || uri === undefined) continue;
      metadata.push([title, { ...found.value, content_uri: uri, source: found.source }]);
      count++;
      continue;
    }
    const bySource = await trees(sources, parameters, (key) => files.metadatas(version, key, searchOptionsOf(options)));
    if (bySource.length === 0) continue;
    recursive.push([title, Object.fromEntries(bySource)]);
    count += bySource.reduce((sum, [, list]) => sum + list.length, 0);
  }
  return { metadata: Object.fromEntries(metadata), recursive_metadata: Object.fromEntries(recursive) };
}

/** The text of a catalog with what was inlined at its end, where puppetserver has it: the rest is not written again. */
export function withMetadata(json: Buffer, { metadata, recursive_metadata }: Inlining): Buffer {
  const end = json.lastIndexOf("}");
  const added = JSON.stringify({ metadata, recursive_metadata });
  return Buffer.concat([json.subarray(0, end), Buffer.from(`,${added.slice(1)}`)]);
}

/** The sources of a file that is inlined: all of them from an environment, and the file is to be there. */
function sourcesOf({ type, parameters }: CatalogResource): readonly string[] | undefined {
  if (type !== "File" || parameters === undefined || parameters["ensure"] === "absent") return undefined;
  const said = parameters["source"];
  const sources: readonly unknown[] = Array.isArray(said) ? said : [said];
  const ours = sources.filter((one): one is string => typeof one === "string" && one.startsWith(MODULES));
  return ours.length === 0 || ours.length < sources.length ? undefined : ours;
}

const isRecursive = ({ recurse }: Tree) => recurse === true || recurse === "true" || recurse === "remote";

function optionsOf(parameters: Tree, checksum: string): URLSearchParams {
  const options = new URLSearchParams({ recurse: "true", checksum_type: checksum });
  const say = (name: string, value: unknown) => {
    if (value !== undefined) options.set(name, String(value));
  };
  say("checksum_type", parameters["checksum"]);
  for (const name of ["links", "source_permissions", "recurselimit", "max_files"]) say(name, parameters[name]);
  const ignore = parameters["ignore"] ?? [];
  for (const pattern of Array.isArray(ignore) ? ignore : [ignore]) options.append("ignore", String(pattern));
  return options;
}

async function oneOf<T>(sources: readonly string[], find: (key: string) => Promise<T | undefined>) {
  for (const source of sources) {
    const key = keyOfSource(source);
    const value = key === undefined ? undefined : await find(key);
    if (value !== undefined) return { source, value };
  }
  return undefined;
}

/** What each source of a recursive file holds: the first that is there, or all. Nothing where one is outside of modules. */
async function trees(
  sources: readonly string[],
  { sourceselect }: Tree,
  search: (key: string) => Promise<FileMetadata[] | undefined>,
): Promise<[string, Inlined[]][]> {
  const found: [string, Inlined[]][] = [];
  for (const source of sources) {
    const key = keyOfSource(source);
    const list = key === undefined ? undefined : await search(key);
    if (list === undefined) continue;
    const withUris = list.flatMap((one) => {
      const uri = contentUriOf(one);
      return uri === undefined ? [] : [{ ...one, content_uri: uri }];
    });
    if (withUris.length < list.length) return [];
    found.push([source, withUris]);
    if (sourceselect !== "all") break;
  }
  return found;
}
