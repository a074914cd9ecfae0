import { GatehouseError } from "@gatehouse/core/errors";
import type { IsVolatile } from "@gatehouse/core/facts";
import type { InventoryRules } from "@gatehouse/core/inventory";
import type { Claim, ClaimLimits, Inbox, Outcome, Waiting } from "@gatehouse/core/submissions";
import type { Database } from "../database.js";
import { type FactsSaid, putFacts } from "../facts/facts.js";
import { askAgain, beginInventories, endInventories, type InventorySaid } from "../inventories/settle.js";
import { applyEvidence, type EvidenceSaid } from "../nodes/reported-evidence.js";
import { lacksPartition, makePartitions } from "../partitions.js";
import { applyReports, type FoundReport } from "../reports/apply.js";
import type { Run, Session } from "../session.js";
import { bodiesOf } from "./bodies.js";
import { deadBodiesOf, finishRedriven, storeDeadLetters } from "./dead-letter-rows.js";

/** First half of the key under which an agent's queue is held ("inbx"); the other half is the agent. */
export const QUEUE_LOCK = 0x696e6278;
/** How often a batch is stored that nothing is wrong with: what fails for the last time becomes a dead letter. */
const MOST_TRIES = 3;
/** How often a claim looks past agents that others hold, before it leaves them to those. */
const LOOKS = 5;

/**
 * The inbox is empty when its statements are planned, and may be long when they run: without this, each batch would
 * read all of it (46 µs for each report at a backlog of 10,000).
 */
const BY_INDEX = "set enable_seqscan = off";

const HEADS = {
  name: "inbox.heads",
  text: `select agent_id as "agentId", id from inbox where agent_id <> all($1::uuid[]) order by id limit $2`,
};
const HOLD = {
  name: "inbox.hold",
  text: `select id as "agentId" from unnest($1::uuid[]) as id where pg_try_advisory_lock(${QUEUE_LOCK}, hashtext(id::text))`,
};
const LET_GO_OF = {
  name: "inbox.let-go-of",
  text: `select pg_advisory_unlock(${QUEUE_LOCK}, hashtext(id::text)) from unnest($1::uuid[]) as id`,
};
const LET_GO = { name: "inbox.let-go", text: "select pg_advisory_unlock_all()" };
const QUEUES = {
  name: "inbox.queues",
  text: `select id, accepted_at as "acceptedAt", agent_id as "agentId", kind, size, attempts, redriven from inbox
         where agent_id = any($1::uuid[]) and id <= $2 order by id limit $3`,
};
const BEGIN = { name: "inbox.begin", text: "update inbox set attempts = attempts + 1 where id = $1" };
const DONE = { name: "inbox.done", text: "delete from inbox where id = any($1::bigint[])" };
/**
 * Begins a batch's transaction, whose commit waits for no disk: a batch that a failure of the database undoes is in the
 * inbox again, whole (docs/adr/0011). For this transaction only: a pooler may give the connection to others.
 */
const AGENTS = {
  name: "inbox.agents",
  text: `select id, node_id as "nodeId", set_config('synchronous_commit', 'off', true) from agents where id = any($1::uuid[])`,
};

interface QueueRow {
  readonly id: string;
  readonly acceptedAt: Date;
  readonly agentId: string;
  readonly kind: string;
  readonly size: number;
  readonly attempts: number;
  readonly redriven: boolean;
}

/**
 * {@link Inbox} on PostgreSQL; each worker of the loop has one connection, which holds its agents' queues.
 * @param isVolatile which facts make no change in the history
 * @param inventoryRules of those who know inventories; without them a submission that holds one is refused
 */
export function createInbox(
  db: Database,
  isVolatile?: IsVolatile,
  inventoryRules?: InventoryRules,
): Inbox & { close(): Promise<void> } {
  const how: HowToSettle = { isVolatile, inventoryRules };
  const free: Session[] = [];
  const all: Session[] = [];
  const take = (): Session => {
    const session = free.pop() ?? db.session("gatehouse-inbox", BY_INDEX);
    if (!all.includes(session)) all.push(session);
    return session;
  };

  return {
    async claim(limits) {
      const session = take();
      try {
        await session.connect();
        const rows = await hold(session.run, limits);
        const submissions = await withBodies(session.run, rows);
        if (submissions.length > 0)
          return claimOf({ db, session, rows, submissions, how, giveBack: () => free.push(session) });
        await session.run(LET_GO);
      } catch (thrown) {
        // Whatever it holds goes with it.
        await session.close();
        free.push(session);
        throw thrown;
      }
      free.push(session);
      return undefined;
    },

    async backlog() {
      const [row] = await db.run<{ waiting: number; oldestAt: Date | null; deadLetters: number }>(
        `select count(*)::int as waiting, min(accepted_at) as "oldestAt",
                (select count(*)::int from dead_letters where not waiting) as "deadLetters" from inbox`,
      );
      return row ?? { waiting: 0, oldestAt: null, deadLetters: 0 };
    },

    close: async () => {
      await Promise.all(all.map((session) => session.close()));
    },
  };
}

/** The heads of the queues that nobody else holds, now held by this connection. */
async function hold(run: Run, limits: ClaimLimits): Promise<QueueRow[]> {
  const passed: string[] = [];
  const mine: string[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const heads = await run<{ agentId: string; id: string }>(HEADS, [passed, limits.most]);
    if (heads.length === 0) return [];
    const agents = [...new Set(heads.map(({ agentId }) => agentId))];
    const held = (await run<{ agentId: string }>(HOLD, [agents])).map(({ agentId }) => agentId);
    if (held.length > 0) {
      mine.push(...held);
      // Read again: between the first look and the hold, another worker may have come and gone.
      const rows = await run<QueueRow>(QUEUES, [held, heads.at(-1)?.id, limits.most]);
      const some = portion(rows, limits);
      if (some.length > 0) {
        // Beside a heavy submission there may be many agents that it must not keep waiting.
        const busy = new Set(some.map(({ agentId }) => agentId));
        const idle = mine.filter((agentId) => !busy.has(agentId));
        if (idle.length > 0) await run(LET_GO_OF, [idle]);
        return some;
      }
    }
    passed.push(...agents);
  }
  return [];
}

/**
 * What is processed together: so much that a batch is worth its commit, and no more bytes than leave the others time in
 * between. A heavy submission comes alone, so that it keeps no others waiting; while it is not its
 * turn, its agent's later ones wait behind it.
 */
export function portion<Row extends Pick<QueueRow, "agentId" | "size">>(
  rows: readonly Row[],
  { heavyBytes, mostBytes }: Pick<ClaimLimits, "heavyBytes" | "mostBytes">,
): Row[] {
  const behindHeavy = new Set<string>();
  const some: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (behindHeavy.has(row.agentId)) continue;
    if (row.size > heavyBytes) {
      if (some.length === 0) return [row];
      behindHeavy.add(row.agentId);
      continue;
    }
    bytes += row.size;
    if (some.length > 0 && bytes > mostBytes) break;
    some.push(row);
  }
  return some;
}

async function withBodies(run: Run, rows: readonly QueueRow[]): Promise<Waiting[]> {
  const bodies = await bodiesOf(run, rows);
  const missing = rows.filter(({ id }) => !bodies.has(id));
  for (const [id, body] of await deadBodiesOf(run, missing)) bodies.set(id, body);
  // Bytes that somebody deleted by hand, or that cannot be inflated any more: its processor refuses the empty rest, and
  // the queue goes on.
  return rows.map(({ id, acceptedAt, agentId, kind, size, attempts }) => {
    const { bytes: body = Buffer.alloc(0), context } = bodies.get(id) ?? {};
    const waiting = { id, acceptedAt, agentId, kind, size, attempts, body };
    return context ? { ...waiting, context } : waiting;
  });
}

/** Whose machine an inventory is of, as its adapter says it with the bytes: the agent's own, or maybe so. */
const OF_ITSELF: ReadonlySet<string | undefined> = new Set(["own", "unsure"]);

/** Whether a transaction was ended so that another one could go on, or had waited for others, or their load, for too long. */
const isVictim = (thrown: unknown): boolean => ["40P01", "57014"].includes(String((thrown as { code?: unknown }).code));

interface HowToSettle {
  readonly isVolatile: IsVolatile | undefined;
  readonly inventoryRules: InventoryRules | undefined;
}

interface Claiming {
  readonly db: Database;
  readonly session: Session;
  readonly rows: readonly QueueRow[];
  readonly submissions: readonly Waiting[];
  readonly how: HowToSettle;
  readonly giveBack: () => void;
}

function claimOf({ db, session, rows, submissions, how, giveBack }: Claiming): Claim {
  const redriven = new Set(rows.flatMap((row) => (row.redriven ? [row.id] : [])));
  let released = false;
  return {
    submissions,
    begin: async ({ id }) => void (await session.run(BEGIN, [id])),
    settle: async (outcomes) => {
      for (let tries = 1; ; tries++) {
        try {
          return await session.transaction((run) => settle(run, outcomes, redriven, how));
        } catch (thrown) {
          if (tries === MOST_TRIES || !(lacksPartition(thrown) || isVictim(thrown))) throw thrown;
          if (isVictim(thrown)) continue;
          // Re-driven long after retention dropped their day: it is made again, and goes with the next retention.
          await makePartitions(
            db,
            outcomes.map(({ submission }) => submission.acceptedAt),
          );
        }
      }
    },
    release: async () => {
      // A second time, the connection may be another claim's.
      if (released) return;
      released = true;
      try {
        if (session.connected) await session.run(LET_GO);
      } finally {
        giveBack();
      }
    },
  };
}

async function settle(
  run: Run,
  outcomes: readonly Outcome[],
  redriven: ReadonlySet<string>,
  { isVolatile, inventoryRules }: HowToSettle,
): Promise<void> {
  const agents = [...new Set(outcomes.map(({ submission }) => submission.agentId))];
  const rows = await run<{ id: string; nodeId: string }>(AGENTS, [agents]);
  const nodes = new Map(rows.map(({ id, nodeId }) => [id, nodeId]));
  const reports: FoundReport[] = [];
  const facts: FactsSaid[] = [];
  const inventories: InventorySaid[] = [];
  const evidence: EvidenceSaid[] = [];
  const dead: Extract<Outcome, { failure: unknown }>[] = [];
  for (const outcome of outcomes) {
    const { submission } = outcome;
    const nodeId = nodes.get(submission.agentId);
    if ("failure" in outcome) dead.push(outcome);
    else if (nodeId === undefined) dead.push({ submission, failure: GONE });
    else {
      const { agentId, acceptedAt: at } = submission;
      for (const fact of outcome.facts) {
        if (fact.fact === "report") reports.push({ submission, fact });
        else if (fact.fact === "facts") facts.push({ nodeId, agentId, source: fact.source, facts: fact.facts, at });
        else inventories.push({ nodeId, agentId, fact, at });
        if (fact.fact !== "inventory" && fact.evidence !== undefined)
          evidence.push({ agentId, source: fact.fact === "report" ? "report" : "facts", evidence: fact.evidence });
      }
    }
  }
  await applyReports(run, reports);
  // Before all that changes nodes: it may take the lock under which people merge them.
  const atWork = await beginInventories(run, inventories, inventoryRules);
  await applyEvidence(run, [...evidence, ...atWork.evidence], agents, atWork.toLock);
  await putFacts(run, facts, isVolatile);
  await endInventories(run, atWork, inventoryRules);
  await storeDeadLetters(run, dead);
  await askAgain(
    run,
    dead.flatMap(({ submission: { agentId, acceptedAt: at, context } }) =>
      OF_ITSELF.has(context?.["of"]) ? [{ agentId, at }] : [],
    ),
  );
  const ids = outcomes.map(({ submission }) => submission.id);
  const died = new Set(dead.map(({ submission }) => submission.id));
  await finishRedriven(
    run,
    ids.filter((id) => redriven.has(id) && !died.has(id)),
  );
  await run(DONE, [ids]);
}

const { code, message } = new GatehouseError("not-found", "Its agent is not registered any more.");
const GONE = { code, message, detail: null };
