import { describe, expect, it } from "vitest";
import { bodyOf } from "../reports/bodies.test.helper.js";
import { dscTable } from "../router.js";
import { A, BASE, call, jsonOf, refusal, type StoredReport, world } from "./routes.test.helper.js";

const B = "11111111-2222-3333-4444-555555555555";
const node = `${BASE}/Nodes(AgentId='${A}')`;
const guid = (i: number) => `00000000-0000-0000-0000-${String(i).padStart(12, "0")}`;
const stored = (i: number, size?: number): StoredReport => ({
  run: guid(i),
  bodies: [bodyOf({ JobId: guid(i), NodeName: `n${i}` }), bodyOf({ JobId: guid(i), Status: "Success" })],
  ...(size === undefined ? {} : { size }),
});
const many = (count: number, size?: number) => Array.from({ length: count }, (_, i) => stored(i, size));
const jobs = (reply: Awaited<ReturnType<typeof call>>) =>
  jsonOf(reply).value.map(({ JobId }: { JobId: string }) => JobId);

describe("Reports", () => {
  it.each([`${node}/Reports`, `${node}/Reports()`, `${node}/reports/`])(
    "lists what %s reported, newest first",
    async (path) => {
      const { deps, calls } = world({ reports: many(3) });
      const reply = await call(deps, "GET", path);
      expect(jobs(reply)).toEqual([guid(0), guid(1), guid(2)]);
      const body = jsonOf(reply);
      expect(body["odata.metadata"]).toBe(`https://pull.example:8140${BASE}/$metadata#Reports`);
      expect(body.value[0]).toMatchObject({
        NodeName: "n0",
        Status: "Success",
        LastModifiedTime: "2026-11-21T09:00:00.999Z",
      });
      expect(body).not.toHaveProperty("odata.nextLink");
      const folds = Array.from({ length: 3 }, () => "dsc.report.fold");
      expect(calls.names).toEqual(["findAgent", "settled agent-1 2000", "list", ...folds]);
    },
  );

  it("goes on where a link leads", async () => {
    const { deps, calls } = world({ reports: many(250) });
    const first = await call(deps, "GET", `${node}/Reports`);
    expect(jobs(first)).toHaveLength(100);
    const link = new URL(jsonOf(first)["odata.nextLink"]);
    expect(link.href).toBe(`https://pull.example:8140${BASE}/Nodes(AgentId='${A}')/Reports?$skiptoken=100`);
    const second = await call(deps, "GET", link.pathname, { query: link.search.slice(1) });
    expect(jobs(second)[0]).toBe(guid(100));
    const third = await call(deps, "GET", `${node}/Reports`, { query: "%24skiptoken=200" });
    expect(jobs(third)).toHaveLength(50);
    expect(jsonOf(third)).not.toHaveProperty("odata.nextLink");
    expect(calls.lists.map(({ after }) => after)).toEqual([undefined, "100", "200"]);
  });

  it("puts no more into one answer than 32 MiB were made of, and leaves none out", async () => {
    const { deps } = world({ reports: many(5, 12 << 20) });
    const seen: string[] = [];
    let query = "";
    for (let pages = 0; pages < 3; pages++) {
      const reply = await call(deps, "GET", `${node}/Reports`, { query });
      seen.push(...jobs(reply));
      query = (jsonOf(reply)["odata.nextLink"] ?? "?").split("?")[1];
      if (pages < 2) expect(jobs(reply)).toHaveLength(2);
    }
    expect(seen).toEqual(Array.from({ length: 5 }, (_, i) => guid(i)));
    expect(query).toBe("");
  });

  it("gives one that is larger than that alone", async () => {
    const { deps } = world({ reports: [stored(0, 40 << 20), stored(1)] });
    const reply = await call(deps, "GET", `${node}/Reports`);
    expect(jobs(reply)).toEqual([guid(0)]);
    expect(jsonOf(reply)["odata.nextLink"]).toContain("$skiptoken=1");
  });

  it("has 404 for a node without reports, and an empty list after the last one", async () => {
    await expect(call(world().deps, "GET", `${node}/Reports`)).rejects.toThrow(refusal("not-found"));
    const { deps } = world({ reports: many(1) });
    expect(jobs(await call(deps, "GET", `${node}/Reports`, { query: "$skiptoken=5" }))).toEqual([]);
  });

  it("shows a run whose submissions are gone, as far as the report knows it", async () => {
    const { deps } = world({ reports: [{ run: guid(7), bodies: [] }] });
    expect(jobs(await call(deps, "GET", `${node}/Reports`))).toEqual([guid(7)]);
  });
});

describe("Reports(JobId)", () => {
  it.each([guid(1), `{${guid(1).toUpperCase()}}`])("finds the run %s", async (jobId) => {
    const { deps, calls } = world({ reports: many(3) });
    const body = jsonOf(await call(deps, "GET", `${node}/Reports(JobId='${jobId}')`));
    expect(body).toMatchObject({ JobId: guid(1), NodeName: "n1", Status: "Success" });
    expect(body["odata.metadata"]).toBe(`https://pull.example:8140${BASE}/$metadata#Reports/@Element`);
    expect(calls.names).toEqual(["findAgent", "settled agent-1 2000", "findRun", "dsc.report.fold"]);
  });

  it.each([
    ["an unknown run", `${node}/Reports(JobId='${guid(9)}')`, "not-found"],
    ["an unknown agent", `${BASE}/Nodes(AgentId='${B}')/Reports(JobId='${guid(1)}')`, "not-found"],
    ["an unknown agent's list", `${BASE}/Nodes(AgentId='${B}')/Reports`, "not-found"],
    ["a JobId that is no GUID", `${node}/Reports(JobId='x')`, "request-malformed"],
    ["an empty JobId", `${node}/Reports(JobId='')`, "request-malformed"],
    ["an AgentId that is no GUID", `${BASE}/Nodes(AgentId='x')/Reports`, "request-malformed"],
  ])("refuses %s", async (_, path, code) => {
    await expect(call(world({ reports: many(3) }).deps, "GET", path)).rejects.toThrow(refusal(code));
  });

  it("does not find another agent's run", async () => {
    const agents = { [A]: { agentId: "agent-1" }, [B]: { agentId: "agent-2" } } as never;
    const { deps } = world({ agents, reports: many(3) });
    expect((await call(deps, "GET", `${node}/Reports(JobId='${guid(1)}')`)).status).toBe(200);
    const other = `${BASE}/Nodes(AgentId='${B}')/Reports(JobId='${guid(1)}')`;
    await expect(call(deps, "GET", other)).rejects.toThrow(refusal("not-found"));
  });

  it("is for operators only, and is only read", () => {
    const rows = dscTable(world().deps).rows.filter(({ id }) => /^dsc\.reports?$/.test(id));
    expect(rows.map(({ method, access }) => ({ method, access }))).toEqual(
      Array(2).fill({ method: "GET", access: { who: "operator", role: "viewer" } }),
    );
  });
});
