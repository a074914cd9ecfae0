import type { InventoryFact, InventoryRules } from "@gatehouse/core/inventory";
import type { Evidence } from "@gatehouse/core/nodes";
import { knownEvidence } from "../nodes/evidence.js";
import { AGENTS_COME } from "../nodes/identity-locks.js";
import type { EvidenceSaid } from "../nodes/reported-evidence.js";
import type { Run } from "../session.js";
import { isGlance } from "./draft.js";
import { addHost, evidenceAfter, findHost, type HostSaid, type KnownHost, reviveHosts, updateHost } from "./hosts.js";
import { isOlder, type PlacedInventory, putInventories } from "./put.js";
import { type InventoryState, ownStates, statesOf } from "./states.js";

/** An inventory as a submission says it, with what is known of its agent. */
export interface InventorySaid {
  readonly agentId: string;
  readonly nodeId: string;
  readonly fact: InventoryFact;
  readonly at: Date;
}

/** Agents who have to be asked for a whole inventory, and those who no longer have. Nobody else writes this attribute. */
const ASK = {
  name: "inventories.ask-for-full",
  text: `update agents set attributes = case when ask then attributes || '{"needsFull": true}' else attributes - 'needsFull' end
         from unnest($1::uuid[], $2::boolean[]) as said (agent_id, ask)
         where id = agent_id and (attributes ? 'needsFull') <> ask`,
};

/** Later ones tell only what changed since; where all of it came after that, nothing is lost. */
const LACKS = {
  name: "inventories.lacks",
  text: `update inventories i set is_complete = false from unnest($1::uuid[], $2::timestamptz[]) as lost (agent_id, at)
         where i.agent_id = lost.agent_id and not i.is_collected and i.is_complete and (i.full_at is null or i.full_at < lost.at)
         returning i.agent_id as "agentId"`,
};

/**
 * Asks agents for all of their inventories, of whose words one could not be processed. An agent takes it for known, and
 * says the same only when it changes again.
 */
export async function askAgain(run: Run, lost: readonly { readonly agentId: string; readonly at: Date }[]) {
  if (lost.length === 0) return;
  const rows = await run<{ agentId: string }>(LACKS, [lost.map(({ agentId }) => agentId), lost.map(({ at }) => at)]);
  const agents = [...new Set(rows.map(({ agentId }) => agentId))];
  if (agents.length > 0) await run(ASK, [agents, agents.map(() => true)]);
}

/** Inventories on their way to the database, with what has been read of what is there. */
export interface InventoriesAtWork {
  /** In the order of acceptance: the agents' own, and hosts that still want a place. */
  readonly said: readonly (InventorySaid | HostSaid)[];
  /** By agent, or by the id of a host. */
  readonly states: Map<string, InventoryState>;
  /** Hosts that were found, by what tells of them. */
  readonly hosts: Map<InventorySaid, KnownHost>;
  /** What is told of the machines of the agents themselves. */
  readonly evidence: readonly EvidenceSaid[];
  /** Of hosts that are new, or that are told of in other words than before. */
  readonly toLock: readonly Evidence[];
}

const isHost = (said: InventorySaid | HostSaid): said is HostSaid => "own" in said;

/**
 * Reads what is stored of inventories, of the small things only; before any row of a node is changed.
 * @param inventories in the order of acceptance
 */
export async function beginInventories(
  run: Run,
  inventories: readonly InventorySaid[],
  rules: InventoryRules | undefined,
): Promise<InventoriesAtWork> {
  if (inventories.length === 0) return { said: [], states: new Map(), hosts: new Map(), evidence: [], toLock: [] };
  if (rules === undefined) throw new Error("an inbox without rules for inventories cannot store any");
  const said = await sorted(run, inventories, rules);
  const own = said.filter((each) => !isHost(each));
  const states = await ownStates(run, [...new Set(own.map(({ agentId }) => agentId))]);
  const evidence = own
    .filter((each) => !isOlder(each, states.get(each.agentId)))
    .map(({ agentId, fact }): EvidenceSaid => {
      const { evidence, scope } = fact;
      return { agentId, source: "inventory", evidence, isPartial: scope !== "full" };
    });
  const ofHosts = said.filter(isHost);
  const hosts = new Map<InventorySaid, KnownHost>();
  const toLock: Evidence[] = [];
  // Nobody merges their nodes from here on.
  if (ofHosts.length > 0) await run(`select ${AGENTS_COME}`);
  for (const each of ofHosts) {
    const host = await findHost(run, each, rules);
    if (host !== undefined) hosts.set(each, host);
    if (host === undefined || saysOther(host, each.fact)) toLock.push(...(host?.evidence ?? []), ...each.fact.evidence);
  }
  const found = await statesOf(run, [...new Set([...hosts.values()].map(({ id }) => id))]);
  for (const [id, state] of found) states.set(id, state);
  return { said, states, hosts, evidence, toLock };
}

/** Whose machine each is: what is said under an agent's own name may be of another. */
async function sorted(
  run: Run,
  inventories: readonly InventorySaid[],
  rules: InventoryRules,
): Promise<(InventorySaid | HostSaid)[]> {
  const asking = inventories.filter(({ fact }) => fact.of !== "own");
  const known = new Map<string, readonly Evidence[]>();
  if (asking.length > 0)
    for (const each of await knownEvidence(run, [...new Set(asking.map(({ agentId }) => agentId))]))
      known.set(each.agentId, [...(known.get(each.agentId) ?? []), each]);
  return inventories.map((each) => {
    const own = known.get(each.agentId) ?? [];
    const { of, evidence } = each.fact;
    if (of === "collected" || (of === "unsure" && rules.isOther(own, evidence))) return { ...each, own };
    // The first word of an agent may stand in the same batch as the one that is not its own.
    known.set(each.agentId, [...own, ...evidence]);
    return each;
  });
}

const saysOther = (host: KnownHost, fact: InventoryFact): boolean => {
  const keys = (all: readonly Evidence[]) =>
    JSON.stringify(all.map(({ kind, value, proof = "claimed" }) => `${kind}/${proof}/${value}`).toSorted());
  return keys(host.evidence) !== keys(evidenceAfter(host.evidence, fact));
};

/**
 * Stores what was begun with; what it tells of machines is locked, and that of the agents written.
 * @throws request-malformed
 */
export async function endInventories(
  run: Run,
  atWork: InventoriesAtWork,
  rules: InventoryRules | undefined,
): Promise<void> {
  const { said, states } = atWork;
  if (said.length === 0 || rules === undefined) return;
  const placed: PlacedInventory[] = [];
  for (const each of said)
    placed.push(isHost(each) ? await placeHost(run, each, atWork, rules) : { ...each, host: undefined });
  await putInventories(run, placed, states, rules);
  const hosts = placed.flatMap(({ host }) => (host === undefined ? [] : [host.inventoryId]));
  if (hosts.length > 0) await reviveHosts(run, hosts);
  const own = new Set(placed.flatMap(({ agentId, host }) => (host === undefined ? [agentId] : [])));
  const complete = [...own].map((agentId) => states.get(agentId)?.isComplete !== false);
  await run(ASK, [[...own], complete.map((is) => !is)]);
}

async function placeHost(
  run: Run,
  said: HostSaid,
  { hosts, states }: InventoriesAtWork,
  rules: InventoryRules,
): Promise<PlacedInventory> {
  const { agentId, fact, at } = said;
  const place = ({ id, nodeId }: KnownHost): PlacedInventory => ({
    agentId,
    nodeId,
    host: { inventoryId: id },
    fact,
    at,
  });
  const found = hosts.get(said);
  // As it is by now: the same batch may have made it, or told of it in other words.
  const host = found !== undefined && !saysOther(found, fact) ? found : await findHost(run, said, rules);
  if (host === undefined) return place(await addHost(run, said));
  const state = states.get(host.id);
  if (saysOther(host, fact) && !isOlder(said, state) && !isGlance(fact, state)) await updateHost(run, host, fact);
  return place(host);
}
