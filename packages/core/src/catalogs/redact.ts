import type { Catalog, CatalogResource } from "./types.js";

/** What stands in the place of a value that nobody is shown. */
export const REDACTED = "[redacted]";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether something sensitive is in a value, as rich data writes it. */
export function holdsSensitive(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSensitive);
  return isObject(value) && (value["__ptype"] === "Sensitive" || Object.values(value).some(holdsSensitive));
}

/** A value without what is sensitive in it. */
export function redactedValue(value: unknown): unknown {
  if (!holdsSensitive(value)) return value;
  if (Array.isArray(value)) return value.map(redactedValue);
  if (!isObject(value) || value["__ptype"] === "Sensitive") return REDACTED;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactedValue(item)]));
}

function redactedResource(resource: CatalogResource): CatalogResource {
  const { parameters, sensitive_parameters: names = [] } = resource;
  if (parameters === undefined || (names.length === 0 && !holdsSensitive(parameters))) return resource;
  const kept = Object.entries(parameters).map(([name, value]) => [
    name,
    names.includes(name) ? REDACTED : redactedValue(value),
  ]);
  return { ...resource, parameters: Object.fromEntries(kept) };
}

/** A catalog for people to look at: with nothing in it that agents keep to themselves. */
export const redactedCatalog = (catalog: Catalog): Catalog => ({
  ...catalog,
  resources: catalog.resources.map(redactedResource),
});
