import { documented } from "@gatehouse/api/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { enrol, useGateway } from "./gateway.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const as = (role: "viewer" | "operator") => (method: string, path: string, body?: unknown) =>
  house.call(method, `/api/v1${path}`, { token: house.tokens[role], ...(body === undefined ? {} : { body }) });
const [get, write] = [as("viewer"), as("operator")];
const ids: string[] = [];

beforeAll(async () => {
  for (let i = 0; i < 7; i++) ids.push((await enrol(house, `agent-${i}`, i < 2 ? "twin" : `node ${i}`)).nodeId);
});

describe("nodes", () => {
  it("are listed page by page", async () => {
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof get>> = await get(
        "GET",
        `/nodes?limit=3${next === null ? "" : `&after=${next}`}`,
      );
      expect(page.status).toBe(200);
      seen.push(...page.json.nodes.map(({ id }: { id: string }) => id));
      next = page.json.next;
    } while (next !== null);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it.each([
    "limit=0",
    "limit=501",
    "limit=-1",
    "limit=1.5",
    "limit=x",
    "limit=",
    "limit=1e2",
    "after=noise",
    "after=",
    "after=WyJhIiwiYiJd",
  ])("are not listed with %s", async (query) => {
    expect(await get("GET", `/nodes?${query}`)).toMatchObject({ status: 400, json: { code: "request-malformed" } });
  });

  it("are shown by id, name and alias", async () => {
    for (const reference of [ids[3], "node%203", "NODE%203", "agent-3"]) {
      expect(await get("GET", `/nodes/${reference}`)).toMatchObject({
        status: 200,
        json: { id: ids[3], name: "node 3" },
      });
    }
    const both = await get("GET", "/nodes/twin");
    expect(both.status).toBe(409);
    for (const id of ids.slice(0, 2)) expect(both.json.title).toContain(id);
  });

  it.each(["nobody", "%25", "..", "%2e%2e", "'; drop table nodes;--".replaceAll(" ", "%20")])(
    "are not found as %s",
    async (reference) => {
      expect((await get("GET", `/nodes/${reference}`)).status).toBe(404);
    },
  );

  it("are given a setting and lose it again, with both in the audit trail", async () => {
    const path = `/nodes/${ids[4]}/settings/dsc.configurations`;
    const settings = async () => (await get("GET", `/nodes/${ids[4]}`)).json.settings;
    expect((await write("PUT", path, { value: ["Web", "Db"] })).status).toBe(204);
    expect(await settings()).toEqual({ "dsc.configurations": ["Web", "Db"] });
    expect((await write("PUT", path, { value: ["Web"] })).status).toBe(204);
    expect((await write("DELETE", path)).status).toBe(204);
    expect(await settings()).toEqual({});
    const rows = await house.db.run("select actor, action, detail from audit_events where subject = $1 order by id", [
      ids[4],
    ]);
    const setting = "dsc.configurations";
    expect(rows).toEqual([
      { actor: "the-operator", action: "node.setting.set", detail: { setting, before: null, after: ["Web", "Db"] } },
      { actor: "the-operator", action: "node.setting.set", detail: { setting, before: ["Web", "Db"], after: ["Web"] } },
      { actor: "the-operator", action: "node.setting.remove", detail: { setting, before: ["Web"], after: null } },
    ]);
  });

  it.each([
    ["nothing", undefined],
    ["no JSON", "x"],
    ["no value", {}],
    ["another field", { value: ["a"], force: true }],
    ["no list", { value: "Web" }],
    ["an empty list", { value: [] }],
    ["a name that no agent could fetch", { value: ["../etc/passwd"] }],
    ["a name twice", { value: ["Web", "Web"] }],
  ])("take no setting of %s", async (_, body) => {
    expect((await write("PUT", `/nodes/${ids[5]}/settings/dsc.configurations`, body)).status).toBe(400);
    expect((await get("GET", `/nodes/${ids[5]}`)).json.settings).toEqual({});
  });

  it("take no setting that there is not, and none of an ambiguous or unknown node", async () => {
    const body = { value: ["Web"] };
    expect((await write("PUT", `/nodes/${ids[5]}/settings/unknown`, body)).status).toBe(404);
    expect((await write("PUT", `/nodes/${ids[5]}/settings/__proto__`, body)).status).toBe(404);
    expect((await write("PUT", "/nodes/twin/settings/dsc.configurations", body)).status).toBe(409);
    expect((await write("DELETE", "/nodes/nobody/settings/dsc.configurations")).status).toBe(404);
  });
});
