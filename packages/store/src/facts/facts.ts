import { GatehouseError } from "@gatehouse/core/errors";
import type { Facts, FactTree, StoredFacts } from "@gatehouse/core/facts";
import { cleanJson, cleanText } from "../clean.js";
import type { Database } from "../database.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";

/** What one source may say of a node, at the most. */
const MOST_BYTES = 1 << 20;
const DEEPEST = 20;
const MOST_KEYS = 20_000;
const LONGEST_SOURCE = 50;

/** What says nothing new leaves its row's facts, and all that follows them, alone. */
const PUT = {
  name: "facts.put",
  text: `insert into facts (node_id, source, facts, seen_at, changed_at)
         select * from (
           select distinct on (n.id, said.source) n.id, said.source, said.facts, said.at, said.at
           from jsonb_to_recordset($1::jsonb) as said (node_id uuid, source text, facts jsonb, at timestamptz)
           join nodes n on n.id = said.node_id order by n.id, said.source, said.at desc) as newest
         on conflict (node_id, source) do update set
           facts = case when facts.facts = excluded.facts then facts.facts else excluded.facts end,
           seen_at = excluded.seen_at,
           changed_at = case when facts.facts = excluded.facts then facts.changed_at else excluded.changed_at end
         where facts.seen_at <= excluded.seen_at`,
};

/** Facts on their way to the database. */
export interface FactsSaid {
  readonly nodeId: string;
  readonly source: string;
  readonly facts: FactTree;
  readonly at: Date;
}

/** {@link Facts} on PostgreSQL. */
export function createFacts(db: Pick<Database, "run">): Facts {
  return {
    async put(nodeId, source, facts, at) {
      if (!isUuid(nodeId)) return false;
      await putFacts((statement, values) => db.run(statement, values), [{ nodeId, source, facts, at }]);
      const [there] = await db.run("select 1 from nodes where id = $1", [nodeId]);
      return there !== undefined;
    },

    async of(nodeId) {
      if (!isUuid(nodeId)) return [];
      return db.run<StoredFacts>(
        `select source, facts, seen_at as "seenAt", changed_at as "changedAt" from facts where node_id = $1 order by source`,
        [nodeId],
      );
    },
  };
}

/** Facts of many nodes, as a part of a transaction. @throws request-malformed, as {@link Facts.put} does */
export async function putFacts(run: Run, said: readonly FactsSaid[]): Promise<void> {
  if (said.length === 0) return;
  const rows = said.map(({ nodeId, source, facts, at }) => {
    if (source === "" || source.length > LONGEST_SOURCE)
      throw malformed(`A source has 1 to ${LONGEST_SOURCE} characters.`);
    checkSize(facts);
    const cleaned = cleanJson(facts);
    if (Buffer.byteLength(JSON.stringify(cleaned)) > MOST_BYTES)
      throw malformed(`Facts have at most ${MOST_BYTES} bytes of JSON.`);
    return { node_id: nodeId, source: cleanText(source), facts: cleaned, at };
  });
  await run(PUT, [JSON.stringify(rows)]);
}

/** Walks level by level: what is too deep for us may be too deep for a recursion. */
function checkSize(facts: FactTree): void {
  if (typeof facts !== "object" || facts === null || Array.isArray(facts)) throw malformed("Facts are an object.");
  let level: unknown[] = [facts];
  let keys = 0;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) throw malformed(`Facts nest at most ${DEEPEST} deep.`);
    level = level
      .flatMap((item) => Object.values(item as object))
      .filter((item) => typeof item === "object" && item !== null);
    keys += level.length;
    if (keys > MOST_KEYS) throw malformed(`Facts have at most ${MOST_KEYS} objects and lists.`);
  }
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);
