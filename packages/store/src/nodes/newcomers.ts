import { randomUUID } from "node:crypto";
import {
  type Alias,
  type Decision,
  decide,
  type EnrolmentResult,
  normalise,
  type Spread,
  spreadKey,
  usable,
} from "@gatehouse/core/nodes";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Database, Run } from "../database.js";
import { Together } from "../together.js";
import { isUuid } from "../uuid.js";
import { lockNameOf, type Prepared } from "./enrol.js";
import { hitsOf, spreadOf, tellingKeys } from "./identity-candidates.js";
import { AGENTS_COME, TRY_LOCK_EVIDENCE } from "./identity-locks.js";
import { leadsFrom } from "./merged.js";

/** Of one transaction. */
const MOST = 32;
/** Of one of them, each with a lock: all together stay below MOST_LOCKS. Who brings more is enrolled alone. */
const MOST_EVIDENCE = 6;
const MOST_ALIASES = 2;

const TRY_LOCK = {
  name: "newcomers.try-lock",
  text: `select ${AGENTS_COME}, said as name, pg_try_advisory_xact_lock(hashtextextended(said, 0)) as held from unnest($1::text[]) as said`,
};

/** Names that somebody has already, and ids of nodes, which no agent may have for a name. */
const TAKEN = {
  name: "newcomers.taken",
  text: `select said.name from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as said (name, family, kind, key)
         join agent_aliases l on l.family = said.family and l.kind = said.kind and l.value_key = said.key
         union all
         select said.name from unnest($1::text[], $5::uuid[]) as said (name, id) join nodes n on n.id = said.id
         union all
         select said.name from unnest($1::text[], $5::uuid[]) as said (name, id) join nodes n on ${leadsFrom("n", "array[said.id]")}`,
};

const CREATE = {
  name: "newcomers.create",
  text: `with said as materialized (
           select * from jsonb_to_recordset($1::jsonb) as t (
             "agentId" uuid, "nodeId" uuid, name text, family text, attributes jsonb, trust text, traits jsonb, aliases jsonb,
             evidence jsonb, decision jsonb, role text, "keyId" uuid, detail jsonb)
         ), node as (
           insert into nodes (id, name, named_by, state) select "nodeId", name, "agentId", 'active' from said
         ), agent as (
           insert into agents (id, node_id, family, attributes, trust, traits)
           select "agentId", "nodeId", family, attributes, trust, traits from said
         ), alias as (
           insert into agent_aliases (family, kind, value_key, value, agent_id) select a.family, a.kind, a.key, a.value, "agentId"
           from said, jsonb_to_recordset(aliases) as a (family text, kind text, key text, value text)
         ), evidence as (
           insert into node_evidence (node_id, agent_id, source, kind, value, value_key, proof)
           select "nodeId", "agentId", 'enrolment', e.kind, e.value, e.key, e.proof
           from said, jsonb_to_recordset(evidence) as e (kind text, value text, key text, proof text)
         ), decision as (
           insert into identity_decisions (agent_id, by, decision) select "agentId", 'policy', decision from said
         ), contact as (
           insert into agent_contacts (agent_id, last_seen) select "agentId", now() from said
         )
         insert into registrations (agent_id, role, key_id, detail) select "agentId", role, "keyId", detail from said`,
};

/**
 * Makes nodes of agents that nobody knows and that nothing ties to a node that is there: those that come at once in one
 * transaction, as whole fleets do. It waits for nobody's lock.
 * @returns undefined for one that has to be enrolled alone: it is known, or may belong to somebody's node, or its name or
 *   evidence is in somebody else's hands just now
 */
export function createNewcomers(db: Database): (said: Prepared) => Promise<EnrolmentResult | undefined> {
  const together = new Together((batch: readonly Prepared[]) => enrolTogether(db, batch), MOST);
  return async (said) => (mayGoAlong(said) ? together.do(said) : undefined);
}

/** What is put in quarantine is counted under a lock of its own, and few. */
const mayGoAlong = ({ enrolment: { quarantined, evidence }, others }: Prepared): boolean =>
  quarantined !== true && evidence.length <= MOST_EVIDENCE && others.length < MOST_ALIASES;

const aliasesOf = ({ enrolment: { alias }, others }: Prepared): readonly Alias[] => [alias, ...others];

function enrolTogether(db: Database, batch: readonly Prepared[]): Promise<(EnrolmentResult | undefined)[]> {
  return db.transaction(async (run) => {
    const free = await freeNames(run, batch);
    const { isAlike, spread } = await lockedEvidence(run, batch);
    const rows: NewcomerRow[] = [];
    const results = batch.map((said) => {
      const names = aliasesOf(said).map(lockNameOf);
      const keys = [...new Set(usable(said.newcomer, spread).items.map(spreadKey))];
      // Each name once: also of those that are in this batch, the second is enrolled after the first.
      if (!names.every((name) => free.delete(name)) || keys.some(isAlike)) return undefined;
      const row = rowOf(said, decide(said.newcomer, [], spread, new Date()));
      rows.push(row);
      return { agentId: row.agentId, nodeId: row.nodeId, created: true };
    });
    if (rows.length > 0) await run(CREATE, [JSON.stringify(rows)]);
    return results;
  });
}

/** Those of the batch's names that nobody has; locked. */
async function freeNames(run: Run, batch: readonly Prepared[]): Promise<Set<string>> {
  const aliases = batch.flatMap(aliasesOf);
  const names = aliases.map(lockNameOf);
  const locked = await run<{ name: string; held: boolean }>(TRY_LOCK, [names]);
  // After the locks: what somebody else did under them is seen.
  const taken = await run<{ name: string }>(TAKEN, [
    names,
    aliases.map(({ family }) => family),
    aliases.map(({ kind }) => kind),
    aliases.map(({ value }) => keyOf(value)),
    aliases.map(({ value }) => (isUuid(value) ? value : null)),
  ]);
  const free = new Set(locked.filter(({ held }) => held).map(({ name }) => name));
  for (const { name } of taken) free.delete(name);
  return free;
}

interface Compared {
  readonly spread: Spread;
  /** Whether somebody else has this piece of evidence, or may get it just now; asked once of each. */
  readonly isAlike: (key: string) => boolean;
}

/** What the batch brings, compared with all that is known, and locked but for what too many have to tell anything. */
async function lockedEvidence(run: Run, batch: readonly Prepared[]): Promise<Compared> {
  const byKey = new Map(
    batch.flatMap(({ newcomer }) => normalise(newcomer.evidence).items).map((item) => [spreadKey(item), item]),
  );
  const items = [...byKey.values()];
  const before = items.length === 0 ? new Map() : spreadOf(await hitsOf(run, items));
  const telling = tellingKeys(items, before);
  const locked = telling.length === 0 ? [] : await run<{ key: string }>(TRY_LOCK_EVIDENCE, [telling]);
  const hits = telling.length === 0 ? [] : await hitsOf(run, items);
  const own = new Set(locked.map(({ key }) => key));
  for (const hit of hits) own.delete(spreadKey(hit));
  return { spread: telling.length === 0 ? before : spreadOf(hits), isAlike: (key) => !own.delete(key) };
}

type NewcomerRow = ReturnType<typeof rowOf>;

function rowOf({ enrolment, others }: Prepared, decision: Decision) {
  const { alias, nodeName, evidence, trust, traits = {}, role, keyId, detail, merge } = enrolment;
  return {
    ...{ agentId: randomUUID(), nodeId: randomUUID(), family: alias.family, trust, role, keyId, decision },
    name: cleanText(nodeName),
    attributes: cleanJson(merge({})),
    traits: cleanJson(traits),
    detail: cleanJson(detail),
    aliases: [alias, ...others].map(({ family, kind, value }) => ({ family, kind, key: keyOf(value), value })),
    evidence: evidence.map((each) => ({ ...each, key: normalise([each]).items[0]?.key ?? null })),
  };
}
