import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAttributes, Alias, Enrolment, EnrolmentResult, NodeState } from "@gatehouse/core/nodes";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Database, Run } from "../database.js";

/** The key of the lock under which an alias is enrolled and changed; $1 is {@link lockNameOf} it. */
export const ALIAS_LOCK = "hashtextextended($1, 0)";
export const lockNameOf = ({ family, kind, value }: Alias): string => `${family}/${cleanText(kind)}/${keyOf(value)}`;

/** One enrolment, whole or not at all; enrolments of the same alias wait for each other. */
export function enrol(db: Database, said: Enrolment): Promise<EnrolmentResult> {
  const alias = cleanJson(said.alias);
  const enrolment = { ...said, alias, role: cleanText(said.role) };
  return db.transaction(async (run) => {
    await run({ name: "enrol.lock", text: `select pg_advisory_xact_lock(${ALIAS_LOCK})` }, [lockNameOf(alias)]);
    const [known] = await run<{ agentId: string; nodeId: string; attributes: AgentAttributes; state: NodeState }>(
      {
        name: "enrol.find",
        text: `select a.id as "agentId", a.node_id as "nodeId", a.attributes, n.state
               from agent_aliases l join agents a on a.id = l.agent_id join nodes n on n.id = a.node_id
               where l.family = $1 and l.kind = $2 and l.value_key = $3`,
      },
      [alias.family, alias.kind, keyOf(alias.value)],
    );
    if (known?.state === "deactivated") {
      throw new GatehouseError("forbidden", "An operator has deactivated this node.");
    }
    const attributes = JSON.stringify(cleanJson(enrolment.merge(known?.attributes ?? {})));
    const result =
      known === undefined
        ? await create(run, enrolment, attributes)
        : { agentId: known.agentId, nodeId: known.nodeId, created: false };
    if (known !== undefined) {
      await run({ name: "enrol.agent", text: "update agents set attributes = $2 where id = $1" }, [
        known.agentId,
        attributes,
      ]);
      await run({ name: "enrol.node", text: "update nodes set name = $2 where id = $1 and name <> $2" }, [
        known.nodeId,
        cleanText(enrolment.nodeName),
      ]);
    }
    if (enrolment.traits !== undefined) {
      await run({ name: "enrol.traits", text: "update agents set traits = $2 where id = $1 and traits <> $2" }, [
        result.agentId,
        JSON.stringify(cleanJson(enrolment.traits)),
      ]);
    }
    await writeEvidence(run, enrolment, result);
    await run(
      {
        name: "enrol.registration",
        text: `insert into registrations (agent_id, role, key_id, detail) values ($1, $2, $3, $4)
               on conflict (agent_id, role) do update
               set key_id = excluded.key_id, detail = excluded.detail, last_at = now(), times = registrations.times + 1`,
      },
      [result.agentId, enrolment.role, enrolment.keyId, JSON.stringify(cleanJson(enrolment.detail))],
    );
    await run(
      {
        name: "enrol.contact",
        text: `insert into agent_contacts (agent_id, last_seen) values ($1, now())
               on conflict (agent_id) do update set last_seen = greatest(agent_contacts.last_seen, excluded.last_seen)`,
      },
      [result.agentId],
    );
    return result;
  });
}

async function create(run: Run, { alias, nodeName }: Enrolment, attributes: string): Promise<EnrolmentResult> {
  const [row] = await run<{ agentId: string; nodeId: string }>(
    {
      name: "enrol.create",
      text: `with node as (insert into nodes (name) values ($1) returning id),
                  agent as (insert into agents (node_id, family, attributes) select id, $2, $3 from node returning id, node_id),
                  alias as (insert into agent_aliases (family, kind, value_key, value, agent_id) select $2, $4, $5, $6, id from agent)
             select id as "agentId", node_id as "nodeId" from agent`,
    },
    [cleanText(nodeName), alias.family, attributes, alias.kind, keyOf(alias.value), cleanText(alias.value)],
  );
  if (row === undefined) throw new Error("an insert returned no row");
  return { ...row, created: true };
}

/** What the agent said last replaces what it said before. */
async function writeEvidence(run: Run, { evidence }: Enrolment, { agentId, nodeId }: EnrolmentResult): Promise<void> {
  const kinds = evidence.map((item) => item.kind);
  const values = evidence.map((item) => cleanText(item.value));
  await run(
    {
      name: "enrol.evidence.drop",
      text: `delete from node_evidence e where agent_id = $1
             and not exists (select from unnest($2::text[], $3::text[]) as said (kind, value) where said.kind = e.kind and said.value = e.value)`,
    },
    [agentId, kinds, values],
  );
  await run(
    {
      name: "enrol.evidence.add",
      text: `insert into node_evidence (node_id, agent_id, kind, value)
             select distinct $1::uuid, $2::uuid, kind, value from unnest($3::text[], $4::text[]) as said (kind, value)
             on conflict on constraint node_evidence_once do update set seen_at = now()`,
    },
    [nodeId, agentId, kinds, values],
  );
}
