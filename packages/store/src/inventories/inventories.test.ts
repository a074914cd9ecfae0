import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNodeRegistry } from "../nodes/registry.js";
import { makePartitions } from "../partitions.js";
import { enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createInventories } from "./inventories.js";
import { inventory, tell } from "./inventories.test.helper.js";
import { dropUnusedEntries } from "./sweep.js";

const house = useDatabase();
const fields = { softwares: ["name", "version"], hardware: ["name"] };
const inventories = () => createInventories(house.db, fields);
const agents: Record<string, { agentId: string; nodeId: string }> = {};
const agent = (name: string) => {
  const found = agents[name];
  if (found === undefined) throw new Error(`no agent ${name}`);
  return found;
};
beforeAll(async () => void (await makePartitions(house.db)));
beforeEach(async () => {
  await house.db.run("delete from nodes");
  await house.db.run("delete from inventory_entries");
  for (const name of ["a", "b", "c"])
    agents[name] = await createNodeRegistry(house.db).enrol(enrolmentOf(name, { nodeName: name }));
});

const say = (name: string, content: Record<string, unknown>, more: object = {}) =>
  tell(house.db, [agent(name).agentId, inventory(content, more)]);
const softwares = (...all: [name: string, version: string][]) => all.map(([name, version]) => ({ name, version }));

describe("what is known of a node", () => {
  it("is told with its sections, the agent's own first, or with those that are wanted", async () => {
    const repairs = [{ path: "softwares[0]", did: "changed", why: "because", was: "x", times: 2 } as const];
    await say("b", { hardware: { name: "esx" } }, { of: "collected", deviceId: "esx" });
    await house.db.run("update inventories set node_id = $1", [agent("a").nodeId]);
    await say("a", { softwares: softwares(["x", "1"]), os: { text: "\0 and \ud800" } }, { repairs, tag: "t" });
    const [own, collected, ...rest] = await inventories().of(agent("a").nodeId);
    expect(own).toMatchObject({
      nodeId: agent("a").nodeId,
      agentId: agent("a").agentId,
      isCollected: false,
      deviceId: "web01-2024-02-29-12-00-00",
      itemType: "Computer",
      tag: "t",
      versionClient: "GLPI-Agent_v1.15",
      isComplete: true,
      repairs,
    });
    expect(own?.fullAt).toEqual(own?.seenAt);
    expect(own?.sections.map(({ name, content }) => [name, content])).toEqual([
      ["os", { text: "\0 and \ud800" }],
      ["softwares", softwares(["x", "1"])],
    ]);
    expect([collected?.isCollected, collected?.agentId, rest]).toEqual([true, agent("b").agentId, []]);
    const [part] = await inventories().of(agent("a").nodeId.toUpperCase(), ["softwares", "none", "'\0"]);
    expect(part?.sections.map(({ name }) => name)).toEqual(["softwares"]);
  });

  it("is nothing of a node that nobody told of, and of what is no node", async () => {
    expect([await inventories().of(agent("a").nodeId), await inventories().of("'; --")]).toEqual([[], []]);
  });

  it("is listed by the names of nodes, page by page", async () => {
    await say("c", { os: "c" });
    await say("a", { os: "a", bios: {} });
    const first = await inventories().list({ limit: 1 }, ["os"]);
    expect(first.inventories.map(({ nodeName, sections }) => [nodeName, sections.map(({ name }) => name)])).toEqual([
      ["a", ["os"]],
    ]);
    const second = await inventories().list({ limit: 1, after: first.next ?? "" });
    expect([second.inventories.map(({ nodeName }) => nodeName), second.next]).toEqual([["c"], null]);
    await expect(inventories().list({ limit: 1, after: "foreign" })).rejects.toMatchObject({
      code: "request-malformed",
    });
  });
});

describe("a search", () => {
  const search = async (...conditions: [section: string, fields: Record<string, string>][]) =>
    (
      await inventories().search(
        conditions.map(([section, said]) => ({ section, fields: said })),
        { limit: 10 },
      )
    ).hits.map(({ nodeName, found }) => [
      nodeName,
      ...found.map(({ entry }) => `${entry["name"]} ${entry["version"]}`),
    ]);

  beforeEach(async () => {
    await say("a", { softwares: softwares(["OpenSSL", "3.0.11"], ["bash", "5.2"], ["ÄÖ-tool", "1"]) });
    await say("b", { softwares: softwares(["openssl", "1.1.1"], ["bash", "5.2"], ["100%_sure", "3.0.11"]) });
    await say("c", { hardware: [{ name: "openssl" }] });
  });

  it("compares without regard to case, all fields of one entry, with * for any characters", async () => {
    expect(await search(["softwares", { name: "openssl" }])).toEqual([
      ["a", "OpenSSL 3.0.11"],
      ["b", "openssl 1.1.1"],
    ]);
    expect(await search(["softwares", { name: "OPENSSL", version: "3.0.11" }])).toEqual([["a", "OpenSSL 3.0.11"]]);
    expect(await search(["softwares", { name: "openssl", version: "3.*" }])).toEqual([["a", "OpenSSL 3.0.11"]]);
    expect(await search(["softwares", { name: "*SSL" }])).toHaveLength(2);
    expect(await search(["softwares", { name: "o*n*l", version: "*" }])).toHaveLength(2);
    expect(await search(["softwares", { name: "äö*" }])).toEqual([["a", "ÄÖ-tool 1"]]);
    expect(await search(["softwares", { name: "bash", version: "3.0.11" }])).toEqual([]);
    expect(await search(["softwares", { name: "*" }])).toHaveLength(2);
  });

  it("takes what PostgreSQL would read as a pattern or as SQL for what it is", async () => {
    expect(await search(["softwares", { name: "100%_*" }])).toEqual([["b", "100%_sure 3.0.11"]]);
    for (const name of ["10%", "1__%*", "\\*", "*\\", "' or 1=1 --", '"}*', "\0*x", "\ud800*"])
      expect(await search(["softwares", { name }]), name).toEqual([]);
  });

  it("fits every condition on one node, with what made it fit", async () => {
    expect(await search(["softwares", { name: "bash" }], ["softwares", { version: "3.0.11", name: "open*" }])).toEqual([
      ["a", "bash 5.2", "OpenSSL 3.0.11"],
    ]);
    expect(await search(["softwares", { name: "bash" }], ["hardware", { name: "openssl" }])).toEqual([]);
  });

  it("finds what is there now, and no more what was", async () => {
    await say("a", { softwares: softwares(["bash", "5.2"]) });
    expect(await search(["softwares", { name: "openssl" }])).toEqual([["b", "openssl 1.1.1"]]);
    await createNodeRegistry(house.db).purge(agent("b").nodeId);
    expect(await search(["softwares", { name: "*" }])).toEqual([["a", "bash 5.2"]]);
  });

  it("goes on after a page", async () => {
    const conditions = [{ section: "softwares", fields: { name: "bash" } }];
    const first = await inventories().search(conditions, { limit: 1 });
    expect(first.hits.map(({ nodeName }) => nodeName)).toEqual(["a"]);
    const second = await inventories().search(conditions, { limit: 1, after: first.next ?? "" });
    expect([second.hits.map(({ nodeName }) => nodeName), second.next]).toEqual([["b"], null]);
  });

  it.each<[string, { section: string; fields: Record<string, string> }[], string?]>([
    ["no condition", []],
    ["more than ten", Array.from({ length: 11 }, () => ({ section: "softwares", fields: { name: "x" } }))],
    ["a section that cannot be searched", [{ section: "processes", fields: { name: "x" } }]],
    ["a section of every object", [{ section: "__proto__", fields: { name: "x" } }]],
    ["a field that cannot be searched", [{ section: "softwares", fields: { "name'": "x" } }]],
    ["no field", [{ section: "softwares", fields: {} }]],
    ["a very long text", [{ section: "softwares", fields: { name: "x".repeat(1001) } }]],
    ["a foreign cursor", [{ section: "softwares", fields: { name: "x" } }], "WzEsMl0"],
  ])("is refused: %s", async (_, conditions, after) => {
    const page = after === undefined ? { limit: 1 } : { limit: 1, after };
    await expect(inventories().search(conditions, page)).rejects.toMatchObject({ code: "request-malformed" });
  });
});

it("entries that no inventory has any more are swept, and the others are not", async () => {
  await say("a", { softwares: softwares(["old", "1"], ["kept", "1"]) });
  await say("b", { softwares: softwares(["kept", "1"]) });
  expect(await dropUnusedEntries(house.db)).toBe(0);
  await say("a", { softwares: softwares(["new", "1"]) });
  expect([await dropUnusedEntries(house.db), await dropUnusedEntries(house.db)]).toEqual([1, 0]);
  const names = await house.db.run<{ name: string }>(
    "select entry ->> 'name' as name from inventory_entries order by 1",
  );
  expect(names.map(({ name }) => name)).toEqual(["kept", "new"]);
  // What comes again is found again.
  await say("a", { softwares: softwares(["old", "1"]) });
  expect(
    (await inventories().search([{ section: "softwares", fields: { name: "old" } }], { limit: 5 })).hits,
  ).toHaveLength(1);
});
