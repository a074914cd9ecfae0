import { GatehouseError } from "@gatehouse/core/errors";
import type { InventoryCondition } from "@gatehouse/core/inventory";
import type { NodeView } from "@gatehouse/core/nodes";
import type { ApiDeps } from "../deps.js";
import { given, page } from "../models/common.js";
import * as models from "../models/inventory.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional, repeated, required } from "../operation/parameters.js";
import { listOf, text } from "../operation/schema.js";
import { NODE_PART, nodeOf, settle } from "../resolve.js";

/** An inventory has hundreds of kilobytes: a page of them is held in memory. */
const MOST_EXPORTED = 25;
/** Characters of JSON after which a page goes no further: an agent may send tens of megabytes. */
const MOST_TEXT = 8 * 1024 * 1024;

const sections = optional(
  "Only these sections, separated by commas, such as `softwares,hardware`.",
  text({ pattern: "^[A-Za-z0-9_-]+(,[A-Za-z0-9_-]+)*$", maxLength: 1000 }),
);
const listed = (names: string | undefined) => names?.split(",");

export const showInventory = operation({
  id: "api.nodes.inventory",
  method: "GET",
  path: "/nodes/{node}/inventory",
  parts: { node: NODE_PART },
  summary: "What a node is made of, as its inventory agents say",
  description: "What changed in it is in the node's history, under the subject `inventory`.",
  role: "viewer",
  query: { sections },
  answers: { 200: json("Its inventories.", models.NodeInventories) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, query }) => {
      const node = await nodeOf(deps, path.node);
      const inventories = await inventoriesOf(deps, node, listed(query.sections));
      return ok({ inventories: inventories.map(models.inventoryOf) });
    },
});

export const compareInventories = operation({
  id: "api.nodes.inventory.compare",
  method: "GET",
  path: "/nodes/{node}/inventory/differences",
  parts: { node: NODE_PART },
  summary: "What is other in a node's inventory than in another node's",
  description: "Of each node, what its own agent says. Without what only says how it is at the moment.",
  role: "viewer",
  query: { to: required("The other node: name, id or alias.", text({ minLength: 1, maxLength: 500 })), sections },
  answers: { 200: json("What differs.", models.InventoryDifferences) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, query }) => {
      const names = listed(query.sections);
      const [node, other] = await Promise.all([side(deps, path.node, names), side(deps, query.to, names)]);
      const contents = [node, other].map(({ inventory }) => new Map(inventory.sections.map((one) => [one.name, one])));
      const all = [...new Set(contents.flatMap((map) => [...map.keys()]))].sort();
      const differences = all.flatMap((section) => {
        const [mine, theirs] = contents.map((map) => map.get(section)?.content);
        return deps.inventoryRules.changes(section, mine, theirs);
      });
      return ok({
        node: node.said,
        other: other.said,
        differences: differences.map(({ path: place, before, after }) => ({
          path: place,
          ...(before === undefined ? {} : { node: before }),
          ...(after === undefined ? {} : { other: after }),
        })),
      });
    },
});

export const searchInventories = operation({
  id: "api.inventory.search",
  method: "GET",
  path: "/inventory",
  parts: {},
  summary: "The nodes whose inventory fits",
  description:
    "Texts are compared without regard to case; `*` stands for any characters. Conditions on fields of one section are of one and the same entry.",
  role: "viewer",
  query: {
    ...page(500),
    where: repeated(
      "`section.field=value`, such as `softwares.name=openssl`; all have to fit.",
      listOf(text({ minLength: 1, maxLength: 500 }), { minItems: 1, maxItems: 20 }),
    ),
  },
  answers: { 200: json("A page of nodes.", models.InventoryHits) },
  handle:
    (deps) =>
    async ({ query: { where, ...asked } }) =>
      ok(await deps.inventories.search(conditionsOf(where), { limit: asked.limit, ...given({ after: asked.after }) })),
});

export const exportInventories = operation({
  id: "api.inventory.export",
  method: "GET",
  path: "/inventory/export",
  parts: {},
  summary: "The inventories of all nodes, page by page",
  description:
    "A page may have less than was asked for, where inventories are large: `next` says whether there are more.",
  role: "viewer",
  query: { ...page(MOST_EXPORTED), sections },
  answers: { 200: json("A page of inventories.", models.InventoryPage) },
  handle:
    (deps) =>
    async ({ query: { limit, after, sections: names } }) => {
      const nodes = [];
      let next: string | null = after ?? null;
      let text = 0;
      let asked = 0;
      do {
        // One by one: how large the next one is, nobody knows before it is read.
        const from: { after?: string } = next === null ? {} : { after: next };
        const found: Awaited<ReturnType<typeof deps.inventories.list>> = await deps.inventories.list(
          { limit: 1, ...from },
          listed(names),
        );
        for (const one of found.inventories) {
          text += JSON.stringify(one.sections).length;
          nodes.push({ nodeId: one.nodeId, nodeName: one.nodeName, inventory: models.inventoryOf(one) });
        }
        next = found.next;
        asked += 1;
      } while (next !== null && asked < limit && text < MOST_TEXT);
      return ok({ nodes, next });
    },
});

type Deps = Pick<ApiDeps, "registry" | "submissions" | "inventories">;

/** What is known of a node, once what its agents handed in is processed. @throws not-found where that is nothing */
async function inventoriesOf(deps: Deps, node: NodeView, names: readonly string[] | undefined) {
  const isSettled = await settle(deps, node);
  const [first, ...others] = await deps.inventories.of(node.id, names);
  if (first !== undefined) return [first, ...others] as const;
  const why = isSettled ? "has come yet" : "is there yet: what its agents handed in is still being processed";
  throw new GatehouseError("not-found", `No inventory of ${node.name} ${why}.`);
}

async function side(deps: Deps, reference: string, names: readonly string[] | undefined) {
  const node = await nodeOf(deps, reference);
  const [inventory] = await inventoriesOf(deps, node, names);
  return { inventory, said: { nodeId: node.id, nodeName: node.name, seenAt: inventory.seenAt } };
}

/** @throws request-malformed for what is no condition, and for a field that is asked twice */
function conditionsOf(where: readonly string[]): InventoryCondition[] {
  const bySection = new Map<string, Map<string, string>>();
  for (const text of where) {
    const [, section, field, value] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)=(.+)$/s.exec(text) ?? [];
    if (section === undefined || field === undefined || value === undefined)
      throw new GatehouseError("request-malformed", `A condition is section.field=value, not ${text.slice(0, 100)}.`);
    const fields = bySection.get(section) ?? new Map<string, string>();
    if (fields.has(field))
      throw new GatehouseError("request-malformed", `${section}.${field} is asked twice: one entry has one of it.`);
    bySection.set(section, fields.set(field, value));
  }
  return [...bySection].map(([section, fields]) => ({ section, fields: Object.fromEntries(fields) }));
}
