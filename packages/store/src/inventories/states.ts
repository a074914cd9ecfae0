import type { Run } from "../session.js";

/** What is known of a stored inventory without reading its contents. */
export interface InventoryState {
  readonly id: string;
  readonly agentId: string;
  readonly seenAt: Date;
  readonly isComplete: boolean;
  /** Whether all of it has come before. */
  readonly wasFull: boolean;
  /** Digests in hex, by the section's name. */
  readonly sections: Map<string, { readonly exact: string; readonly quiet: string }>;
}

const COLUMNS = `i.id, i.agent_id as "agentId", i.seen_at as "seenAt", i.is_complete as "isComplete",
  i.full_at is not null as "wasFull",
  (select coalesce(json_agg(json_build_array(s.name, encode(s.exact, 'hex'), encode(s.quiet, 'hex'))), '[]')
   from inventory_sections s where s.inventory_id = i.id) as digests`;

const OWN = {
  name: "inventories.own-states",
  text: `select ${COLUMNS} from inventories i where i.agent_id = any($1::uuid[]) and not i.is_collected`,
};
const BY_ID = { name: "inventories.states", text: `select ${COLUMNS} from inventories i where i.id = any($1::uuid[])` };

type Row = Omit<InventoryState, "sections"> & {
  readonly digests: readonly (readonly [name: string, exact: string, quiet: string])[];
};

const stateOf = ({ digests, ...row }: Row): InventoryState => ({
  ...row,
  sections: new Map(digests.map(([name, exact, quiet]) => [name, { exact, quiet }])),
});

/** What agents said of their own machines, by agent. */
export async function ownStates(run: Run, agentIds: readonly string[]): Promise<Map<string, InventoryState>> {
  if (agentIds.length === 0) return new Map();
  const rows = await run<Row>(OWN, [agentIds]);
  return new Map(rows.map((row) => [row.agentId, stateOf(row)]));
}

/** By id. */
export async function statesOf(run: Run, ids: readonly string[]): Promise<Map<string, InventoryState>> {
  if (ids.length === 0) return new Map();
  const rows = await run<Row>(BY_ID, [ids]);
  return new Map(rows.map((row) => [row.id, stateOf(row)]));
}
