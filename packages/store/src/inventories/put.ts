import { randomUUID } from "node:crypto";
import { ownTurn } from "@gatehouse/core/clock";
import type { InventoryFact, InventoryRules } from "@gatehouse/core/inventory";
import { cleanJson, cleanText, isCleanJson, keyOf } from "../clean.js";
import { type NewChange, noteChanges } from "../history/history.js";
import type { Run } from "../session.js";
import { type PackedContent, unpackContent } from "./contents.js";
import { type Draft, draftOf, type Finished, finish, type StoredContent } from "./draft.js";
import { type SectionRow, writeSections } from "./section-rows.js";
import type { InventoryState } from "./states.js";

/** An inventory on its way to the database, with whose it is. */
export interface PlacedInventory {
  readonly agentId: string;
  readonly nodeId: string;
  /** Undefined: the agent's own. */
  readonly host: { readonly inventoryId: string } | undefined;
  readonly fact: InventoryFact;
  readonly at: Date;
}

const CONTENTS = {
  name: "inventories.contents",
  text: `select s.inventory_id as "inventoryId", s.name, s.size, s.content, s.entries
         from unnest($1::uuid[], $2::text[]) as wanted (inventory_id, name) join inventory_sections s using (inventory_id, name)`,
};

const PUT = {
  name: "inventories.put",
  text: `insert into inventories as i (id, node_id, agent_id, is_collected, device_id, device_key, item_type, tag,
                                       version_client, is_complete, seen_at, changed_at, full_at, repairs)
         select id, node_id, agent_id, is_collected, device_id, device_key, item_type, tag, version_client, is_complete, at, at,
                case when is_full then at end, repairs
         from jsonb_to_recordset($1::jsonb) as said (id uuid, node_id uuid, agent_id uuid, is_collected boolean,
           device_id text, device_key text, item_type text, tag text, version_client text, is_complete boolean,
           at timestamptz, is_full boolean, repairs jsonb)
         order by id
         on conflict (id) do update set
           device_id = excluded.device_id, device_key = excluded.device_key,
           item_type = case when excluded.full_at is null and i.full_at is not null then i.item_type else excluded.item_type end,
           tag = case when excluded.full_at is null then coalesce(excluded.tag, i.tag) else excluded.tag end,
           version_client = excluded.version_client, is_complete = excluded.is_complete, seen_at = excluded.seen_at,
           full_at = coalesce(excluded.full_at, i.full_at), repairs = excluded.repairs`,
};
const CHANGED = {
  name: "inventories.changed",
  text: `update inventories i set changed_at = said.at from unnest($1::uuid[], $2::timestamptz[]) as said (id, at)
         where i.id = said.id and i.changed_at < said.at`,
};

/**
 * Stores inventories and what changed in them, as a part of a transaction that has the agents' queues to itself. What is
 * older than what is stored changes nothing, and neither does the same again.
 * @param placed in the order of acceptance
 * @param states what is stored of them, by {@link keyOfPlaced}; brought up to date
 * @throws request-malformed
 */
export async function putInventories(
  run: Run,
  placed: readonly PlacedInventory[],
  states: Map<string, InventoryState>,
  rules: InventoryRules,
): Promise<void> {
  for (const round of roundsOf(placed)) {
    const newest = round.filter((each) => !isOlder(each, states.get(keyOfPlaced(each))));
    for (let i = 0; i < newest.length; i += TOGETHER) await putRound(run, newest.slice(i, i + TOGETHER), states, rules);
  }
}

/** Inventories of one round of statements: their contents are in memory together, and compared one after another. */
const TOGETHER = 8;

/** What tells one inventory from another before it is stored. */
export const keyOfPlaced = ({ agentId, host }: Pick<PlacedInventory, "agentId" | "host">): string =>
  host?.inventoryId ?? agentId;

export const isOlder = ({ at }: Pick<PlacedInventory, "at">, state: InventoryState | undefined): boolean =>
  state !== undefined && at < state.seenAt;

/** Of each inventory the first, then of each the second. */
function roundsOf(placed: readonly PlacedInventory[]): PlacedInventory[][] {
  const times = new Map<string, number>();
  const rounds: PlacedInventory[][] = [];
  for (const each of placed) {
    const place = times.get(keyOfPlaced(each)) ?? 0;
    times.set(keyOfPlaced(each), place + 1);
    const round = rounds[place] ?? [];
    rounds[place] = [...round, each];
  }
  return rounds;
}

interface Work {
  readonly placed: PlacedInventory;
  readonly id: string;
  readonly isComplete: boolean;
  readonly draft: Draft;
}

async function putRound(
  run: Run,
  round: readonly PlacedInventory[],
  states: Map<string, InventoryState>,
  rules: InventoryRules,
): Promise<void> {
  const work = round.map((placed): Work => {
    const state = states.get(keyOfPlaced(placed));
    const { scope } = placed.fact;
    return {
      placed,
      id: state?.id ?? placed.host?.inventoryId ?? randomUUID(),
      isComplete: scope === "full" || (state?.isComplete ?? scope === "discovery"),
      draft: draftOf(placed.fact, state, rules),
    };
  });
  const before = await contentsOf(run, work);
  const finished = new Map<Work, Finished>();
  for (const each of work) {
    // Unpacking and comparing two lists of packages takes milliseconds: agents are answered in between.
    if (each.draft.toRead.length > 0) await ownTurn();
    finished.set(each, finish(each.draft, unpacked(before.get(each.id)), rules));
  }
  const isChanged = (each: Work) => hasChanged(finished.get(each));
  await run(PUT, [JSON.stringify(work.map(rowOf))]);
  const changed = work.filter((each) => each.draft.state !== undefined && isChanged(each));
  if (changed.length > 0) await run(CHANGED, [changed.map(({ id }) => id), changed.map(({ placed }) => placed.at)]);
  const rows = work.flatMap((each): SectionRow[] =>
    (finished.get(each)?.writes ?? []).map((write) => ({ ...write, inventoryId: each.id, at: each.placed.at })),
  );
  const gone = work.flatMap(({ id, draft }) => draft.gone.map((name) => ({ inventoryId: id, name })));
  await writeSections(run, rows, gone, rules);
  await noteChanges(
    run,
    "inventory",
    work.flatMap((each) => (finished.get(each)?.changes ?? []).map((change) => changeOf(each, change))),
  );
  for (const each of work) states.set(keyOfPlaced(each.placed), stateAfter(each, finished.get(each)));
}

interface ContentRow extends PackedContent {
  readonly inventoryId: string;
  readonly name: string;
  readonly entries: number[];
}

/** By inventory, packed as they are stored. */
async function contentsOf(run: Run, work: readonly Work[]): Promise<Map<string, ContentRow[]>> {
  const wanted = work.flatMap(({ id, draft }) => draft.toRead.map((name) => ({ id, name })));
  if (wanted.length === 0) return new Map();
  const rows = await run<ContentRow>(CONTENTS, [wanted.map(({ id }) => id), wanted.map(({ name }) => name)]);
  const byInventory = new Map<string, ContentRow[]>();
  for (const row of rows) byInventory.set(row.inventoryId, [...(byInventory.get(row.inventoryId) ?? []), row]);
  return byInventory;
}

const unpacked = (rows: readonly ContentRow[] = []): Map<string, StoredContent> =>
  new Map(rows.map(({ name, entries, ...packed }) => [name, { content: unpackContent(packed), entries }]));

const hasChanged = (finished: Finished | undefined): boolean =>
  finished !== undefined && (finished.gone.length > 0 || finished.writes.some(({ isChanged }) => isChanged));

function rowOf({ placed, id, isComplete }: Work) {
  const { agentId, nodeId, host, fact, at } = placed;
  return {
    id,
    node_id: nodeId,
    agent_id: agentId,
    is_collected: host !== undefined,
    device_id: cleanText(fact.deviceId),
    device_key: keyOf(fact.deviceId).slice(0, LONGEST_KEY),
    item_type: cleanText(fact.itemType),
    tag: fact.tag === undefined ? null : cleanText(fact.tag),
    version_client: cleanText(fact.versionClient),
    is_complete: isComplete,
    at,
    is_full: fact.scope === "full",
    repairs: isCleanJson(JSON.stringify(fact.repairs)) ? fact.repairs : cleanJson(fact.repairs),
  };
}

/** Characters of a name that an index takes. */
export const LONGEST_KEY = 255;

function changeOf({ placed, id }: Work, change: Pick<NewChange, "path" | "before" | "after">): NewChange {
  const whose = placed.host === undefined ? { agentId: placed.agentId } : { inventoryId: id };
  return { ...change, ...whose, source: "inventory", at: placed.at };
}

function stateAfter({ placed, id, isComplete, draft }: Work, finished: Finished | undefined): InventoryState {
  const sections = new Map(draft.state?.sections);
  for (const name of draft.gone) sections.delete(name);
  for (const { name, section } of finished?.writes ?? [])
    sections.set(name, { exact: section.exact, quiet: section.quiet });
  const wasFull = placed.fact.scope === "full" || draft.state?.wasFull === true;
  return { id, agentId: placed.agentId, seenAt: placed.at, isComplete, wasFull, sections };
}
