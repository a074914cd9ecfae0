import { randomUUID } from "node:crypto";
import {
  type Alias,
  type Decision,
  decide,
  type EnrolmentResult,
  normalise,
  spreadKey,
  usable,
} from "@gatehouse/core/nodes";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Database, Run } from "../database.js";
import { Together } from "../together.js";
import { isUuid } from "../uuid.js";
import { lockNameOf, type Prepared } from "./enrol.js";
import { hitsOf, spreadOf } from "./identity-candidates.js";
import { AGENTS_COME, MAY_LOCK_EVIDENCE, tryLockEvidence } from "./identity-locks.js";
import { leadsFrom } from "./merged.js";

/** Of one transaction. */
const MOST = 32;
/** Of one of them, each with a lock: all together stay below MOST_LOCKS. Who brings more is enrolled alone. */
const MOST_EVIDENCE = 6;
const MOST_ALIASES = 2;
/** Characters of what one transaction stores, unless it is of one agent. */
const MOST_CHARACTERS = 1 << 20;

/**
 * Of names, and of keys of evidence, those that nobody else holds: no circle can come of it, whatever the order. Until its end the
 * transaction makes nodes and changes none: theirs are revisions that nobody saw (migration 18).
 */
const TRY_LOCK = {
  name: "newcomers.try-lock",
  text: `select array(select said from unnest($1::text[]) as said where pg_try_advisory_xact_lock(hashtextextended(said, 0))) as names,
           case when ${MAY_LOCK_EVIDENCE} then array(select said from unnest($2::text[]) as said where ${tryLockEvidence("said")})
             else '{}' end as keys, set_config('gatehouse.only_new_nodes', 'on', true)
         from (select ${AGENTS_COME}) as come`,
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
  const aliases = batch.flatMap(aliasesOf);
  const items = new Map(
    batch.flatMap(({ newcomer }) => normalise(newcomer.evidence).items).map((item) => [spreadKey(item), item]),
  );
  return db.transaction(async (run) => {
    const [locked] = await run<{ names: string[]; keys: string[] }>(TRY_LOCK, [
      aliases.map(lockNameOf),
      [...items.keys()],
    ]);
    const [names, keys] = [new Set(locked?.names), new Set(locked?.keys)];
    // After the locks: what somebody else did under them is seen.
    for (const name of await takenNames(run, aliases)) names.delete(name);
    const hits = items.size === 0 ? [] : await hitsOf(run, [...items.values()]);
    for (const hit of hits) keys.delete(spreadKey(hit));
    const spread = spreadOf(hits);
    const rows: string[] = [];
    let room = MOST_CHARACTERS;
    const results = batch.map((said) => {
      // What too many have already is not asked for: a fleet behind one balancer does not stand in a queue for its address.
      const shown = new Set(usable(said.newcomer, spread).items.map(spreadKey));
      // Each once: of those in this batch that have the same, the second is enrolled after the first.
      const isFree =
        aliasesOf(said).every((alias) => names.delete(lockNameOf(alias))) &&
        [...shown].every((key) => keys.delete(key));
      if (!isFree || room <= 0) return undefined;
      const made = { agentId: randomUUID(), nodeId: randomUUID(), created: true };
      const row = JSON.stringify(rowOf(said, made, decide(said.newcomer, [], spread, new Date())));
      room -= row.length;
      if (rows.length > 0 && room < 0) return undefined;
      rows.push(row);
      return made;
    });
    if (rows.length > 0) await run(CREATE, [`[${rows.join()}]`]);
    return results;
  });
}

async function takenNames(run: Run, aliases: readonly Alias[]): Promise<string[]> {
  const rows = await run<{ name: string }>(TAKEN, [
    aliases.map(lockNameOf),
    aliases.map(({ family }) => family),
    aliases.map(({ kind }) => kind),
    aliases.map(({ value }) => keyOf(value)),
    aliases.map(({ value }) => (isUuid(value) ? value : null)),
  ]);
  return rows.map(({ name }) => name);
}

function rowOf({ enrolment, others }: Prepared, { agentId, nodeId }: EnrolmentResult, decision: Decision) {
  const { alias, nodeName, evidence, trust, traits = {}, role, keyId, detail, merge } = enrolment;
  return {
    ...{ agentId, nodeId, family: alias.family, trust, role, keyId, decision },
    name: cleanText(nodeName),
    attributes: cleanJson(merge({})),
    traits: cleanJson(traits),
    detail: cleanJson(detail),
    aliases: [alias, ...others].map(({ family, kind, value }) => ({ family, kind, key: keyOf(value), value })),
    evidence: evidence.map((each) => ({ ...each, key: normalise([each]).items[0]?.key ?? null })),
  };
}
