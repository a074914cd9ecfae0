import type { Conditions } from "../conditions.js";
import type { Database } from "../database.js";
import { indexedKey } from "../facts/indexes.js";

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

/** The next nodes by a declared fact that have it and fit; of several sources the least counts. */
export function readByFact(
  db: Database,
  fits: Conditions,
  most: number,
  path: string,
  after?: Place,
): Promise<SortedNode[]> {
  const [mine, other] = [indexedKey("f", path), indexedKey("o", path)];
  const has = (conditions: Conditions) =>
    after === undefined
      ? `${mine} is not null`
      : `(${mine}, f.node_id) > (${conditions.value(after[0])}::jsonb, ${conditions.value(after[1])}::uuid)`;
  const least = (key: string, row: string) =>
    `not exists (select from facts o where o.node_id = ${row}.node_id and (${other}, o.source) < (${key}, ${row}.source))`;
  return walkOrSort(db, fits, most, {
    walk: (conditions, limit) =>
      `select n.id, w.key::text from (
         select f.node_id, f.source, ${mine} as key from facts f where ${has(conditions)}
         order by ${mine}, f.node_id limit ${limit}) w join nodes n on n.id = w.node_id
       ${fits.copy().also(least("w.key", "w")).where} order by w.key, w.node_id`,
    sort: (conditions) =>
      `with n as materialized (select n.id from nodes n ${fits.where})
       select f.node_id as id, ${mine}::text as key from n join facts f on f.node_id = n.id
       where ${has(conditions)} and ${least(mine, "f")} order by ${mine}, f.node_id`,
  });
}

/** Whether a node lacks a declared fact. */
export const withoutFact = (path: string): string =>
  `not exists (select from facts f where f.node_id = n.id and ${indexedKey("f", path)} is not null)`;

interface Ways {
  /** The first so many nodes of the order, and of those the ones that fit. */
  readonly walk: (conditions: Conditions, limit: string) => string;
  /** All nodes that fit, sorted. */
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
