import { randomUUID } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import {
  type AgentAttributes,
  type Alias,
  type Decision,
  type Enrolment,
  type EnrolmentResult,
  type Evidence,
  type Newcomer,
  type NodeState,
  trustLevels,
} from "@gatehouse/core/nodes";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Database, Run } from "../database.js";
import { isUuid } from "../uuid.js";
import { knownEvidence, onceEach, saysOther, writeEvidence } from "./evidence.js";
import { lockEvidence } from "./identity-candidates.js";
import { decideFor, keepDecision, lookAgain } from "./identity-decisions.js";
import { AGENTS_COME } from "./identity-locks.js";
import { leadsFrom } from "./merged.js";
import { addAliases } from "./other-aliases.js";
import { lockQuarantine } from "./quarantine.js";

/** The key of the lock under which an alias is enrolled and changed; $1 is {@link lockNameOf} it. */
export const ALIAS_LOCK = "hashtextextended($1, 0)";
export const lockNameOf = ({ family, kind, value }: Alias): string => `${family}/${cleanText(kind)}/${keyOf(value)}`;

/**
 * $2, with `needsFull` as it stands in the row: what wants a whole inventory says so meanwhile, and nobody else.
 * Evaluated on the row as it is once it is locked.
 */
export const ATTRIBUTES = `case when attributes ? 'needsFull' then $2::jsonb || '{"needsFull": true}' else $2::jsonb - 'needsFull' end`;

/** The greater of what an agent had and $3. */
const TRUST = `case when array_position($4::text[], trust) > array_position($4::text[], $3::text) then trust else $3::text end`;

/** An enrolment as it can be stored. */
export interface Prepared {
  readonly enrolment: Enrolment & { readonly evidence: readonly Required<Evidence>[] };
  readonly others: readonly Alias[];
  /** The agent as it is compared with what is known. */
  readonly newcomer: Newcomer;
}

export function prepared(said: Enrolment): Prepared {
  const alias = cleanJson(said.alias);
  const evidence = onceEach(said.evidence);
  const { trust, quarantined } = said;
  return {
    enrolment: { ...said, alias, role: cleanText(said.role), evidence },
    others: cleanJson(said.otherAliases ?? []),
    newcomer: { family: alias.family, trust, evidence, ...(quarantined === true && { quarantined }) },
  };
}

/** One enrolment, whole or not at all; enrolments of the same alias wait for each other. */
export function enrol(db: Database, { enrolment, others, newcomer }: Prepared): Promise<EnrolmentResult> {
  const { alias } = enrolment;
  return db.transaction(async (run) => {
    await lockAliases(run, [alias, ...others]);
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
    if (known === undefined) await refuseNodeId(run, alias);
    const decision = known === undefined ? await decideFor(run, newcomer) : undefined;
    const stored = known === undefined ? [] : await knownEvidence(run, [known.agentId]);
    const isOther = known !== undefined && saysOther(stored, "enrolment", enrolment.evidence, enrolment.keepsEvidence);
    if (isOther) await lockEvidence(run, [...stored, ...enrolment.evidence]);
    const result =
      known === undefined
        ? await create(run, enrolment, attributes, decision?.nodeId ?? null)
        : { agentId: known.agentId, nodeId: known.nodeId, created: false };
    if (known !== undefined) {
      await run(
        { name: "enrol.agent", text: `update agents set attributes = ${ATTRIBUTES}, trust = ${TRUST} where id = $1` },
        [known.agentId, attributes, enrolment.trust, trustLevels],
      );
      await run({ name: "enrol.node", text: RENAME }, [known.nodeId, cleanText(enrolment.nodeName), known.agentId]);
      if (enrolment.traits !== undefined) {
        await run({ name: "enrol.traits", text: "update agents set traits = $2 where id = $1 and traits <> $2" }, [
          result.agentId,
          traitsOf(enrolment),
        ]);
      }
    }
    await writeEvidence(run, result, "enrolment", enrolment.evidence, enrolment.keepsEvidence);
    await addAliases(run, result, others);
    if (decision !== undefined) await keepDecision(run, result, decision);
    else if (isOther) await lookAgain(run, result, newcomer);
    const { role, keyId, detail } = enrolment;
    await run(REGISTERED, [result.agentId, role, keyId, JSON.stringify(cleanJson(detail))]);
    return result;
  });
}

const REGISTERED = {
  name: "enrol.registration",
  text: `with contact as (
           insert into agent_contacts (agent_id, last_seen) values ($1, now())
           on conflict (agent_id) do update set last_seen = greatest(agent_contacts.last_seen, excluded.last_seen)
         )
         insert into registrations (agent_id, role, key_id, detail) values ($1, $2, $3, $4)
         on conflict (agent_id, role) do update
         set key_id = excluded.key_id, detail = excluded.detail, last_at = now(), times = registrations.times + 1`,
};

export const traitsOf = ({ traits = {} }: Enrolment): string => JSON.stringify(cleanJson(traits));

const LOCK_ONE = { name: "enrol.lock", text: `select ${AGENTS_COME}, pg_advisory_xact_lock(${ALIAS_LOCK})` };
const LOCK_ALL = {
  name: "enrol.lock-all",
  text: `select ${AGENTS_COME}, pg_advisory_xact_lock(key)
         from (select distinct hashtextextended(said, 0) as key from unnest($1::text[]) as said order by 1) as keys`,
};

/** Several in the order in which purges take them. */
const lockAliases = (run: Run, aliases: readonly Alias[]) => {
  const names = aliases.map(lockNameOf);
  return names.length === 1 ? run(LOCK_ONE, names) : run(LOCK_ALL, [names]);
};

/** The id of a node that was merged leads to the one that it was merged into. */
const NODE_ID = {
  name: "enrol.node-id",
  text: `select from nodes where id = $1 union all select from nodes n where ${leadsFrom("n", "$2")}`,
};

/** Lists of groups name nodes by ids and by aliases: no agent may pass for another node. @throws forbidden */
async function refuseNodeId(run: Run, { value }: Alias): Promise<void> {
  if (!isUuid(value)) return;
  const [node] = await run(NODE_ID, [value, [value]]);
  if (node !== undefined)
    throw new GatehouseError("forbidden", "This is the id of a node: an agent has one of its own.");
}

/** A node bears the name that one of its agents gives it: the others know it by other names. */
const RENAME = "update nodes set name = $2, named_by = $3 where id = $1 and name <> $2 and coalesce(named_by, $3) = $3";

/** One statement: whole fleets register at once. The node is there already where the agent joins one. */
const CREATE = {
  name: "enrol.create",
  text: `with node as (insert into nodes (id, name, named_by, state) select $2, $10::text, $1, $11::text where not $12::boolean),
              agent as (insert into agents (id, node_id, family, attributes, trust, traits) values ($1, $2, $3, $4, $5, $9)),
              alias as (insert into agent_aliases (family, kind, value_key, value, agent_id) values ($3, $6, $7, $8, $1))
         select`,
};

/** @param joins the node that it belongs to; null for one of its own */
async function create(
  run: Run,
  enrolment: Enrolment,
  attributes: string,
  joins: Decision["nodeId"],
): Promise<EnrolmentResult> {
  const agentId = randomUUID();
  const nodeId = joins ?? randomUUID();
  const { alias, nodeName, trust, quarantined = false } = enrolment;
  if (joins === null && quarantined) await lockQuarantine(run);
  const { family, kind, value } = alias;
  await run(CREATE, [
    ...[agentId, nodeId, family, attributes, trust, kind, keyOf(value), cleanText(value), traitsOf(enrolment)],
    ...[cleanText(nodeName), quarantined ? "quarantined" : "active", joins !== null],
  ]);
  return { agentId, nodeId, created: true };
}
