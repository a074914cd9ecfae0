import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeQuery } from "@gatehouse/core/groups";
import type { NodeFilter, NodeListPage } from "@gatehouse/core/nodes";
import { cleanJson, cleanText } from "../clean.js";
import { Conditions } from "../conditions.js";
import { decodeCursor, decodeFactCursor, encodeCursor, factPlace } from "../cursor.js";
import type { Database } from "../database.js";
import { indexedFacts } from "../facts/indexed.js";
import { ruleToSql } from "../groups/rule-to-sql.js";
import { readByFact, readByName, type SortedNode, withoutFact } from "./sorted.js";

/** What means something in a LIKE pattern, as itself. */
const literally = (text: string) => cleanText(text).replace(/[\\%_]/g, "\\$&");

/**
 * The ids of one page of nodes, by name or by a fact.
 * @throws request-malformed for a foreign cursor, and a fact that is not indexed; overloaded for what takes too long
 */
export async function listNodes(
  db: Database,
  { limit, after, sort = "name" }: NodeListPage,
  query: NodeQuery = {},
): Promise<{ ids: string[]; next: string | null }> {
  const indexed = await indexedFacts(db);
  const conditions = conditionsOf(query, indexed);
  const found = await inTime(
    sort === "name"
      ? pageByName(db, conditions, limit + 1, after)
      : pageByFact(db, conditions, limit + 1, after, factOf(sort, indexed)),
  );
  const page = found.slice(0, limit);
  return { ids: page.map(({ id }) => id), next: found.length > limit ? (page.at(-1)?.cursor ?? null) : null };
}

/** How many nodes there are that fit. */
export async function countNodes(db: Database, query: NodeQuery): Promise<number> {
  const conditions = conditionsOf(query, await indexedFacts(db));
  const [row] = await inTime(
    db.run<{ count: number }>(`select count(*)::int as count from nodes n ${conditions.where}`, conditions.values),
  );
  return row?.count ?? 0;
}

/** A rule may ask more of a large fleet than a statement has time for: no fault of ours. @throws overloaded */
export const inTime = <T>(found: Promise<T>): Promise<T> =>
  found.catch((thrown: unknown) => {
    if ((thrown as { code?: unknown }).code !== "57014") throw thrown;
    throw new GatehouseError(
      "overloaded",
      "The nodes could not be looked through in time: ask a simpler rule, or declare its facts in search.indexed.",
      { cause: thrown },
    );
  });

function factOf(sort: string, indexed: readonly string[]): string {
  const path = indexed.find((fact) => sort === `facts.${fact}`);
  if (path !== undefined) return path;
  const known = ["name", ...indexed.map((fact) => `facts.${fact}`)].join(", ");
  throw new GatehouseError(
    "request-malformed",
    `Nodes cannot be sorted so, only by ${known}; facts to sort by are declared in search.indexed.`,
  );
}

function conditionsOf({ where, ...filter }: NodeQuery, indexed: readonly string[]): Conditions {
  const conditions = narrow(new Conditions(), filter);
  return conditions.also(where && ruleToSql(where, (value) => conditions.value(value), indexed));
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
      // A host without an agent is seen by those who tell of it.
      .add(
        "not exists (select from inventories i where i.node_id = n.id and i.is_collected and i.seen_at >= ?)",
        filter.notSeenSince,
      )
  );
}

/** A node of a page, with the cursor of what comes after it. */
interface Listed {
  readonly id: string;
  readonly cursor: string;
}

async function pageByName(db: Database, conditions: Conditions, most: number, after?: string): Promise<Listed[]> {
  const place = after === undefined ? undefined : decodeCursor(after);
  const rows = await readByName(db, conditions, most, place);
  return rows.map(({ id, key }) => ({ id, cursor: encodeCursor(key, id) }));
}

/** Nodes in the order of a fact; of several sources the least counts. Those without it follow, by name. */
async function pageByFact(
  db: Database,
  conditions: Conditions,
  most: number,
  after: string | undefined,
  path: string,
): Promise<Listed[]> {
  const place = after === undefined ? undefined : decodeFactCursor(after, path);
  const placeIn = (part: "with" | "without") => (place?.part === part ? ([place.key, place.id] as const) : undefined);
  const listed =
    (part: "with" | "without") =>
    ({ id, key }: SortedNode) => ({
      id,
      cursor: encodeCursor(factPlace(path, part, key), id),
    });
  const found =
    place?.part === "without"
      ? []
      : (await readByFact(db, conditions, most, path, placeIn("with"))).map(listed("with"));
  if (found.length >= most) return found;
  const rest = conditions.copy();
  rest.also(withoutFact(rest.value(path)));
  const rows = await readByName(db, rest, most - found.length, placeIn("without"));
  return [...found, ...rows.map(listed("without"))];
}
