import { PuppetAgentError, refused } from "./errors.js";
import type { PuppetFacts } from "./facts.js";
import { type FileMetadata, isMetadata } from "./file-metadata.js";
import { type PuppetV3, parsed } from "./v3.js";
import { mannersOf, type PuppetVersion } from "./version.js";

/** One resource, as far as an agent of a simulation looks at it. */
export interface Resource {
  readonly type: string;
  readonly title: string;
  readonly kind?: string;
  readonly tags?: readonly string[];
  readonly file?: string;
  readonly line?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly sensitive_parameters?: readonly string[];
}

/** A catalog that an agent accepts. */
export interface Catalog {
  readonly environment: string;
  readonly version?: number | string | null;
  readonly code_id?: string | null;
  readonly catalog_uuid?: string;
  readonly catalog_format?: number;
  readonly resources: readonly Resource[];
  readonly edges?: readonly { readonly source: string; readonly target: string }[];
  /** Of a static catalog, by the title of the file. */
  readonly metadata?: Readonly<Record<string, FileMetadata>>;
  readonly recursive_metadata?: Readonly<Record<string, Readonly<Record<string, readonly FileMetadata[]>>>>;
}

export interface CatalogRequest {
  readonly certname: string;
  readonly version: PuppetVersion;
  readonly environment: string;
  readonly transactionUuid: string;
  readonly facts: PuppetFacts;
}

/**
 * Asks for the catalog, by POST, with facts that are encoded twice: once as a value, once as a field of the form.
 * @throws PuppetAgentError for another answer than 200, and for a catalog that an agent refuses
 */
export async function fetchCatalog(v3: PuppetV3, request: CatalogRequest): Promise<Catalog> {
  const { certname, version, environment, transactionUuid, facts } = request;
  const fields = {
    facts_format: "application/json",
    facts: encodeURIComponent(JSON.stringify(facts)),
    environment,
    configured_environment: environment,
    check_environment: "true",
    transaction_uuid: transactionUuid,
    job_uuid: "",
    static_catalog: "true",
    checksum_type: "sha256.sha384.sha512.sha224.md5",
  };
  const answer = await v3.send("catalog", certname, environment, [], {
    method: "POST",
    accept: mannersOf(version).acceptCatalog,
    contentType: "application/x-www-form-urlencoded",
    body: Object.entries(fields)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&"),
  });
  if (answer.status !== 200) throw refused(answer);
  const catalog = parsed<Catalog>(answer);
  const fault = faultOf(catalog);
  if (fault !== undefined) throw new PuppetAgentError("protocol", "catalog", fault, answer);
  return catalog;
}

/** Such as `File[/etc/motd]`. */
export const referenceOf = ({ type, title }: Resource): string => `${type}[${title}]`;

/** Why an agent refuses this catalog, in its words; undefined when it does not. */
function faultOf(catalog: Catalog): string | undefined {
  const { environment, resources, edges = [], catalog_format: format = 0 } = catalog;
  if (typeof environment !== "string" || !Array.isArray(resources)) return "Could not intern from json: no catalog";
  const known = new Set<string>();
  for (const resource of resources) {
    if (typeof resource?.type !== "string" || typeof resource.title !== "string") return "a resource without a name";
    // From format 2 on, what a resource is stands beside it.
    if (format >= 2 && resource.kind === undefined) return "Got nil value for kind";
    const reference = referenceOf(resource);
    if (known.has(reference)) return `Duplicate declaration: ${reference} is already declared`;
    known.add(reference);
  }
  const loose = edges.flatMap(({ source, target }) => [source, target]).find((name) => !known.has(name));
  if (loose !== undefined) return `Could not find resource ${loose} when converting edges`;
  return metadataFault(catalog);
}

function metadataFault({ metadata = {}, recursive_metadata: recursive = {} }: Catalog): string | undefined {
  const trees = Object.values(recursive).flatMap((sources) => Object.values(sources).flat());
  return [...Object.values(metadata), ...trees].every(isMetadata) ? undefined : "metadata that is none";
}
