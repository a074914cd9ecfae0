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
         select n.id, n.name, n.state, n.labels from nodes n ${where(behind(conditions))}
         order by n.name, n.id limit ${limit}) n ${fits.where} order by n.name, n.id`,
    sort: (conditions) =>
      `with n as materialized (select n.id, n.name from nodes n ${fits.where})
       select n.id, n.name as key from n ${where(behind(conditions))} order by n.name, n.id`,
  });
}

/** The next nodes by an indexed fact that have it and fit; of several sources the least counts. */
export function readByFact(
  db: Database,
  fits: Conditions,
  most: number,
  path: string,
  after?: Place,
): Promise<SortedNode[]> {
  const behind = (conditions: Conditions) =>
    after && `(k.key, k.node_id) > (${conditions.value(after[0])}::jsonb, ${conditions.value(after[1])}::uuid)`;
  const least = `not exists (select from fact_keys o where o.node_id = k.node_id and o.path = k.path
                             and (o.key, o.source) < (k.key, k.source))`;
  return walkOrSort(db, fits, most, {
    walk: (conditions, limit) => {
      const keys = new Conditions([`k.path = ${conditions.value(path)}::text`]).also(behind(conditions));
      return `select n.id, k.key::text from (
                select * from fact_keys k ${keys.where} order by k.key, k.node_id limit ${limit}) k
              join nodes n on n.id = k.node_id ${fits.copy().also(least).where} order by k.key, k.node_id`;
    },
    sort: (conditions) => {
      const keys = new Conditions([`k.path = ${conditions.value(path)}::text`, least]).also(behind(conditions));
      return `with n as materialized (select n.id from nodes n ${fits.where}),
                   k as materialized (select k.* from n join fact_keys k on k.node_id = n.id ${keys.where})
              select k.node_id as id, k.key::text from k order by k.key, k.node_id`;
    },
  });
}

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
