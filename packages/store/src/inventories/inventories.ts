import type { Inventories, StoredInventory, StoredSection } from "@gatehouse/core/inventory";
import { cleanText } from "../clean.js";
import { cut, decodeCursor } from "../cursor.js";
import type { Queryable } from "../database.js";
import { RuleSearches } from "../nodes/rule-searches.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";
import { type PackedContent, unpackContent } from "./contents.js";
import { conditionsOf, type SearchableFields } from "./patterns.js";
import { searchInventories } from "./search.js";

const COLUMNS = `i.id, i.node_id as "nodeId", i.agent_id as "agentId", i.is_collected as "isCollected", i.device_id as "deviceId",
  i.item_type as "itemType", i.tag, i.version_client as "versionClient", i.is_complete as "isComplete", i.seen_at as "seenAt",
  i.changed_at as "changedAt", i.full_at as "fullAt", i.repairs`;

/** The agent's own first. */
const OF_NODES = `
  select ${COLUMNS} from inventories i where i.node_id = any($1::uuid[])
  order by i.is_collected, i.seen_at desc, i.id`;

const SECTIONS = `
  select inventory_id as "inventoryId", name, size, content, changed_at as "changedAt" from inventory_sections
  where inventory_id = any($1::uuid[]) and ($2::text[] is null or name = any($2)) order by name collate "C"`;

const NODES = `
  select n.id, n.name from nodes n
  where ($1::text is null or (n.name, n.id) > ($1, $2::uuid)) and exists (select from inventories i where i.node_id = n.id)
  order by n.name, n.id limit $3`;

type Row = Omit<StoredInventory, "sections"> & { readonly id: string };

/**
 * {@link Inventories} on PostgreSQL.
 * @param searchable the fields by which entries can be found, by section
 */
export function createInventories(
  db: Pick<Queryable, "run" | "transaction">,
  searchable: SearchableFields,
): Inventories {
  const searches = new RuleSearches();
  return {
    async of(nodeId, sections) {
      if (!isUuid(nodeId)) return [];
      return inventoriesOf(db.run.bind(db), [nodeId.toLowerCase()], sections);
    },

    async search(conditions, page) {
      const after = page.after === undefined ? undefined : decodeCursor(page.after);
      const asked = conditionsOf(conditions, searchable);
      return searches.run(() => searchInventories(db, asked, { limit: page.limit, after }));
    },

    async list({ limit, after }, sections) {
      const [name, id] = after === undefined ? [null, null] : decodeCursor(after);
      const nodes = await db.run<{ id: string; name: string }>(NODES, [name, id, limit + 1]);
      const { page, next } = cut(nodes, limit, (node) => [node.name, node.id]);
      const found = await inventoriesOf(
        db.run.bind(db),
        page.map((node) => node.id),
        sections,
      );
      const inventories = page.flatMap((node) =>
        found.filter(({ nodeId }) => nodeId === node.id).map((each) => ({ ...each, nodeName: node.name })),
      );
      return { inventories, next };
    },
  };
}

async function inventoriesOf(
  run: Run,
  nodeIds: readonly string[],
  wanted: readonly string[] | undefined,
): Promise<StoredInventory[]> {
  if (nodeIds.length === 0) return [];
  const rows = await run<Row>(OF_NODES, [nodeIds]);
  if (rows.length === 0) return [];
  const names = wanted?.map(cleanText) ?? null;
  const sections = new Map<string, StoredSection[]>(rows.map(({ id }) => [id, []]));
  const stored = await run<{ inventoryId: string; name: string; changedAt: Date } & PackedContent>(SECTIONS, [
    rows.map(({ id }) => id),
    names,
  ]);
  for (const { inventoryId, name, changedAt, ...packed } of stored)
    sections.get(inventoryId)?.push({ name, changedAt, content: unpackContent(packed) });
  return rows.map(({ id, ...row }) => ({ ...row, sections: sections.get(id) ?? [] }));
}
