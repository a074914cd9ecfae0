import { randomUUID } from "node:crypto";
import {
  type Catalog,
  type CatalogRequest,
  type CatalogResource,
  type CatalogSource,
  catalogSettings,
} from "@gatehouse/core/catalogs";
import { type Clock, systemClock } from "@gatehouse/core/clock";
import { failure } from "./failure.js";
import { interpolate, interpolateText, type Scope } from "./interpolate.js";
import { parseReference, type Reference, referenceTo } from "./reference.js";
import { inOrder } from "./relations.js";

/** The resources of one catalog, from all groups. */
const MOST_RESOURCES = 10_000;

interface Declared extends Reference {
  readonly reference: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly sensitive: readonly string[];
}

/**
 * Catalogs of the resources that groups and operators declare: no Puppet code, and no Ruby.
 * @returns a source that is as fast as the merged settings are small: nothing is stored, nothing is read
 */
export function createDeclaredCatalogs(clock: Clock = systemClock): CatalogSource {
  return {
    compile: async (request) => {
      const begun = performance.now();
      const catalog = declaredCatalog(request, clock.now());
      return { catalog, exported: [], logs: [], milliseconds: performance.now() - begun };
    },
  };
}

function declaredCatalog(request: CatalogRequest, now: Date): Catalog {
  const { certname, environment, environmentName } = request;
  const resources = declaredResources(request);
  return {
    tags: ["settings"],
    name: certname,
    version: Math.floor(now.getTime() / 1000),
    code_id: environment === undefined || environment.version === 0 ? null : environment.codeId,
    catalog_uuid: randomUUID(),
    catalog_format: 2,
    environment: environmentName,
    resources: [...SKELETON.resources, ...resources],
    edges: [...SKELETON.edges, ...resources.map(inMain)],
    classes: ["settings"],
  };
}

/** Declared resources are in no class of their own. */
export const inMain = (resource: CatalogResource) => ({ source: "Class[main]", target: referenceTo(resource) });

/**
 * The resources that groups and operators declare for a node, in the order in which they are applied.
 * @param elsewhere references of resources that are in the catalog already: relations may name them
 * @throws catalog-failed for what makes no resource, or leads to nothing
 */
export function declaredResources(request: CatalogRequest, elsewhere?: ReadonlySet<string>): CatalogResource[] {
  return inOrder(declaredIn(request), elsewhere).map(resourceOf);
}

/** What comes first in every catalog of puppetserver 7 (wire/puppet.md section 3.3). */
const SKELETON: Pick<Catalog, "resources" | "edges"> = {
  resources: [
    ...[
      {
        type: "Stage",
        title: "main",
        tags: ["stage"],
        exported: false,
        kind: "compilable_type" as const,
        parameters: { name: "main" },
      },
    ],
    { type: "Class", title: "Settings", tags: ["class", "settings"], exported: false, kind: "unknown" },
    { type: "Class", title: "main", tags: ["class"], exported: false, kind: "unknown", parameters: { name: "main" } },
  ],
  edges: [
    { source: "Stage[main]", target: "Class[Settings]" },
    { source: "Stage[main]", target: "Class[main]" },
  ],
};

function declaredIn({ settings, facts, trusted, environmentName }: CatalogRequest): Declared[] {
  const scope: Scope = {
    facts,
    trusted,
    environment: environmentName,
    parameters: treeOf(settings[catalogSettings.parameters]),
  };
  const said = Object.entries(treeOf(settings[catalogSettings.resources]));
  if (said.length > MOST_RESOURCES)
    throw failure(`A catalog has at most ${MOST_RESOURCES} resources, not ${said.length}.`);
  const places = new Map<string, string>();
  return said.map(([place, parameters]) => {
    const found = parseReference(interpolateText(place, scope, place));
    if (found === undefined) throw failure(`${place.slice(0, 200)} is no resource such as File[/etc/motd].`);
    const reference = referenceTo(found);
    const before = places.get(reference);
    if (before !== undefined)
      throw failure(`Duplicate declaration: ${reference} is declared as ${before} and as ${place}.`);
    places.set(reference, place);
    return { ...found, reference, ...filled(treeOf(parameters), scope, place) };
  });
}

/** Parameters without those that are undefined, and with the names of those that agents keep to themselves. */
function filled(parameters: Readonly<Record<string, unknown>>, scope: Scope, place: string) {
  const sensitive: string[] = [];
  const entries = Object.entries(parameters).flatMap(([name, said]) => {
    const value = interpolate(said, scope, `${place}, parameter ${name}`);
    if (value === null) return [];
    if (!isSensitive(value)) return [[name, value] as const];
    sensitive.push(name);
    return [[name, value.__pvalue] as const];
  });
  return { parameters: Object.fromEntries(entries), sensitive };
}

function resourceOf({ type, title, parameters, sensitive }: Declared): CatalogResource {
  return {
    type,
    title,
    tags: tagsOf(type, title, parameters["tag"]),
    exported: false,
    kind: "compilable_type",
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(sensitive.length === 0 ? {} : { sensitive_parameters: sensitive }),
  };
}

/** As the compiler has them: its own, its type with the type's parts, its title where that can be one, its class. */
function tagsOf(type: string, title: string, said: unknown): string[] {
  const own = (Array.isArray(said) ? said : [said]).filter((tag): tag is string => typeof tag === "string");
  const word = type.toLowerCase();
  const parts = word.includes("::") ? word.split("::") : [];
  const all = [...own, word, ...parts, title.toLowerCase(), "class"];
  return [...new Set(all.filter((tag) => /^[a-z0-9_][a-z0-9_:.-]*$/i.test(tag)).map((tag) => tag.toLowerCase()))];
}

const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const treeOf = (value: unknown): Readonly<Record<string, unknown>> => (isTree(value) ? value : {});

const isSensitive = (value: unknown): value is { readonly __pvalue: unknown } =>
  isTree(value) && value["__ptype"] === "Sensitive" && Object.hasOwn(value, "__pvalue");
