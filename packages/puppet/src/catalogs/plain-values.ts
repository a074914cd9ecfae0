import type { Catalog } from "@gatehouse/core/catalogs";

/** Objects that nest deeper are cut: those of a catalog come from where they were bounded. */
const DEEPEST = 64;

/** The catalog for an agent that knows no rich data: the same with texts in the place of it (wire/puppet.md section 3.3). */
export function withPlainValues<C extends Catalog>(catalog: C): C {
  const resources = catalog.resources.map((resource) =>
    resource.parameters === undefined || !holdsRich(resource.parameters, DEEPEST)
      ? resource
      : { ...resource, parameters: plainValues(resource.parameters) },
  );
  return { ...catalog, resources };
}

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

const isRich = (value: Tree): value is Tree & { readonly __ptype: string } =>
  Object.hasOwn(value, "__ptype") && typeof value["__ptype"] === "string";

function holdsRich(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null || depth === 0) return false;
  if (isTree(value) && isRich(value)) return true;
  return Object.values(value).some((inside) => holdsRich(inside, depth - 1));
}

const plainValues = (values: Tree): Tree =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, plain(value, DEEPEST)]));

function plain(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => plain(item, depth - 1));
  const tree = value as Tree;
  if (!isRich(tree))
    return Object.fromEntries(Object.entries(tree).map(([key, inside]) => [key, plain(inside, depth - 1)]));
  return ofRich(tree, depth - 1);
}

function ofRich(value: Tree & { readonly __ptype: string }, depth: number): unknown {
  const inside = value["__pvalue"];
  switch (value.__ptype) {
    case "Default":
      return "default";
    case "Regexp":
      return `/${String(inside)}/`;
    case "Sensitive":
      return plain(inside, depth);
    case "Hash":
      return hashOf(inside, depth);
    case "Deferred":
      return `Deferred(${inPuppet({ name: value["name"], arguments: value["arguments"] ?? [] }, depth)})`;
    default:
      return typeof inside === "string" ? inside : JSON.stringify(inside ?? value);
  }
}

/** A list of keys and values by turns; other keys than texts become texts. */
function hashOf(inside: unknown, depth: number): unknown {
  const list: readonly unknown[] = Array.isArray(inside) ? inside : [];
  const entries = list.flatMap((key, place) => {
    if (place % 2 === 1) return [];
    const name = plain(key, depth);
    return [[typeof name === "string" ? name : JSON.stringify(name), plain(list[place + 1], depth)] as const];
  });
  return Object.fromEntries(entries);
}

/** A value as Puppet code writes it. */
function inPuppet(value: unknown, depth: number): string {
  if (typeof value === "string") return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  if (typeof value !== "object" || value === null || depth === 0) return value === null ? "undef" : String(value);
  if (Array.isArray(value)) return `[${value.map((item) => inPuppet(item, depth - 1)).join(", ")}]`;
  const entries = Object.entries(value).map(([key, inside]) => `${inPuppet(key, 1)} => ${inPuppet(inside, depth - 1)}`);
  return `{${entries.join(", ")}}`;
}
