import type { Catalog, CatalogResource } from "@gatehouse/core/catalogs";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import type { FileMetadata, FileServer } from "../environment/index.js";
import { inlined } from "./static-catalog.js";

/**
 * A catalog that tells what the sources of its files hold in one version, as parameters of the files: two catalogs that
 * name the same sources differ where these do.
 */
export async function withSourceContents(
  catalog: Catalog,
  version: EnvironmentVersion,
  files: Pick<FileServer, "metadata" | "metadatas">,
): Promise<Catalog> {
  const plain = { ...catalog, resources: catalog.resources.map(withoutChecksum) };
  const { metadata, recursive_metadata } = await inlined(plain, version, files, "sha256");
  const single = new Map(Object.entries(metadata));
  const recursive = new Map(Object.entries(recursive_metadata));
  const resources = catalog.resources.map((resource) => {
    if (resource.type !== "File") return resource;
    const one = single.get(resource.title);
    const all = Object.values(recursive.get(resource.title) ?? {}).flat();
    const found = [...(one === undefined ? [] : [one]), ...all].filter(({ type }) => type !== "directory");
    if (found.length === 0) return resource;
    return { ...resource, parameters: { ...resource.parameters, ...Object.fromEntries(found.map(contentOf)) } };
  });
  return { ...catalog, resources };
}

/** What a resource asks for in its own way would be another sum, or one that is not known before a deployment. */
function withoutChecksum(resource: CatalogResource): CatalogResource {
  if (resource.type !== "File" || resource.parameters === undefined) return resource;
  const { checksum: _, ...parameters } = resource.parameters;
  return { ...resource, parameters };
}

/** No parameter has such a name. */
const contentOf = ({ relative_path: path, checksum, type, destination }: FileMetadata): [string, unknown] => [
  path === null || path === "." ? "source's content" : `source's content ${path}`,
  type === "link" ? `link to ${destination}` : checksum.value,
];
