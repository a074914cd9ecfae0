import { beforeEach, describe, expect, it } from "vitest";
import { createNodeRegistry } from "../nodes/registry.js";
import { count } from "../store.test.helper.js";
import { exported, resource, useCatalogs } from "./catalogs.test.helper.js";
import { dropOldCatalogs } from "./retention.js";

const house = useCatalogs();
let n = 0;
let name = "";
let nodeId = "";
beforeEach(async () => {
  await house.db.run("delete from nodes");
  await dropOldCatalogs(house.db, 1);
  name = `node${++n}`;
  ({ nodeId } = await house.enrol(name));
});
const keepTitled = (title: string, certname = name) =>
  house.keep(certname, { resources: [resource("File", title)], exported: [exported("Host", title)] });
const titles = async (id = nodeId) => {
  const all = await house.archive().list(id, 100);
  const kept = await Promise.all(all.map((one) => house.archive().find(id, one.id)));
  return kept.map((one) => one?.catalog?.resources[0]?.title ?? one?.error);
};
const left = async () =>
  Object.fromEntries(
    await Promise.all(
      ["catalogs", "catalog_bodies", "catalog_resources"].map(async (table) => [table, await count(house.db, table)]),
    ),
  );

describe("dropOldCatalogs", () => {
  it("leaves each agent its newest ones, with their bodies, and what they were of to ask of", async () => {
    const { nodeId: otherId } = await house.enrol("other");
    for (const title of ["1", "2", "3", "4"]) await keepTitled(title);
    for (const title of ["1", "2"]) await keepTitled(title, "other");
    expect(await left()).toEqual({ catalogs: 6, catalog_bodies: 4, catalog_resources: 4 });
    expect(await dropOldCatalogs(house.db, 2)).toEqual({ catalogs: 2, bodies: 0 });
    expect([await titles(), await titles(otherId)]).toEqual([
      ["4", "3"],
      ["2", "1"],
    ]);
    expect(await left()).toEqual({ catalogs: 4, catalog_bodies: 4, catalog_resources: 2 });
    expect(await dropOldCatalogs(house.db, 1)).toEqual({ catalogs: 2, bodies: 2 });
    expect(await left()).toEqual({ catalogs: 2, catalog_bodies: 2, catalog_resources: 2 });
    expect(await dropOldCatalogs(house.db, 1)).toEqual({ catalogs: 0, bodies: 0 });
    expect(await house.queries().puppetdb("resources[title] { exported = false }")).toEqual([
      { title: "2" },
      { title: "4" },
    ]);
  });

  it("leaves the last catalog that an agent got, however often it failed since", async () => {
    await keepTitled("good");
    for (const error of ["a", "b", "c"]) await house.keep(name, { error });
    expect(await dropOldCatalogs(house.db, 2)).toEqual({ catalogs: 1, bodies: 0 });
    expect(await titles()).toEqual(["c", "b", "good"]);
    expect(await house.queries().exported("Host", "nobody", undefined)).toHaveLength(1);
    expect(await house.queries().puppetdb("resources[title] { type = 'File' }")).toEqual([{ title: "good" }]);
  });

  it("lists what an agent gets again after it was not the last one of anybody", async () => {
    await keepTitled("1");
    await keepTitled("2");
    await dropOldCatalogs(house.db, 20);
    expect(await left()).toEqual({ catalogs: 2, catalog_bodies: 2, catalog_resources: 1 });
    await keepTitled("1");
    expect(await house.queries().puppetdb("resources[title] { exported = false }")).toEqual([{ title: "1" }]);
  });

  it("takes what nodes that went have left", async () => {
    await keepTitled("1");
    await createNodeRegistry(house.db).purge(nodeId);
    expect(await dropOldCatalogs(house.db, 20)).toEqual({ catalogs: 0, bodies: 1 });
    expect(await left()).toEqual({ catalogs: 0, catalog_bodies: 0, catalog_resources: 0 });
    expect(await count(house.db, "exported_resources")).toBe(0);
  });

  it("is done in steps when there is much", async () => {
    await keepTitled("last");
    await house.db.run(
      `with b as (insert into catalog_bodies (digest, resources, size, body)
                  select sha256(n::text::bytea), 0, 2, '' from generate_series(1, 2500) n returning id)
       insert into catalogs (agent_id, environment, milliseconds, body_id, logs)
       overriding user value select (select id from agents), 'e', 1, id, '[]' from b`,
    );
    await keepTitled("newest");
    expect(await dropOldCatalogs(house.db, 1)).toEqual({ catalogs: 2_501, bodies: 2_501 });
    expect(await titles()).toEqual(["newest"]);
  });

  it("never takes what an agent gets meanwhile", async () => {
    const others = Array.from({ length: 4 }, (_, i) => `busy${i}`);
    for (const other of others) await house.enrol(other);
    let isBusy = true;
    const sweeping = (async () => {
      while (isBusy) await dropOldCatalogs(house.db, 1);
    })();
    await Promise.all(
      others.map(async (other, i) => {
        for (let run = 0; run < 25; run++) await keepTitled(`${(run + i) % 3}`, other);
      }),
    );
    isBusy = false;
    await sweeping;
    const found = await house.queries().puppetdb("resources[certname, title] { exported = false }");
    // The 25th run of each.
    expect(found).toEqual(others.map((certname, i) => ({ certname, title: `${(24 + i) % 3}` })));
  });
});
