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
         select n.id, $2, $3::jsonb, $4, $4 from nodes n where n.id = $1
         on conflict (node_id, source) do update set
           facts = case when facts.facts = excluded.facts then facts.facts else excluded.facts end, seen_at = excluded.seen_at,
           changed_at = case when facts.facts = excluded.facts then facts.changed_at else excluded.changed_at end
         where facts.seen_at <= excluded.seen_at`,
};

/** {@link Facts} on PostgreSQL. */
export function createFacts(db: Pick<Database, "run">): Facts {
  return {
    put: (nodeId, source, facts, at) =>
      putFacts((statement, values) => db.run(statement, values), nodeId, source, facts, at),

    async of(nodeId) {
      if (!isUuid(nodeId)) return [];
      return db.run<StoredFacts>(
        `select source, facts, seen_at as "seenAt", changed_at as "changedAt" from facts where node_id = $1 order by source`,
        [nodeId],
      );
    },
  };
}

/** {@link Facts.put} as a part of a transaction. */
export async function putFacts(run: Run, nodeId: string, source: string, facts: FactTree, at: Date): Promise<boolean> {
  if (!isUuid(nodeId)) return false;
  if (source === "" || source.length > LONGEST_SOURCE)
    throw malformed(`A source has 1 to ${LONGEST_SOURCE} characters.`);
  checkSize(facts);
  const json = JSON.stringify(cleanJson(facts));
  if (Buffer.byteLength(json) > MOST_BYTES) throw malformed(`Facts have at most ${MOST_BYTES} bytes of JSON.`);
  await run(PUT, [nodeId, cleanText(source), json, at]);
  const [there] = await run("select 1 from nodes where id = $1", [nodeId]);
  return there !== undefined;
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
