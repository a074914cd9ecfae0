import {
  type Catalog,
  type CatalogRequest,
  type CatalogSource,
  type Compiled,
  catalogSettings,
} from "@gatehouse/core/catalogs";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { declaredResources, inMain } from "./declared.js";
import { failure } from "./failure.js";
import { referenceTo } from "./reference.js";
import type { NoRuby } from "./ruby/index.js";
import { spliced } from "./spliced.js";

export interface CatalogParts {
  readonly declared: CatalogSource;
  /** The compiler, once it is known whether there is one; asked for what needs it only. */
  readonly compiler: () => Promise<CatalogSource | NoRuby>;
  /** Whether a version has a site manifest that says something. */
  readonly hasCode: (version: EnvironmentVersion) => Promise<boolean>;
}

/**
 * Catalogs compiled where the environment has a site manifest or the node has classes, with what is declared for the
 * node added; of what is declared alone otherwise, without a compiler.
 */
export function createCatalogs({ declared, compiler, hasCode }: CatalogParts): CatalogSource {
  return {
    async compile(request) {
      const why = await reasonToCompile(request, hasCode);
      if (why === undefined) return declared.compile(request);
      const found = await compiler();
      if ("missing" in found) throw new GatehouseError("not-available", `${why}. ${found.missing}`);
      return withDeclared(await found.compile(request), request);
    },
  };
}

async function reasonToCompile(
  { environment, settings }: CatalogRequest,
  hasCode: CatalogParts["hasCode"],
): Promise<string | undefined> {
  const [name] = Object.keys((settings[catalogSettings.classes] ?? {}) as object);
  if (name !== undefined)
    return `The class ${name.slice(0, 200)} (setting ${catalogSettings.classes}) takes a compiler of Puppet code`;
  if (environment !== undefined && (await hasCode(environment)))
    return `The site manifest of environment ${environment.name} takes a compiler of Puppet code`;
  return undefined;
}

/** @throws catalog-failed for a resource that the code has as well, naming both places */
function withDeclared(compiled: Compiled, request: CatalogRequest): Compiled {
  const said = request.settings[catalogSettings.resources];
  if (said === undefined || Object.keys(said as object).length === 0) return compiled;
  const { catalog, json, exported, logs, milliseconds } = compiled;
  const places = new Map(catalog.resources.map((resource) => [referenceTo(resource), placeOf(resource)]));
  const added = declaredResources(request, new Set(places.keys()));
  for (const resource of added) {
    const place = places.get(referenceTo(resource));
    if (place !== undefined)
      throw failure(
        `Duplicate declaration: ${referenceTo(resource)} is declared at ${place} and in the setting ${catalogSettings.resources}; take one of them out.`,
      );
  }
  const more = { resources: added, edges: added.map(inMain) };
  const resources = [...catalog.resources, ...more.resources];
  const edges = [...catalog.edges, ...more.edges];
  const text = json && spliced(json, more);
  return {
    ...{ catalog: { ...catalog, resources, edges }, exported, logs, milliseconds },
    ...(text === undefined ? {} : { json: text }),
  };
}

const placeOf = ({ file, line }: Catalog["resources"][number]) =>
  file === undefined ? "a place that the compiler does not name" : `(file: ${file}, line: ${line ?? "unknown"})`;
