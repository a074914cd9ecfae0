import type { InventoryHit, InventoryHitPage } from "@gatehouse/core/inventory";
import { Conditions } from "../conditions.js";
import { cut } from "../cursor.js";
import type { Queryable } from "../database.js";
import type { Run } from "../session.js";
import type { EntryCondition } from "./patterns.js";

/** Entries up to which the index over the sections is asked for each of them. More of them are on nearly every node. */
const FEW = 2_000;
/** Entries of one node and one condition that are told. */
const MOST_TOLD = 20;

/**
 * Whatever the statistics say: sections are many, and those that fit are few. A long list of ids would look like work
 * that is worth compiling, which takes longer than the search.
 */
const BY_INDEX = "set local enable_seqscan = off; set local jit = off";

/** What fits one condition. */
interface Fitting extends EntryCondition {
  readonly ids: readonly number[];
}

/**
 * Nodes that fit every condition, by name. What fits a condition is looked up among the entries of the whole fleet,
 * which stand there once; then the nodes that have some of it.
 */
export function searchInventories(
  db: Pick<Queryable, "transaction">,
  conditions: readonly EntryCondition[],
  page: { readonly limit: number; readonly after: readonly [name: string, id: string] | undefined },
): Promise<InventoryHitPage> {
  return db.transaction(async (run) => {
    for (const statement of BY_INDEX.split("; ")) await run(statement);
    const fitting: Fitting[] = [];
    for (const condition of conditions) {
      const { where } = condition;
      const [row] = await run<{ ids: number[] }>(
        `select array(select id from inventory_entries ${where.where}) as ids`,
        where.values,
      );
      const ids = row?.ids ?? [];
      if (ids.length === 0) return { hits: [], next: null };
      fitting.push({ ...condition, ids });
    }
    const { text, values } = nodesThat(fitting, page);
    const nodes = await run<{ nodeId: string; nodeName: string }>(text, values);
    const { page: shown, next } = cut(nodes, page.limit, ({ nodeId, nodeName }) => [nodeName, nodeId]);
    return { hits: await withFound(run, shown, fitting), next };
  });
}

/** The statement that finds a page of nodes, and one more. */
export function nodesThat(
  fitting: readonly Fitting[],
  { limit, after }: { readonly limit: number; readonly after: readonly [name: string, id: string] | undefined },
): { text: string; values: unknown[] } {
  const conditions = new Conditions();
  if (after !== undefined)
    conditions.also(`(n.name, n.id) > (${conditions.value(after[0])}, ${conditions.value(after[1])}::uuid)`);
  for (const { ids, section } of fitting) {
    const list = conditions.value(ids);
    conditions.also(
      ids.length <= FEW
        ? `n.id in (select i.node_id from inventory_sections s join inventories i on i.id = s.inventory_id
                    where s.entries && ${list}::int[])`
        : // Node by node in their order, until there are enough: nearly each of them fits.
          `exists (select from inventories i join inventory_sections s on s.inventory_id = i.id
                   where i.node_id = n.id and s.name = ${conditions.value(section)}
                     and exists (select from unnest(s.entries) as e (id) where e.id = any(${list}::int[])))`,
    );
  }
  const text = `select n.id as "nodeId", n.name as "nodeName" from nodes n ${conditions.where}
    order by n.name, n.id limit ${conditions.value(limit + 1)}`;
  return { text, values: conditions.values };
}

const FOUND = `
  select distinct i.node_id as "nodeId", x.id from inventories i
  join inventory_sections s on s.inventory_id = i.id and s.name = $3
  cross join lateral (select e.id from unnest(s.entries) as e (id) where e.id = any($2::int[]) limit ${MOST_TOLD}) as x
  where i.node_id = any($1::uuid[]) order by 2`;

async function withFound(
  run: Run,
  nodes: readonly { readonly nodeId: string; readonly nodeName: string }[],
  fitting: readonly Fitting[],
): Promise<InventoryHit[]> {
  if (nodes.length === 0) return [];
  const nodeIds = nodes.map(({ nodeId }) => nodeId);
  const found = new Map<string, Set<number>>(nodeIds.map((id) => [id, new Set()]));
  for (const { ids, section } of fitting)
    for (const { nodeId, id } of await run<{ nodeId: string; id: number }>(FOUND, [nodeIds, ids, section]))
      found.get(nodeId)?.add(id);
  const entries = await run<{ id: number; section: string; entry: Record<string, string> }>(
    "select id, section, entry from inventory_entries where id = any($1::int[])",
    [[...new Set([...found.values()].flatMap((ids) => [...ids]))]],
  );
  const byId = new Map(entries.map(({ id, ...entry }) => [id, entry]));
  return nodes.map((node) => ({
    ...node,
    found: [...(found.get(node.nodeId) ?? [])].flatMap((id) => byId.get(id) ?? []),
  }));
}
