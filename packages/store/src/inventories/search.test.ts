import { beforeAll, describe, expect, it } from "vitest";
import type { Queryable } from "../database.js";
import type { Run } from "../session.js";
import { useDatabase } from "../store.test.helper.js";
import { makeFleet } from "./fleet.test.helper.js";
import { createInventories } from "./inventories.js";

const house = useDatabase();
beforeAll(() => makeFleet(house.db, { nodes: 10_000, packages: 20, pool: 6_000 }), 60_000);

async function rowsRead(run: Run): Promise<Record<string, number>> {
  const rows = await run<{ table: string; read: number }>(
    `select relname as table, (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables
     where relname in ('inventory_sections', 'inventory_entries', 'nodes')`,
  );
  return Object.fromEntries(rows.map(({ table, read }) => [table, read]));
}

/** What a search finds, and what of the tables it read for it. */
async function search(fields: Record<string, string>, limit = 10) {
  let read: Record<string, number> = {};
  const transaction: Queryable["transaction"] = (work) =>
    house.db.transaction(async (run, copy) => {
      // Told for all that the connection did lately, and not only in this transaction.
      const before = await rowsRead(run);
      const result = await work(run, copy);
      const after = await rowsRead(run);
      read = Object.fromEntries(Object.entries(after).map(([table, rows]) => [table, rows - (before[table] ?? 0)]));
      return result;
    });
  const run = house.db.run.bind(house.db);
  const inventories = createInventories({ run, transaction }, { softwares: ["name", "version"] });
  const { hits, next } = await inventories.search([{ section: "softwares", fields }], { limit });
  return { names: hits.map(({ nodeName }) => nodeName), found: hits.map(({ found }) => found.length), next, read };
}

describe("among ten thousand nodes", () => {
  it("what one of them has is found by reading next to nothing", async () => {
    const { names, read } = await search({ name: "package-000000" });
    expect(names).toEqual(["node-010000"]);
    for (const [table, rows] of Object.entries(read)) expect(rows, table).toBeLessThan(20);
  });

  it("what the beginning of a name fits is found by reading what fits, and who has it", async () => {
    const { names, read } = await search({ name: "package-00001*", version: "*" });
    expect(names).toHaveLength(10);
    // Ten packages of 6,000, which some 330 nodes have.
    expect(read["inventory_entries"]).toBeLessThan(300);
    expect(read["inventory_sections"]).toBeLessThan(1_000);
  });

  it("what nearly everybody has is found by reading no more nodes than are told", async () => {
    const { names, found, next, read } = await search({ name: "*" });
    expect([names[0], names.length, found[0]]).toEqual(["node-000001", 10, 20]);
    expect(next).not.toBeNull();
    expect(read["inventory_sections"]).toBeLessThan(200);
    expect(read["nodes"]).toBeLessThan(200);
  });

  it("what many entries fit and few nodes have still answers", async () => {
    await house.db.run(
      `insert into inventory_entries (section, digest, entry, folded)
       select 'softwares', sha256(i::text::bytea), e, e from generate_series(1, 3000) as i,
         lateral (select jsonb_build_object('name', 'x' || i || '-rare') as e) as x`,
    );
    await house.db.run(
      `update inventory_sections set entries = entries || (select max(id) from inventory_entries)
       where name = 'softwares' and inventory_id = (select id from inventories where device_id = 'node-009999')`,
    );
    expect((await search({ name: "*-rare" })).names).toEqual(["node-009999"]);
  });
});
