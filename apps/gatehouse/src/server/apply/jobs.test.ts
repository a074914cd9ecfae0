import { beforeEach, describe, expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { applying, glob, type Said } from "./apply.test.helper.js";

const house = useGateway();
const { call, apply, done, dump: everything } = applying(house);
/** What orders and packages are made of: reports of jobs that ended come when they come. */
const dump = async () =>
  new Map([...(await everything())].filter(([table]) => /job|package|artifact|channel|applied|audit/.test(table)));
const collect = { task: "collect", spec: { steps: [{ function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/V" }] } };
const job = (name: string, spec: object = {}) => ({
  kind: "Job",
  name,
  spec: { ...collect, nodes: ["fi-1"], ...spec },
});
const pack = (name: string) => ({ kind: "Package", name, spec: { path: `${name}#` } });
/** What the command hands in for a folder. */
const folder = (name: string, exec = "sh a.sh"): NonNullable<Said["files"]> => ({
  [`${name}#`]: JSON.stringify({ actions: [{ cmd: { exec } }], files: [] }),
});
const orders = async () => (await call("GET", "/job-orders")).json.orders;
const order = async (name: string) => (await call("GET", `/job-orders/${name}`)).json;
const packages = async () =>
  (await call("GET", "/packages")).json.packages.map(
    ({ name, version }: { name: string; version: number }) => `${name} ${version}`,
  );

beforeEach(async () => {
  await house.db.run("delete from applied_documents");
  await house.db.run("delete from job_orders");
  await house.db.run("delete from channels");
  await house.gateway.registry.enrol({
    ...{ alias: { family: "inventory", kind: "deviceid", value: "fi-1" }, nodeName: "fi-1", evidence: [] },
    ...{ trust: "anonymous", role: "contact", keyId: null, detail: {} },
    merge: () => ({ deviceId: "fi-1", program: "FusionInventory-Agent" }),
  });
});

describe("a job in files", () => {
  it("is ordered once: the same again changes nothing, down to the last row", async () => {
    expect(await done([job("spring", { perMinute: 5, wake: true })])).toEqual(["+ Job spring", "= 0"]);
    expect(await orders()).toMatchObject([
      { name: "spring", task: "collect", nodes: 1, perMinute: 5, wake: true, counts: { prepared: 1 } },
    ]);
    const before = await dump();
    expect(await done([job("spring", { perMinute: 5, wake: true })])).toEqual(["= 1"]);
    expect(await dump()).toEqual(before);
  });

  it("that says something else needs another name: what was ordered stays as it was", async () => {
    await done([job("spring")]);
    const before = await dump();
    const { status, json } = await apply([glob("fine"), job("spring", { perMinute: 5 })]);
    expect([status, json.errors]).toEqual([
      409,
      [{ pointer: "/documents/1/name", detail: expect.stringContaining("Give this one another name.") }],
    ]);
    expect(await dump()).toEqual(before);
    expect(await done([job("spring"), job("summer", { perMinute: 5 })])).toEqual(["+ Job summer", "= 1"]);
  });

  it("may be one that was ordered by hand, if that says the same", async () => {
    const put = await call("PUT", "/groups/web", { nodes: ["fi-1"], settings: {} });
    expect(put.status, put.text).toBeLessThan(300);
    const made = await call("POST", "/job-orders", { work: collect, name: "byhand", group: "web" });
    expect(made.status, made.text).toBe(201);
    const said = (more: object) => ({ kind: "Job", name: "byhand", spec: { ...collect, group: "web", ...more } });
    expect(await done([said({})])).toEqual(["= 1"]);
    // It was there before: it is not ours to end.
    expect(await done([], { prune: true })).toEqual(["! Job byhand", "= 0"]);
    expect((await apply([said({ wake: true })])).status).toBe(409);
  });

  it("is cancelled as far as it is open where no file names it any more, and stays in history", async () => {
    await done([job("spring")]);
    expect(await done([], {})).toEqual(["! Job spring", "= 0"]);
    expect(await done([], { prune: true })).toEqual(["- Job spring", "= 0"]);
    expect((await order("spring")).counts).toEqual({ cancelled: 1 });
    const { events } = (await call("GET", "/audit-events?action=job.&limit=2")).json;
    expect(events).toMatchObject([{ action: "job.cancel", detail: { jobs: 1 } }, { action: "job.create" }]);
    expect(await done([job("spring")])).toEqual(["= 1"]);
    expect((await order("spring")).counts).toEqual({ cancelled: 1 });
  });

  it("is tried in a dry run, and nothing of it is kept", async () => {
    const before = await dump();
    expect(await done([job("spring")], { dryRun: true })).toEqual(["+ Job spring", "= 0"]);
    expect(await dump()).toEqual(before);
  });

  it.each<[string, object, string]>([
    ["a node that is not there", job("a", { nodes: ["fi-1", "nobody"] }), "nobody: There is no node"],
    ["a group that is not there", job("a", { nodes: undefined, group: "gone" }), "gone"],
    ["a package that is not there", job("a", { task: "deploy", spec: { package: "gone" } }), "gone"],
    ["a credential that is not there", job("a", { task: "esx", spec: { host: "e", credential: "gone" } }), "gone"],
    ["nobody", job("a", { nodes: undefined }), "for `nodes` or for a `group`"],
    ["both", job("a", { group: "web" }), "for `nodes` or for a `group`"],
    ["another task's spec", job("a", { spec: { package: "a" } }), 'There is no field "package" here'],
    ["a step of no form", job("a", { spec: { steps: [{ function: "runCommand" }] } }), "must be one of findFile"],
    ["no time", job("a", { notBefore: "2016-12-31T23:59:60Z" }), "It is no time."],
  ])("is refused for %s, at its place", async (_, document, message) => {
    const before = await dump();
    const { json, status } = await apply([document]);
    expect([400, 409]).toContain(status);
    const said = { pointer: expect.stringMatching(/^\/documents\/0\/spec/), detail: expect.stringContaining(message) };
    expect(json.errors).toEqual(expect.arrayContaining([said]));
    expect(await dump()).toEqual(before);
  });
});

describe("a package in files", () => {
  it("is published where it differs, and before the jobs that name it", async () => {
    const deploy = job("spring", { task: "deploy", spec: { package: "Agent" } });
    expect(await done([deploy, pack("agent")], { files: folder("agent") })).toEqual([
      "+ Package agent",
      "+ Job spring",
      "= 0",
    ]);
    expect((await order("spring")).work.spec).toEqual({ package: "agent", version: 1 });
    const before = await dump();
    expect(await done([deploy, pack("agent")], { files: folder("agent") })).toEqual(["= 2"]);
    expect(await dump()).toEqual(before);
    const files = folder("agent", "sh b.sh");
    const { json } = await apply(
      [pack("AGENT")].map((one) => ({ ...one, spec: { path: "agent#" } })),
      { files },
    );
    expect(json.changes[0]).toMatchObject({ action: "update", fields: [{ field: "version", before: 1, after: 2 }] });
    expect(await packages()).toEqual(["agent 2"]);
    const { events } = (await call("GET", "/audit-events?action=package.&limit=1")).json;
    expect(events).toMatchObject([{ action: "package.publish", detail: { version: 2, commands: ["sh b.sh"] } }]);
  });

  it("is withdrawn where no file names it any more", async () => {
    await done([pack("agent")], { files: folder("agent") });
    expect(await done([], { prune: true })).toEqual(["- Package agent", "= 0"]);
    expect(await packages()).toEqual([]);
  });

  it("is in a dry run with a job of it what it would be", async () => {
    const deploy = job("spring", { task: "deploy", spec: { package: "agent" } });
    const before = await dump();
    const said = { files: folder("agent"), dryRun: true };
    expect(await done([deploy, pack("agent")], said)).toEqual(["+ Package agent", "+ Job spring", "= 0"]);
    expect(await dump()).toEqual(before);
  });

  it.each<[string, object, Said["files"], string]>([
    ["what nobody handed in", { kind: "Package", name: "a", spec: { actions: [] } }, {}, "gatehouse apply does"],
    [
      "files that were not sent",
      pack("a"),
      { "a#": JSON.stringify({ files: [{ name: "f", sha256: "0".repeat(64), size: 1 }] }) },
      "send",
    ],
    ["an unknown key", pack("a"), { "a#": '{"acions":[]}' }, 'has no field "acions"'],
    ["no JSON", pack("a"), { "a#": "actions: []" }, "not JSON"],
  ])("is refused for %s", async (_, document, files, message) => {
    const { json, status } = await apply([document], files === undefined ? {} : { files });
    expect([400, 409]).toContain(status);
    expect(json.errors).toMatchObject([{ detail: expect.stringContaining(message) }]);
    expect(await packages()).toEqual([]);
  });
});
