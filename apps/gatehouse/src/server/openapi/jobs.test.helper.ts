import { expect, it } from "vitest";
import type { DocumentedSite } from "./site.test.helper.js";

/** Packages, and work for agents: none of this node's agents can do any. */
export function jobs({ admin, house }: DocumentedSite): void {
  it("packages are published, listed, shown and withdrawn", async () => {
    const { sha256, size } = (await admin("POST", "/apply/files", "echo hello\n")).json;
    const files = [{ name: "hello.sh", sha256, size }];
    const body = { description: "hello", actions: [{ cmd: { exec: "sh hello.sh" } }], files };
    const missing = async () => (await admin("POST", "/packages/hello/missing-files", { sha256s: [sha256] })).json;
    expect(await missing()).toEqual({ missing: [] });
    const made = await admin("PUT", "/packages/hello", body);
    expect([made.status, made.json]).toMatchObject([201, { changed: true, published: { name: "hello", version: 1 } }]);
    expect((await admin("PUT", "/packages/hello", body)).json).toEqual({ ...made.json, changed: false });
    expect(await missing()).toEqual({ missing: [] });
    const { packages } = (await admin("GET", "/packages")).json;
    expect(packages).toMatchObject([{ name: "hello", version: 1, description: "hello", files: 1, bytes: size }]);
    expect((await admin("GET", "/packages/hello/versions")).json).toEqual({ versions: packages });
    expect((await admin("GET", "/packages/hello/versions/1")).json).toEqual(made.json.published);
  });

  it("an order is made, shown with how far it is, and cancelled", async () => {
    const work = { task: "deploy", spec: { package: "hello" } };
    const made = await admin("POST", "/job-orders", { work, name: "hello-all", nodes: ["web-1"] });
    expect(made.status, made.text).toBe(201);
    expect(made.json).toMatchObject({
      order: {
        name: "hello-all",
        task: "deploy",
        nodes: 1,
        work: { spec: { package: "hello", version: 1 } },
        counts: {},
      },
      ...{ jobs: 0, left: [{ name: "web-1", why: "no-agent" }], leftCount: 1 },
    });
    expect((await admin("GET", "/job-orders")).json.orders).toMatchObject([{ name: "hello-all" }]);
    expect((await admin("GET", "/job-orders/hello-all")).json).toEqual(made.json.order);
    expect((await admin("POST", "/job-orders/hello-all/cancel")).json).toEqual({ cancelled: 0 });
    expect((await admin("DELETE", "/packages/hello")).status).toBe(204);
    expect((await admin("POST", "/job-orders", { work, nodes: ["web-1"] })).status).toBe(404);
  });

  it("a job of an agent is shown with what it waits for and what was said of it, and is cancelled", async () => {
    const { registry, agentWork } = house.gateway;
    const alias = { family: "inventory", kind: "deviceid", value: "fi-1-2026-11-20-10-00-00" } as const;
    const { nodeId } = await registry.enrol({
      ...{ alias, nodeName: "fi-1", evidence: [], trust: "anonymous", role: "contact", keyId: null, detail: {} },
      merge: () => ({ deviceId: alias.value, program: "FusionInventory-Agent" }),
    });
    const steps = [{ function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/V/*" }];
    const body = { work: { task: "collect", spec: { steps } }, nodes: ["fi-1"] };
    expect((await admin("POST", "/job-orders", body)).json).toMatchObject({ jobs: 1, leftCount: 0 });
    expect((await admin("POST", "/nodes/fi-1/wake", {})).json).toMatchObject({ jobs: 1, order: { task: "wake" } });
    const [job] = (await admin("GET", "/jobs?node=fi-1&task=collect")).json.jobs;
    expect(job).toMatchObject({ nodeName: "fi-1", state: "prepared", waitsBecause: { code: "not-seen-since" } });
    const agent = await registry.findAgent(alias);
    if (agent === undefined) throw new Error("the agent is not there");
    const [taken] = await agentWork.take(agent, "collect", { isProven: false }, 10);
    expect(taken?.id).toBe(job.id);
    await agentWork.say(job, { step: "running", about: "answer", status: null, message: null, data: { a: "b" } });
    expect((await admin("GET", `/jobs/${job.id}`)).json).toMatchObject({ state: "running", work: body.work });
    const { events } = (await admin("GET", `/jobs/${job.id}/events`)).json;
    expect(events.at(-1)).toMatchObject({ by: "agent", about: "answer", data: { a: "b" } });
    expect((await admin("POST", `/jobs/${job.id}/cancel`)).json).toEqual({ cancelled: 1 });
    expect((await admin("POST", `/jobs/${job.id}/cancel`)).status).toBe(409);
    expect((await admin("DELETE", `/nodes/${nodeId}`)).status).toBe(200);
  });
}
