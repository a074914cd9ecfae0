import { randomUUID } from "node:crypto";
import type { InventoryFact, InventoryRules } from "@gatehouse/core/inventory";
import {
  type ConflictFound,
  type Decision,
  decide,
  type Evidence,
  type EvidenceKind,
  type Newcomer,
  normalise,
  type Trust,
} from "@gatehouse/core/nodes";
import { cleanText, keyOf } from "../clean.js";
import { type HostEvidence, onceEach, writeHostEvidence } from "../nodes/evidence.js";
import { findCandidates } from "../nodes/identity-candidates.js";
import { raiseConflicts } from "../nodes/identity-decisions.js";
import type { Run } from "../session.js";
import { LONGEST_KEY } from "./put.js";

/** Hosts of one collector that one message may mean. */
const MOST_HOSTS = 20;
/** What a machine cannot easily say of another. */
const HARD: readonly EvidenceKind[] = ["uuid", "serial", "mac"];

/** Their nodes stay while this transaction lasts. */
const FIND = {
  name: "hosts.find",
  text: `select i.id, i.node_id as "nodeId", i.device_key = $2 as "isSameDevice",
           (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value, 'proof', proof)), '[]')
            from node_evidence where inventory_id = i.id) as evidence
         from inventories i join nodes n on n.id = i.node_id
         where i.id in (
           (select id from inventories where agent_id = $1 and is_collected and device_key = $2 limit ${MOST_HOSTS})
           union
           (select e.inventory_id from node_evidence e join inventories o on o.id = e.inventory_id
            where e.value_key = any($3::text[]) and e.kind = any($4::text[]) and o.agent_id = $1 and o.is_collected
            limit ${MOST_HOSTS}))
         order by i.id for key share of n`,
};
const NEW_NODE = { name: "hosts.new-node", text: "insert into nodes (id, name) values ($1, $2)" };
/** Its evidence needs it; all else of it comes with its sections. */
const NEW_HOST = {
  name: "hosts.new",
  text: `insert into inventories (id, node_id, agent_id, is_collected, device_id, device_key, item_type, version_client,
                                  is_complete, seen_at, changed_at, repairs, decision)
         values ($1, $2, $3, true, $4, $5, $6, '', false, $7, $7, '[]', $8)`,
};
/** A node that has an agent is called as that says. */
const RENAME = {
  name: "hosts.rename",
  text: `update nodes set name = $2 where id = $1 and name <> $2 and named_by is null
         and not exists (select from agents where node_id = $1)`,
};
const TRUST = { name: "hosts.trust", text: "select trust from agents where id = $1" };
const REVIVE = {
  name: "hosts.revive",
  text: `update nodes set state = 'active', state_since = now(), state_by = 'policy'
         where id in (select node_id from inventories where id = any($1::uuid[])) and state = 'expired'`,
};

/** A host that an agent tells of, under the agent's own name or another. */
export interface HostSaid {
  /** The agent that tells of it, and its node. */
  readonly agentId: string;
  readonly nodeId: string;
  readonly fact: InventoryFact;
  readonly at: Date;
  /** What is known of the agent's own machine. */
  readonly own: readonly Evidence[];
}

/** A host that is known. */
export interface KnownHost {
  readonly id: string;
  readonly nodeId: string;
  readonly evidence: readonly Evidence[];
}

/** The host that is meant: by the name under which it is told of, or what is burnt into it. */
export async function findHost(
  run: Run,
  { agentId, fact }: HostSaid,
  rules: InventoryRules,
): Promise<KnownHost | undefined> {
  const { items } = normalise(onceEach(fact.evidence));
  // Cards are moved, and docks are shared: they count where nothing better is said.
  const firm = items.filter(({ kind }) => kind === "uuid" || kind === "serial");
  const telling = firm.length > 0 ? firm : items.filter(({ kind }) => kind === "mac");
  const rows = await run<KnownHost & { isSameDevice: boolean }>(FIND, [
    agentId,
    deviceKeyOf(fact),
    telling.map(({ key }) => key),
    [...new Set(telling.map(({ kind }) => kind))],
  ]);
  const fitting = rows.filter(({ evidence }) => !rules.isOther(evidence, fact.evidence));
  return fitting.find(({ isSameDevice }) => isSameDevice) ?? fitting[0];
}

export const deviceKeyOf = ({ deviceId }: InventoryFact): string => keyOf(deviceId).slice(0, LONGEST_KEY);

/** What is to be stored as the host's evidence: a part says nothing of the kinds that it does not hold. */
export function evidenceAfter(known: readonly Evidence[], { evidence, scope }: InventoryFact): Required<Evidence>[] {
  const kinds = new Set(evidence.map(({ kind }) => kind));
  return onceEach(scope === "full" ? evidence : [...known.filter(({ kind }) => !kinds.has(kind)), ...evidence]);
}

/** Brings a known host's evidence and name up to date; its evidence is locked. It stays on its node, whatever it says. */
export async function updateHost(run: Run, host: KnownHost, fact: InventoryFact): Promise<void> {
  await writeHostEvidence(run, hostOf(host), evidenceAfter(host.evidence, fact));
  if (fact.name !== undefined) await run(RENAME, [host.nodeId, cleanText(fact.name)]);
}

const hostOf = ({ id, nodeId }: KnownHost): HostEvidence => ({ inventoryId: id, nodeId });

/** Takes hosts' nodes that were silent for long back among the active ones. @param ids of their inventories */
export async function reviveHosts(run: Run, ids: readonly string[]): Promise<void> {
  await run(REVIVE, [ids]);
}

/**
 * Makes a host, on the node that its evidence fits or on one of its own; its evidence is locked. What is only like the
 * collector's own machine leaves that as it is, and people are asked.
 */
export async function addHost(run: Run, said: HostSaid): Promise<KnownHost & { readonly decision: Decision }> {
  const { agentId, fact, at } = said;
  const [agent] = await run<{ trust: Trust }>(TRUST, [agentId]);
  const evidence = onceEach(fact.evidence);
  const newcomer: Newcomer = { family: null, trust: agent?.trust ?? "anonymous", evidence };
  const { candidates, spread } = await findCandidates(run, newcomer);
  // What was said under the agent's own name, and is another machine, is no part of the agent's.
  const isUnsure = fact.of === "unsure";
  const others = isUnsure ? candidates.filter((candidate) => candidate.nodeId !== said.nodeId) : candidates;
  const now = new Date();
  const decision = decide(newcomer, others, spread, now);
  const id = randomUUID();
  const nodeId = decision.nodeId ?? randomUUID();
  if (decision.nodeId === null) await run(NEW_NODE, [nodeId, nameOf(fact)]);
  const { deviceId, itemType } = fact;
  const values = [id, nodeId, agentId, cleanText(deviceId), deviceKeyOf(fact), cleanText(itemType), at];
  await run(NEW_HOST, [...values, JSON.stringify(decision)]);
  await writeHostEvidence(run, { inventoryId: id, nodeId }, evidence);
  const whose = { agentId, nodeId };
  if (isUnsure && isAlike(said.own, evidence)) {
    const own = candidates.filter((candidate) => candidate.nodeId === said.nodeId);
    const score = decide(newcomer, own, spread, now).considered[0]?.score ?? 0;
    const clone: ConflictFound = { nodeId: said.nodeId, kind: "clone", score };
    const name = JSON.stringify(deviceId);
    await raiseConflicts(
      run,
      whose,
      [clone],
      `Another machine calls itself ${cleanText(name)} too: a clone, or the name was taken.`,
    );
  }
  await raiseConflicts(run, whose, decision.conflicts, decision.why);
  return { id, nodeId, evidence, decision };
}

function nameOf({ name, evidence, deviceId }: InventoryFact): string {
  return cleanText(name ?? evidence.find(({ kind }) => kind === "name")?.value ?? deviceId);
}

/** Whether it calls itself as the agent's own machine does, or has something of it. */
function isAlike(own: readonly Evidence[], said: readonly Evidence[]): boolean {
  const known = new Set(normalise(own).items.map(({ kind, key }) => `${kind}/${key}`));
  return normalise(said).items.some(
    ({ kind, key }) => (kind === "name" || HARD.includes(kind)) && known.has(`${kind}/${key}`),
  );
}
