import type { JobWork } from "@gatehouse/core/jobs";
import { createJobs } from "@gatehouse/store";
import { beforeAll, describe, expect, it } from "vitest";
import { basic, contentOf, sayXml, xmlOf } from "./agents.test.helper.js";
import { useGateway } from "./gateway.test.helper.js";

const house = useGateway();
const SECRET = "a secret of many";
const PASSWORD = "pass phrase of a vcenter";
const proven = { ...basic("agents", SECRET), "X-Forwarded-Proto": "https" };
const deviceIdOf = (name: string) => `${name}-2024-02-29-12-00-00`;

beforeAll(async () => {
  await house.gateway.logins.add({ kind: "basic", name: "agents", agent: null, secret: SECRET }, "admin");
  const credential = { kind: "password", username: "root", secret: PASSWORD };
  await house.call("PUT", "/api/v1/credentials/vcenter", {
    ...{ token: house.tokens.admin, body: credential, headers: { "Content-Type": "application/json" } },
  });
  for (const [i, name] of ["rest01", "rest02", "rest03"].entries()) {
    const content = contentOf({
      name,
      uuid: `4c4c4544-0042-3510-8054-b7c04f4e60${i}0`,
      serial: `SN-${name}`,
      mac: `52:54:00:ab:dd:1${i}`,
    });
    expect((await sayXml(house, xmlOf(deviceIdOf(name), "INVENTORY", content), i === 1 ? proven : {})).status).toBe(
      200,
    );
  }
  await house.gateway.work.idle();
});

async function order(name: string, work: JobWork): Promise<string> {
  const [node] = await house.gateway.registry.find(name);
  const jobs = createJobs(house.db);
  const { order: made } = await jobs.create({ work, target: { nodes: [node?.id ?? ""] } }, "ann");
  const { jobs: found } = await jobs.list({ orderId: made.id }, { limit: 10 });
  return found[0]?.id ?? "";
}

const ask = (task: string, query: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  house.call("GET", `/glpi/plugins/fusioninventory/b/${task}/?${new URLSearchParams(query)}`, { headers });
const getJobs = (task: string, name: string, headers?: Readonly<Record<string, string>>) =>
  ask(task, { action: "getJobs", machineid: deviceIdOf(name) }, headers);
const jobOf = async (id: string) =>
  (await createJobs(house.db).find(id)) ?? { state: "none", reason: null, waitsBecause: null };
const linesOf = async (id: string) =>
  (await createJobs(house.db).events(id, { limit: 100 })).events.map(({ by, about, status, message, data }) => ({
    ...{ by, about, status, message },
    ...(data !== undefined && { data }),
  }));

const collect: JobWork = {
  task: "collect",
  spec: {
    steps: [{ function: "findFile", dir: "/etc", limit: 9, recursive: true, filter: { is_file: true, is_dir: false } }],
  },
};

describe("a collect job", () => {
  it("is handed over, again while no word came, and ends with what the agent said", async () => {
    const id = await order("rest01", collect);
    const first = await getJobs("collect", "rest01");
    expect(first.json).toMatchObject({ postmethod: "POST", jobs: [{ uuid: id, _sid: 1, function: "findFile" }] });
    expect((await getJobs("collect", "rest01")).json.jobs).toEqual(first.json.jobs);
    expect(await jobOf(id)).toMatchObject({ state: "sent", timesSent: 2 });

    let { token } = first.json;
    for (const path of ["/etc/a b&c=d", "/etc/thrÃ©e"]) {
      const form = new URLSearchParams({
        uuid: id,
        _sid: "1",
        _cpt: "2",
        path,
        __proto__: "x",
        _glpi_csrf_token: token,
      });
      form.append("__proto__", "y");
      const answer = await house.call(
        "POST",
        `/plugins/fusioninventory/b/collect/?action=setAnswer&uuid=${id}&method=POST`,
        {
          ...{ body: form.toString(), headers: { "Content-Type": "application/x-www-form-urlencoded" } },
        },
      );
      expect([answer.status, typeof answer.json.token]).toEqual([200, "string"]);
      token = answer.json.token;
    }
    expect((await getJobs("collect", "rest01")).json).toEqual({});
    expect((await ask("collect", { action: "jobsDone", uuid: id })).json).toEqual({});
    expect((await ask("collect", { action: "jobsDone", uuid: id })).status).toBe(409);
    expect(await jobOf(id)).toMatchObject({ state: "ok" });
    const said = (await linesOf(id)).filter(({ by }) => by === "agent");
    expect(said.map(({ message }) => message)).toEqual(["/etc/a b&c=d", "/etc/thrée", null]);
    expect(said[0]?.data).toEqual(
      Object.fromEntries([
        ["path", "/etc/a b&c=d"],
        ["__proto__", "y"],
      ]),
    );
    await house.gateway.work.idle();
  });

  it("is nobody else's, and says nothing of itself to others", async () => {
    const id = await order("rest01", collect);
    expect((await getJobs("collect", "rest03")).json).toEqual({});
    await getJobs("collect", "rest01");
    const unknown = await ask("collect", { action: "jobsDone", uuid: "6d1fa4f7-0000-4000-8000-000000000001" });
    const foreign = await ask("collect", { action: "jobsDone", uuid: id, machineid: deviceIdOf("rest03") });
    const other = await ask("deploy", { action: "setStatus", part: "job", uuid: id, machineid: deviceIdOf("rest01") });
    for (const { status, text } of [unknown, foreign, other])
      expect([status, text]).toEqual([404, '{"status":"error","message":"There is no such job."}']);
    expect(await jobOf(id)).toMatchObject({ state: "sent", heardAt: null });
  });
});

describe("an ESX job", () => {
  it("goes to the proven agent only, its credential noted and in no log; its host is a node of its own", async () => {
    const id = await order("rest02", { task: "esx", spec: { host: "vcenter.example", credential: "vcenter" } });
    expect(await getJobs("esx", "rest02")).toMatchObject({ status: 401, json: { status: "error" } });
    expect((await getJobs("esx", "rest02", basic("agents", SECRET))).json).toEqual({});
    expect(await jobOf(id)).toMatchObject({ state: "prepared", waitsBecause: { code: "not-proven" } });
    const { json } = await getJobs("esx", "rest02", proven);
    expect(json).toEqual({ jobs: [{ uuid: id, host: "vcenter.example", user: "root", password: PASSWORD }] });

    const host = contentOf({
      name: "esx9",
      uuid: "4c4c4544-0042-3510-8054-b7c04f4e6099",
      serial: "SN-esx9",
      mac: "52:54:00:ab:dd:99",
    });
    expect((await sayXml(house, xmlOf(deviceIdOf("rest02"), "INVENTORY", host), proven)).status).toBe(200);
    const done = { action: "setLog", machineid: deviceIdOf("rest02"), uuid: id, code: "ok" };
    expect((await ask("esx", done, proven)).json).toEqual({});
    await house.gateway.work.idle();
    expect(await jobOf(id)).toMatchObject({ state: "ok" });
    expect((await house.gateway.registry.find("esx9")).map(({ agents }) => agents)).toEqual([[]]);
    const audited = await house.call("GET", "/api/v1/audit-events?action=credential.hand-out", {
      token: house.tokens.admin,
    });
    expect(audited.text).toContain(id);
    expect(JSON.stringify(house.lines) + audited.text).not.toContain(PASSWORD);
  });
});
