import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeQuery } from "@gatehouse/core/groups";
import type { NodeFilter, NodeListPage } from "@gatehouse/core/nodes";
import { cleanJson, cleanText } from "../clean.js";
import { Conditions } from "../conditions.js";
import { cut, decodeCursor, decodeFactCursor, encodeCursor, factPlace } from "../cursor.js";
import type { Database } from "../database.js";
import { indexedKey } from "../facts/indexes.js";
import { ruleToSql } from "../groups/rule-to-sql.js";

/** What means something in a LIKE pattern, as itself. */
const literally = (text: string) => cleanText(text).replace(/[\\%_]/g, "\\$&");

interface IdPage {
  readonly ids: string[];
  readonly next: string | null;
}

/**
 * The ids of one page of nodes, by name or by a fact.
 * @param indexed the facts that can be sorted by
 * @throws request-malformed for a foreign cursor, and a fact that is not indexed
 */
export async function listNodes(
  db: Database,
  { limit, after, sort = "name" }: NodeListPage,
  query: NodeQuery = {},
  indexed: readonly string[] = [],
): Promise<IdPage> {
  if (sort === "name") return listByName(db, { limit, ...(after === undefined ? {} : { after }) }, query);
  const path = sort.startsWith("facts.") ? sort.slice("facts.".length) : undefined;
  if (path === undefined || !indexed.includes(path)) {
    const known = ["name", ...indexed.map((fact) => `facts.${fact}`)].join(", ");
    throw new GatehouseError(
      "request-malformed",
      `Nodes cannot be sorted so; there is ${known}. search.indexed declares facts.`,
    );
  }
  return listByFact(db, { limit, ...(after === undefined ? {} : { after }) }, query, path);
}

/** How many nodes there are that fit. */
export async function countNodes(db: Database, query: NodeQuery): Promise<number> {
  const conditions = conditionsOf(query);
  const [row] = await db.run<{ count: number }>(
    `select count(*)::int as count from nodes n ${conditions.where}`,
    conditions.values,
  );
  return row?.count ?? 0;
}

function conditionsOf(query: NodeQuery): Conditions {
  const conditions = narrow(new Conditions(), query);
  return conditions.also(query.where && ruleToSql(query.where, (value) => conditions.value(value)));
}

function narrow(conditions: Conditions, filter: NodeFilter): Conditions {
  return (
    conditions
      .add("n.state = ?", filter.state)
      // The database's own lower() on both sides: outside ASCII it may differ from JavaScript's.
      .add("lower(n.name) like lower(?::text) || '%'", filter.name === undefined ? undefined : literally(filter.name))
      .add("n.labels @> ?::jsonb", filter.labels === undefined ? undefined : JSON.stringify(cleanJson(filter.labels)))
      .add("exists (select from agents a where a.node_id = n.id and a.family = ?)", filter.family)
      .add(
        "exists (select from agents a join agent_reports l on l.agent_id = a.id where a.node_id = n.id and l.status = ?)",
        filter.reportStatus && cleanText(filter.reportStatus),
      )
      .add(
        `not exists (select from agents a join agent_contacts c on c.agent_id = a.id
                   where a.node_id = n.id and c.last_seen >= ?)`,
        filter.notSeenSince,
      )
  );
}

interface Place {
  readonly limit: number;
  readonly after?: string;
}

async function listByName(db: Database, { limit, after }: Place, query: NodeQuery): Promise<IdPage> {
  const conditions = conditionsOf(query);
  if (after !== undefined) addNamePlace(conditions, decodeCursor(after));
  const rows = await readByName(db, conditions, limit + 1);
  const { page, next } = cut(rows, limit, ({ name, id }) => [name, id]);
  return { ids: page.map(({ id }) => id), next };
}

const addNamePlace = (conditions: Conditions, [name, id]: readonly [name: string, id: string]) =>
  conditions.add(`(n.name, n.id) > (${conditions.value(name)}, ?::uuid)`, id);

const readByName = (db: Database, conditions: Conditions, limit: number) =>
  db.run<{ id: string; name: string }>(
    `select n.id, n.name from nodes n ${conditions.where} order by n.name, n.id limit ${conditions.value(limit)}`,
    conditions.values,
  );

/** Nodes in the order of a fact; of several sources the least counts. Those without it follow, by name. */
async function listByFact(db: Database, { limit, after }: Place, query: NodeQuery, path: string): Promise<IdPage> {
  const place = after === undefined ? undefined : decodeFactCursor(after, path);
  const found: { id: string; next: string }[] = [];
  if (place === undefined || place.part === "with") {
    const rows = await readWithFact(db, conditionsOf(query), path, place, limit + 1);
    for (const { id, key } of rows) found.push({ id, next: encodeCursor(factPlace(path, "with", key), id) });
  }
  if (found.length <= limit) {
    const conditions = conditionsOf(query).also(
      `not exists (select from facts f where f.node_id = n.id and ${indexedKey("f", path)} is not null)`,
    );
    if (place?.part === "without") addNamePlace(conditions, [place.key, place.id]);
    const rows = await readByName(db, conditions, limit + 1 - found.length);
    for (const { id, name } of rows) found.push({ id, next: encodeCursor(factPlace(path, "without", name), id) });
  }
  const page = found.slice(0, limit);
  return { ids: page.map(({ id }) => id), next: found.length > limit ? (page.at(-1)?.next ?? null) : null };
}

function readWithFact(
  db: Database,
  conditions: Conditions,
  path: string,
  place: { readonly key: string; readonly id: string } | undefined,
  limit: number,
): Promise<{ id: string; key: string }[]> {
  const [mine, other] = [indexedKey("f", path), indexedKey("o", path)];
  conditions
    .also(`${mine} is not null`)
    .also(
      `not exists (select from facts o where o.node_id = f.node_id and (${other}, o.source) < (${mine}, f.source))`,
    );
  if (place !== undefined)
    conditions.add(`(${mine}, f.node_id) > (${conditions.value(place.key)}::jsonb, ?::uuid)`, place.id);
  return db.run(
    `select f.node_id as id, ${mine}::text as key from facts f join nodes n on n.id = f.node_id ${conditions.where}
     order by ${mine}, f.node_id limit ${conditions.value(limit)}`,
    conditions.values,
  );
}
