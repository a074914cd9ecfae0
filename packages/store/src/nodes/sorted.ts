import { Conditions } from "../conditions.js";
import type { Database } from "../database.js";

/**
 * So many nodes are looked at in their order, in the hope that a page's worth of them fits. Where it does not, few fit,
 * and all of those are found and sorted. The planner alone would walk through the whole fleet, or sort most of it.
 */
const WALKED = 3_000;

/** A node with what it is sorted by: its name, or a fact as JSON. */
export interface SortedNode {
  readonly id: string;
  readonly key: string;
}

/** Behind which node a page begins. */
export type Place = readonly [key: string, id: string];

/** The next nodes by name that fit. */
export function readByName(db: Database, fits: Conditions, most: number, after?: Place): Promise<SortedNode[]> {
  const behind = (conditions: Conditions) =>
    after && `(n.name, n.id) > (${conditions.value(after[0])}::text, ${conditions.value(after[1])}::uuid)`;
  return walkOrSort(db, fits, most, {
    walk: (conditions, limit) =>
      `select n.id, n.name as key from (
         select n.id, n.name, n.state, n.labels, n.merged_ids from nodes n ${where(behind(conditions))}
         order by n.name, n.id limit ${limit}) n ${fits.where} order by n.name, n.id`,
    sort: (conditions) =>
      `with n as materialized (select n.id, n.name from nodes n ${fits.where})
       select n.id, n.name as key from n ${where(behind(conditions))} order by n.name, n.id`,
  });
}

/** The next nodes by an indexed fact that have it and fit; of several sources the least counts. */
export async function readByFact(
  db: Database,
  fits: Conditions,
  most: number,
  path: string,
  after?: Place,
): Promise<SortedNode[]> {
  const found = await leastOf(db, fits, most, path, after, Math.max(WALKED, most));
  return found.length >= most ? found : leastOf(db, fits, most, path, after);
}

/** A key of a node, and whether none of another source stands before it. */
interface KeyOfNode extends SortedNode {
  readonly least: boolean;
}

/**
 * Looks at the keys in their order. Only those of a page are compared with the node's others, which takes an index
 * look-up each: where a page is all keys that are not the least, the next follows.
 * @param walked so many keys are looked at; when undefined, all nodes that fit are found first
 */
async function leastOf(
  db: Database,
  fits: Conditions,
  most: number,
  path: string,
  after: Place | undefined,
  walked?: number,
): Promise<SortedNode[]> {
  const least: SortedNode[] = [];
  let behind = after;
  for (;;) {
    const conditions = fits.copy();
    const keys = new Conditions([`k.path = ${conditions.value(path)}::text`]);
    if (behind !== undefined)
      keys.also(`(k.key, k.node_id) > (${conditions.value(behind[0])}::jsonb, ${conditions.value(behind[1])}::uuid)`);
    const ordered = walked === undefined ? "" : `order by k.key, k.node_id limit ${conditions.value(walked)}`;
    const looked = `(select node_id as id, path, key, source from fact_keys k ${keys.where} ${ordered})`;
    // `offset 0` keeps the planner from walking in order after all.
    const rows = await db.run<KeyOfNode>(
      `select k.id, k.key::text, not exists (
         select from fact_keys o where o.node_id = k.id and o.path = k.path and (o.key, o.source) < (k.key, k.source)) as least
       from (select * from (
               select n.id, path, key, source from ${asksForMore(fits) ? `${looked} k join nodes n using (id)` : `${looked} n`}
               ${fits.where} offset 0) k
             order by key, id, source limit ${conditions.value(most)}) k
       order by k.key, k.id, k.source`,
      conditions.values,
    );
    least.push(...rows.filter((row) => row.least));
    const last = rows.at(-1);
    if (last === undefined || rows.length < most || least.length >= most) return least.slice(0, most);
    behind = [last.key, last.id];
  }
}

/** Whether conditions on nodes `n` look at more than the id: a key has that too, and a join with the whole fleet is dear. */
const asksForMore = (fits: Conditions) => /\bn\.(?!id\b)/.test(fits.where);

/** A condition on nodes `n`: they lack an indexed fact. @param path its placeholder */
export const withoutFact = (path: string): string =>
  `not exists (select from fact_keys k where k.node_id = n.id and k.path = ${path}::text)`;

interface Ways {
  /** The first so many nodes of the order, and of those the ones that fit. */
  readonly walk: (conditions: Conditions, limit: string) => string;
  /** All nodes that fit, sorted. Materialized: the planner would come back to walking. */
  readonly sort: (conditions: Conditions) => string;
}

async function walkOrSort(db: Database, fits: Conditions, most: number, { walk, sort }: Ways): Promise<SortedNode[]> {
  const walked = fits.copy();
  const text = `${walk(walked, walked.value(Math.max(WALKED, most)))} limit ${walked.value(most)}`;
  const found = await db.run<SortedNode>(text, walked.values);
  if (found.length >= most) return found;
  const sorted = fits.copy();
  return db.run<SortedNode>(`${sort(sorted)} limit ${sorted.value(most)}`, sorted.values);
}

const where = (condition: string | undefined) => (condition === undefined ? "" : `where ${condition}`);
