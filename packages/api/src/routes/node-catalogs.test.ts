import type { Catalog, CatalogSummary, KeptCatalog } from "@gatehouse/core/catalogs";
import { describe, expect, it } from "vitest";
import { AT, aNode, serveApi } from "../api.test.helper.js";

const digestOf = (text: string) => text.repeat(64);
const catalogOf = (mode: string): Catalog => ({
  ...{ tags: [], name: "web01", version: 1, code_id: null, catalog_uuid: "u", catalog_format: 2 },
  environment: "production",
  resources: [{ type: "File", title: "/a", tags: [], exported: false, kind: "compilable_type", parameters: { mode } }],
  ...{ edges: [], classes: [] },
});
const keptAs = (id: string, digest: string | undefined, said: Partial<KeptCatalog> = {}): KeptCatalog => ({
  ...{ id, firstAt: AT, lastAt: AT, times: 2, environment: "production", version: 3, milliseconds: 1.5 },
  digest: digest === undefined ? undefined : digestOf(digest),
  ...{ resources: digest === undefined ? undefined : 1, warnings: 0, logs: [] },
  error: digest === undefined ? "Syntax error" : undefined,
  catalog: digest === undefined ? undefined : catalogOf(digest),
  ...said,
});
const KEPT = [
  keptAs("9", "c", { logs: [{ level: "notice", message: "hello", file: "/a.pp", line: 1 }] }),
  keptAs("8", undefined, { version: undefined }),
  keptAs("7", "c"),
  keptAs("6", "b"),
  keptAs("5", "a"),
];
const summaries: CatalogSummary[] = KEPT.map(({ catalog: _, logs: __, ...summary }) => summary);

async function house() {
  const asked: unknown[] = [];
  const node = aNode({});
  const { call } = await serveApi({
    registry: { find: async (reference) => (reference === "web01" ? [node] : []) },
    keptCatalogs: {
      list: async (nodeId, limit) => {
        asked.push([nodeId === node.id, limit]);
        return summaries.slice(0, limit);
      },
      find: async (nodeId, id) => (nodeId === node.id ? KEPT.find((kept) => kept.id === id) : undefined),
      reportsOf: async (_, id, limit) => {
        asked.push([id, limit]);
        return id === "9" ? [{ id: "70", status: "success", firstAt: AT }] : [];
      },
    },
  });
  return { asked, get: (below: string) => call("viewer", "GET", `/nodes/${below}`) };
}

describe("the catalogs that a node got", () => {
  it("are listed, as many as are asked for", async () => {
    const { asked, get } = await house();
    const { json } = await get("web01/catalogs");
    expect(json.catalogs.map(({ id }: { id: string }) => id)).toEqual(["9", "8", "7", "6", "5"]);
    expect(json.catalogs[1]).toEqual({
      ...{ id: "8", firstAt: AT.toISOString(), lastAt: AT.toISOString(), times: 2, environment: "production" },
      ...{ version: null, milliseconds: 1.5, digest: null, resources: null, warnings: 0, error: "Syntax error" },
    });
    expect((await get("web01/catalogs?limit=1")).json.catalogs).toHaveLength(1);
    expect(asked).toEqual([
      [true, 100],
      [true, 1],
    ]);
    for (const limit of ["0", "1001", "x"]) expect((await get(`web01/catalogs?limit=${limit}`)).status).toBe(400);
  });

  it("are shown one by one, with what was said and the last runs that applied them", async () => {
    const { asked, get } = await house();
    expect((await get("web01/catalogs/9")).json).toMatchObject({
      id: "9",
      catalog: { name: "web01", resources: [{ type: "File" }] },
      logs: [{ level: "notice", message: "hello", file: "/a.pp", line: 1 }],
      reports: [{ id: "70", status: "success", firstAt: AT.toISOString() }],
    });
    expect((await get("web01/catalogs/8")).json).toMatchObject({ catalog: null, error: "Syntax error", reports: [] });
    expect(asked).toEqual([
      ["9", 10],
      ["8", 10],
    ]);
  });

  it.each([
    ["nobody/catalogs", 404],
    ["nobody/catalogs/9", 404],
    ["web01/catalogs/4", 404],
    ["web01/catalogs/x", 404],
    ["web01/catalogs/99999999999999999999", 404],
    ["web01/catalogs/4/differences", 404],
    ["web01/catalogs/9/differences?to=4", 404],
    ["web01/catalogs/9/differences?to=x", 404],
    ["web01/catalogs/9/differences?to=", 400],
    // Nothing was before it.
    ["web01/catalogs/5/differences", 404],
    // It has none.
    ["web01/catalogs/8/differences", 409],
    ["web01/catalogs/9/differences?to=8", 409],
  ])("%s answers %i", async (target, status) => {
    expect((await (await house()).get(target)).status).toBe(status);
  });

  it("are compared with the last one before that is another, or the one that is named", async () => {
    const { get } = await house();
    const { json } = await get("web01/catalogs/9/differences");
    expect([json.before.id, json.after.id]).toEqual(["6", "9"]);
    expect(json).toMatchObject({
      ...{ added: [], removed: [], edges: { added: [], removed: [] } },
      changed: [{ type: "File", title: "/a", parameters: [{ name: "mode", before: "b", after: "c" }] }],
    });
    const named = (await get("web01/catalogs/9/differences?to=5")).json;
    expect(named.changed[0].parameters).toEqual([{ name: "mode", before: "a", after: "c" }]);
    expect((await get("web01/catalogs/9/differences?to=7")).json.changed).toEqual([]);
  });
});
