import type { Catalog } from "@gatehouse/core/catalogs";

/**
 * The text of a catalog with more resources and edges in it. What was there stays as it is written: a number that is
 * written 1.0 or has more than 15 digits is another one once JavaScript has read it.
 * @param json as Puppet writes it: edges and classes come last, and hold nothing that could be taken for their keys
 * @returns undefined for a text that is written otherwise
 */
export function spliced(json: Buffer, { resources, edges }: Pick<Catalog, "resources" | "edges">): Buffer | undefined {
  const afterResources = json.lastIndexOf('],"edges":[');
  const afterEdges = json.lastIndexOf('],"classes":[');
  if (afterResources < 0 || afterEdges <= afterResources) return undefined;
  return Buffer.concat([
    json.subarray(0, afterResources),
    ...added(json, afterResources, resources),
    json.subarray(afterResources, afterEdges),
    ...added(json, afterEdges, edges),
    json.subarray(afterEdges),
  ]);
}

function added(json: Buffer, at: number, items: readonly object[]): Buffer[] {
  if (items.length === 0) return [];
  const text = JSON.stringify(items).slice(1, -1);
  return [Buffer.from(json[at - 1] === "[".charCodeAt(0) ? text : `,${text}`)];
}
