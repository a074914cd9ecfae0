import { GatehouseError } from "@gatehouse/core/errors";
import {
  changesBetween,
  type Facts,
  type FactTree,
  factsJson,
  type StoredFacts,
  volatileFacts,
} from "@gatehouse/core/facts";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { cleanJson, cleanText, isCleanJson, keyOf } from "../clean.js";
import type { Database } from "../database.js";
import { noteChanges } from "../history/history.js";
import { AGENT_OF_ALIAS, KNOWN_AGENT } from "../nodes/known-agent.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";

const LONGEST_SOURCE = 50;

/**
 * What says nothing new leaves its row's facts, and all that follows them, alone. Gives what other facts were before. In
 * the order of the nodes, which follow their facts: other workers have other agents of the same.
 */
const PUT = {
  name: "facts.put",
  text: `with said as (
           select n.id as node_id, s.source, s.facts, s.at
           from jsonb_to_recordset($1::jsonb) as s (node_id uuid, source text, facts jsonb, at timestamptz)
           join nodes n on n.id = s.node_id
         ), put as (
           insert into facts (node_id, source, facts, seen_at, changed_at)
           select node_id, source, facts, at, at from said order by node_id, source
           on conflict (node_id, source) do update set
             facts = case when facts.facts = excluded.facts then facts.facts else excluded.facts end,
             seen_at = excluded.seen_at,
             changed_at = case when facts.facts = excluded.facts then facts.changed_at else excluded.changed_at end
           where facts.seen_at <= excluded.seen_at)
         select f.node_id as "nodeId", f.source, f.facts as before from facts f join said using (node_id, source)
         where f.seen_at <= said.at and f.facts <> said.facts`,
};

const OF_AGENT = {
  name: "facts.of-agent",
  text: `select ${KNOWN_AGENT}, (select facts::text from facts where node_id = a.node_id and source = $4) as text,
           exists (select from inbox where agent_id = a.id) as "isWaiting"
         from ${AGENT_OF_ALIAS}`,
};

/** Facts on their way to the database. */
export interface FactsSaid {
  readonly nodeId: string;
  /** Whose history it becomes; undefined where no agent said it. */
  readonly agentId?: string;
  readonly source: string;
  readonly facts: FactTree;
  readonly at: Date;
}

/** {@link Facts} on PostgreSQL. */
export function createFacts(db: Pick<Database, "read" | "run">): Facts {
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

    async ofAgent({ family, kind, value }, source) {
      const values = [family, cleanText(kind), keyOf(value), source];
      const [row] = await db.read<KnownAgent & { text: string | null; isWaiting: boolean }>(OF_AGENT, values);
      if (row === undefined) return undefined;
      const { text, isWaiting, ...agent } = row;
      return { agent, text: text ?? undefined, isWaiting };
    },
  };
}

/**
 * Facts of many nodes, and what changed in them, as a part of a transaction.
 * @param said in the order of acceptance: of several from one source, the last newest one counts
 * @throws request-malformed, as {@link Facts.put} does
 */
export async function putFacts(run: Run, said: readonly FactsSaid[], isVolatile = volatileFacts()): Promise<void> {
  if (said.length === 0) return;
  const newest = new Map<string, Written>();
  for (const one of said) {
    const written = writtenOf(one);
    const key = `${written.nodeId} ${written.source}`;
    const before = newest.get(key);
    if (before === undefined || before.at <= written.at) newest.set(key, written);
  }
  const rows = [...newest.values()].map(({ row }) => row).join();
  const changed = await run<{ nodeId: string; source: string; before: FactTree }>(PUT, [`[${rows}]`]);
  const changes = changed.flatMap(({ nodeId, source, before }) => {
    const { agentId, facts, at } = newest.get(`${nodeId} ${source}`) ?? {};
    if (agentId === undefined || facts === undefined || at === undefined) return [];
    return changesBetween(before, facts, isVolatile).map((change) => ({ ...change, agentId, source, at }));
  });
  await noteChanges(run, "facts", changes);
}

interface Written extends FactsSaid {
  /** JSON of the row. */
  readonly row: string;
}

/**
 * As the database takes it. Facts are written once: a copy of them, and a second text, take longer than all the rest.
 * @throws request-malformed
 */
function writtenOf({ nodeId, agentId, source: named, facts: said, at }: FactsSaid): Written {
  if (named === "" || named.length > LONGEST_SOURCE) throw malformed(`A source has 1 to ${LONGEST_SOURCE} characters.`);
  const written = factsJson(said);
  if ("fault" in written) throw malformed(written.fault);
  const isClean = isCleanJson(written.json);
  const source = cleanText(named);
  const facts = isClean ? said : cleanJson(said);
  const json = isClean ? written.json : JSON.stringify(facts);
  const head = JSON.stringify({ node_id: nodeId, source, at }).slice(0, -1);
  const row = `${head},"facts":${json}}`;
  return agentId === undefined ? { nodeId, source, facts, at, row } : { nodeId, agentId, source, facts, at, row };
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);
