import { describe, expect, it } from "vitest";
import { aProblem, gatewayOf } from "./gateway.test.helper.js";

const resource = { tags: [], exported: false, kind: "compilable_type" };
const catalog = {
  ...{ tags: [], name: "web01", version: 1, code_id: "7", catalog_uuid: "u", catalog_format: 2 },
  environment: "production",
  resources: [
    { ...resource, type: "Stage", title: "main", parameters: { name: "main" } },
    { ...resource, type: "Class", title: "Settings" },
    { ...resource, type: "Class", title: "main" },
    { ...resource, type: "File", title: "/a", parameters: { content: "[redacted]", mode: "0600", tag: ["x", 1] } },
    { ...resource, type: "Notify", title: "b\u001bc" },
  ],
  edges: [],
  classes: [],
};

describe("gatehouse puppet catalog", () => {
  it("lists what was declared, in its order", async () => {
    const { gatehouse, asked } = await gatewayOf({ "GET /nodes/web01/catalog": catalog });
    const { code, out } = await gatehouse(["puppet", "catalog", "web01"]);
    expect(code).toBe(0);
    expect(out).toBe(`web01: 2 resources, environment production, version 7

File[/a]
  content: [redacted]
  mode: 0600
  tag: ["x",1]

Notify[b\ufffdc]
`);
    expect(asked.map(([call]) => call)).toEqual(["GET /nodes/web01/catalog"]);
  });

  it("shows the catalog itself as JSON, and says where nothing was deployed", async () => {
    const { gatehouse } = await gatewayOf({ "GET /nodes/web01/catalog": { ...catalog, code_id: null, resources: [] } });
    expect((await gatehouse(["puppet", "catalog", "web01", "--json"])).json).toMatchObject({
      name: "web01",
      code_id: null,
    });
    expect((await gatehouse(["puppet", "catalog", "web01"])).out).toBe(
      "web01: 0 resources, environment production, of which nothing was deployed\n",
    );
  });

  it("says why there is none", async () => {
    const reason = "%{facts.role} has no value on this node (File[/a], parameter content).";
    const { gatehouse } = await gatewayOf({ "GET /nodes/web01/catalog": aProblem(409, "conflict", reason) });
    const ran = await gatehouse(["puppet", "catalog", "web01"]);
    expect(ran.code).not.toBe(0);
    expect(ran.err).toContain(reason);
  });
});
