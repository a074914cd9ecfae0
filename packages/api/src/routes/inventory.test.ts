import type { StoredInventory } from "@gatehouse/core/inventory";
import { describe, expect, it } from "vitest";
import { AT, aNode, anAgent, type Fakes, serveApi } from "../api.test.helper.js";

const node = aNode({ agents: [anAgent("a")] });
const other = aNode({ id: "0b8a0e0a-0000-4000-8000-000000000002", name: "web-2" });
const at = AT.toISOString();

const inventory = (nodeId: string, contents: Readonly<Record<string, unknown>>): StoredInventory => ({
  nodeId,
  agentId: "a",
  isCollected: false,
  deviceId: "web-1-2026-02-28-09-15-00",
  itemType: "Computer",
  tag: null,
  versionClient: "GLPI-Agent_v1.12",
  isComplete: true,
  seenAt: AT,
  changedAt: AT,
  fullAt: AT,
  repairs: [{ path: "softwares[3].install_date", did: "dropped", why: "It is no date.", was: "soon", times: 2 }],
  sections: Object.entries(contents).map(([name, content]) => ({ name, content, changedAt: AT })),
});

const api = (more: Fakes = {}) =>
  serveApi({
    registry: { find: async (name: string) => [node, other].filter((one) => one.name === name) },
    submissions: { settled: async () => true },
    ...more,
  });

describe("the inventory of a node", () => {
  it("is what each agent said, with its repairs, once what they handed in is processed", async () => {
    const asked: unknown[] = [];
    const { call } = await api({
      submissions: { settled: async (id: string) => asked.push(id) > 0 },
      inventories: {
        of: async (...said: unknown[]) => {
          asked.push(...said);
          return [inventory(node.id, { bios: { ssn: "1" }, softwares: [{ name: "openssl" }] })];
        },
      },
    });
    const answer = await call("viewer", "GET", "/nodes/web-1/inventory?sections=bios,softwares");
    expect(answer.status).toBe(200);
    const { nodeId: _, ...said } = inventory(node.id, { bios: { ssn: "1" }, softwares: [{ name: "openssl" }] });
    expect(answer.json).toEqual(JSON.parse(JSON.stringify({ inventories: [said] })));
    expect(asked).toEqual(["a", node.id, ["bios", "softwares"]]);
  });

  it("is not there where no agent told of it", async () => {
    const { call } = await api({ inventories: { of: async () => [] } });
    const answer = await call("viewer", "GET", "/nodes/web-1/inventory");
    expect([answer.status, answer.json.title]).toEqual([404, "No inventory of web-1 has come yet."]);
  });

  it("is not there yet while what its agents handed in is still being processed", async () => {
    const { call } = await api({ inventories: { of: async () => [] }, submissions: { settled: async () => false } });
    const answer = await call("viewer", "GET", "/nodes/web-1/inventory");
    expect([answer.status, answer.json.title]).toEqual([404, expect.stringContaining("still being processed")]);
  });

  it("is told to whom may read, of a node that is clear", async () => {
    const none = await api();
    expect((await none.call("viewer", "GET", "/nodes/nobody/inventory")).status).toBe(404);
    expect((await none.call(undefined, "GET", "/nodes/web-1/inventory")).status).toBe(401);
    const twice = await api({ registry: { find: async () => [node, node] } });
    expect((await twice.call("viewer", "GET", "/nodes/x/inventory")).status).toBe(409);
  });

  it.each([
    "sections=",
    "sections=a,,b",
    "sections=a%00b",
    "sections=../x",
    `sections=${"x".repeat(1001)}`,
    "section=a",
  ])("does not take %s", async (query) => {
    const { call } = await api();
    expect((await call("viewer", "GET", `/nodes/web-1/inventory?${query}`)).status).toBe(400);
  });
});

describe("the comparison of two nodes", () => {
  const of = async (id: string) =>
    id === node.id
      ? [inventory(id, { bios: { ssn: "1" }, modems: [{ name: "m" }] })]
      : [inventory(id, { bios: { ssn: "2" }, __proto__: null })];

  it("goes by section, with what inventories know of differences", async () => {
    const asked: unknown[] = [];
    const { call } = await api({
      inventories: { of },
      inventoryRules: {
        changes: (section: string, before: unknown, after: unknown) => {
          asked.push([section, before, after]);
          return [{ path: section, before, after }];
        },
      },
    });
    const answer = await call("viewer", "GET", "/nodes/web-1/inventory/differences?to=web-2");
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        node: { nodeId: node.id, nodeName: "web-1", seenAt: at },
        other: { nodeId: other.id, nodeName: "web-2", seenAt: at },
        differences: [
          { path: "bios", node: { ssn: "1" }, other: { ssn: "2" } },
          { path: "modems", node: [{ name: "m" }] },
        ],
      },
    ]);
    expect(asked).toHaveLength(2);
  });

  it("needs both, and an inventory of both", async () => {
    const { call } = await api({ inventories: { of: async (id: string) => (id === node.id ? of(id) : []) } });
    const status = async (query: string) =>
      (await call("viewer", "GET", `/nodes/web-1/inventory/differences${query}`)).status;
    expect(await status("")).toBe(400);
    expect(await status("?to=")).toBe(400);
    expect(await status("?to=nobody")).toBe(404);
    expect(await status("?to=web-2")).toBe(404);
  });
});

describe("the search", () => {
  const found = [{ section: "softwares", entry: { name: "openssl", version: "3.0.11" } }];
  const hit = { nodeId: node.id, nodeName: "web-1", found };

  it("puts the fields of one section together", async () => {
    const asked: unknown[] = [];
    const { call } = await api({
      inventories: {
        search: async (...said: unknown[]) => {
          asked.push(...said);
          return { hits: [hit], next: "more" };
        },
      },
    });
    const where = ["softwares.name=openssl", "hardware.name=a=b", "softwares.version=3.0.*"]
      .map((one) => `where=${encodeURIComponent(one)}`)
      .join("&");
    const answer = await call("viewer", "GET", `/inventory?${where}&limit=7&after=c`);
    expect([answer.status, answer.json]).toEqual([200, { hits: [hit], next: "more" }]);
    expect(asked).toEqual([
      [
        { section: "softwares", fields: { name: "openssl", version: "3.0.*" } },
        { section: "hardware", fields: { name: "a=b" } },
      ],
      { limit: 7, after: "c" },
    ]);
  });

  it("keeps names that agents chose as data", async () => {
    const asked: unknown[] = [];
    const search = async (conditions: unknown) => {
      asked.push(conditions);
      return { hits: [], next: null };
    };
    const { call } = await api({ inventories: { search } });
    expect((await call("viewer", "GET", "/inventory?where=__proto__.__proto__=x")).status).toBe(200);
    expect(JSON.stringify(asked)).toBe('[[{"section":"__proto__","fields":{"__proto__":"x"}}]]');
  });

  it.each([
    "",
    "where=",
    "where=softwares",
    "where=softwares.name",
    "where=softwares.name%3D",
    "where=.name%3Dx",
    "where=a.b.c%3Dx",
    "where=softwares.name%3Da&where=softwares.name%3Db",
    "where=softwares.name%3Da%00",
    `where=softwares.name%3D${"x".repeat(500)}`,
    Array.from({ length: 21 }, (_, n) => `where=softwares.f${n}%3Dx`).join("&"),
    "where=softwares.name%3Da&limit=501",
  ])("does not take %s", async (query) => {
    const { call } = await api();
    expect((await call("viewer", "GET", `/inventory?${query}`)).status).toBe(400);
  });
});

describe("the export", () => {
  /** A fleet whose nodes' names are their places; what was asked for is noted. */
  const fleet = async (size: number, contents: Readonly<Record<string, unknown>>) => {
    const asked: unknown[][] = [];
    const list = async (...said: [{ limit: number; after?: string }, (readonly string[])?]) => {
      asked.push(said);
      const n = Number(said[0].after ?? "0");
      const inventories = [{ ...inventory(node.id, contents), nodeName: String(n) }];
      return { inventories, next: n + 1 < size ? String(n + 1) : null };
    };
    return { ...(await api({ inventories: { list } })), asked };
  };

  it("is a page of inventories with their nodes' names", async () => {
    const { call, asked } = await fleet(7, { softwares: [] });
    const answer = await call("viewer", "GET", "/inventory/export?limit=2&sections=softwares&after=3");
    expect([answer.status, answer.json]).toMatchObject([
      200,
      {
        nodes: [{ nodeId: node.id, nodeName: "3", inventory: { seenAt: at, sections: [{ name: "softwares" }] } }, {}],
        next: "5",
      },
    ]);
    expect(asked).toEqual([
      [{ limit: 1, after: "3" }, ["softwares"]],
      [{ limit: 1, after: "4" }, ["softwares"]],
    ]);
    const all = (await call("viewer", "GET", "/inventory/export")).json;
    expect([all.nodes.length, all.next]).toEqual([7, null]);
  });

  it("goes no further where inventories are large", async () => {
    const { call } = await fleet(7, { softwares: "x".repeat(5 * 1024 * 1024) });
    const { json } = await call("viewer", "GET", "/inventory/export");
    expect([json.nodes.length, json.next]).toEqual([2, "2"]);
  });

  it("is bounded, and for who may read", async () => {
    const { call } = await api();
    expect((await call("viewer", "GET", "/inventory/export?limit=26")).status).toBe(400);
    expect((await call(undefined, "GET", "/inventory/export")).status).toBe(401);
  });
});
