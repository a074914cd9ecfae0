import { GatehouseError } from "@gatehouse/core/errors";
import type { InventoryFact, InventoryRules } from "@gatehouse/core/inventory";
import type { EvidenceSaid } from "../nodes/reported-evidence.js";
import type { Run } from "../session.js";
import { isOlder, keyOfPlaced, type PlacedInventory, putInventories } from "./put.js";
import { type InventoryState, ownStates } from "./states.js";

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

/** Inventories on their way to the database, with what has been read of what is there. */
export interface InventoriesAtWork {
  readonly placed: readonly PlacedInventory[];
  readonly states: Map<string, InventoryState>;
  /** What they tell of the machines of their agents. */
  readonly evidence: readonly EvidenceSaid[];
}

/** Reads what is stored of inventories, of the small things only. @param said in the order of acceptance */
export async function beginInventories(run: Run, said: readonly InventorySaid[]): Promise<InventoriesAtWork> {
  const states = await ownStates(run, [...new Set(said.map(({ agentId }) => agentId))]);
  const placed = said.map((each): PlacedInventory => {
    if (each.fact.of === "collected") throw new GatehouseError("internal", "Hosts without agents are not stored yet.");
    return { ...each, host: undefined };
  });
  const evidence = placed
    .filter((each) => !isOlder(each, states.get(keyOfPlaced(each))))
    .map(({ agentId, fact }): EvidenceSaid => {
      const { evidence, scope } = fact;
      return { agentId, source: "inventory", evidence, isPartial: scope !== "full" };
    });
  return { placed, states, evidence };
}

/** Stores what was begun with. @throws request-malformed */
export async function endInventories(
  run: Run,
  { placed, states }: InventoriesAtWork,
  rules: InventoryRules | undefined,
): Promise<void> {
  if (placed.length === 0) return;
  if (rules === undefined) throw new Error("an inbox without rules for inventories cannot store any");
  await putInventories(run, placed, states, rules);
  const own = new Set(placed.flatMap(({ agentId, host }) => (host === undefined ? [agentId] : [])));
  const complete = [...own].map((agentId) => states.get(agentId)?.isComplete !== false);
  await run(ASK, [[...own], complete.map((is) => !is)]);
}
