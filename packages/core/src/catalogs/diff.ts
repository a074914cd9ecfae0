import { isDeepStrictEqual } from "node:util";
import { REDACTED, redactedValue } from "./redact.js";
import type { Catalog, CatalogResource } from "./types.js";

/** What stands for a parameter of one resource that differs; a side that has none is undefined. */
export interface ParameterDifference {
  readonly name: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface ResourceDifference {
  readonly type: string;
  readonly title: string;
  /** By name. */
  readonly parameters: readonly ParameterDifference[];
}

type Edge = Catalog["edges"][number];

/** What one catalog has otherwise than another: nothing of tags, places in files, versions, or the order. */
export interface CatalogDifferences {
  readonly added: readonly ResourceDifference[];
  readonly removed: readonly ResourceDifference[];
  readonly changed: readonly ResourceDifference[];
  readonly edges: { readonly added: readonly Edge[]; readonly removed: readonly Edge[] };
}

/**
 * What differs between two catalogs, in the order of the resources. Sensitive values are compared and shown redacted; of
 * catalogs that were redacted before, a change of what is sensitive cannot be seen.
 */
export function catalogDifferences(before: Catalog, after: Catalog): CatalogDifferences {
  const [old, now] = [byReference(before), byReference(after)];
  const nothing = { parameters: {}, sensitive_parameters: [] };
  const edges = (of: Catalog, without: Catalog) => {
    const known = new Set(without.edges.map(edgeKey));
    return of.edges.filter((edge) => !known.has(edgeKey(edge))).map(({ source, target }) => ({ source, target }));
  };
  return {
    added: [...now].filter(([key]) => !old.has(key)).map(([, resource]) => difference(nothing, resource, resource)),
    removed: [...old].filter(([key]) => !now.has(key)).map(([, resource]) => difference(resource, nothing, resource)),
    changed: [...now].flatMap(([key, resource]) => {
      const was = old.get(key);
      const found = was === undefined ? undefined : difference(was, resource, resource);
      return found === undefined || found.parameters.length === 0 ? [] : [found];
    }),
    edges: { added: edges(after, before), removed: edges(before, after) },
  };
}

const edgeKey = ({ source, target }: Edge) => JSON.stringify([source, target]);

const byReference = ({ resources }: Catalog) =>
  new Map(resources.map((resource) => [JSON.stringify([resource.type, resource.title]), resource]));

type Side = Pick<CatalogResource, "parameters" | "sensitive_parameters">;

function difference(before: Side, after: Side, { type, title }: CatalogResource): ResourceDifference {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  const secret = new Set([...(before.sensitive_parameters ?? []), ...(after.sensitive_parameters ?? [])]);
  const shown = (name: string, value: unknown) => (secret.has(name) ? REDACTED : redactedValue(value));
  const names = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => old.has(name) !== now.has(name) || !isDeepStrictEqual(old.get(name), now.get(name)),
  );
  const parameters = names.toSorted().map((name) => ({
    name,
    ...(old.has(name) ? { before: shown(name, old.get(name)) } : {}),
    ...(now.has(name) ? { after: shown(name, now.get(name)) } : {}),
  }));
  return { type, title, parameters };
}

const valuesOf = ({ parameters = {} }: Side) => new Map<string, unknown>(Object.entries(parameters));
