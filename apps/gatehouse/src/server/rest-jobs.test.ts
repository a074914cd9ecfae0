import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import { gunzipSync } from "node:zlib";
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

const digest = (bytes: Buffer) => createHash("sha512").update(bytes).digest("hex");

/** A request whose answer is bytes. */
const bytesOf = (method: string, path: string, headers: http.OutgoingHttpHeaders = {}) =>
  new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const options = { port: house.port, host: "127.0.0.1", agent: false, method, path, headers };
    const request = http.request(options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    });
    request.on("error", reject).end();
  });

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
    await house.gateway.work.idle();
    const [reported] = await house.db.run<{ status: string }>("select status from reports where run = $1", [id]);
    expect(reported).toEqual({ status: "success" });
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

describe("a deployment", () => {
  it("is a package in parts that make its file again, and every word of it is noted", async () => {
    const content = Buffer.concat([randomBytes(1 << 20), Buffer.alloc(1 << 20, "text "), randomBytes(1000)]);
    const { sha256, size } = await house.gateway.content.stage(content);
    const { published } = await house.gateway.packages.publish({
      ...{ name: "Tool", checks: [], userInteractions: [], wantsSoftware: false, by: "ann" },
      actions: [{ cmd: { exec: "./tool" } }],
      files: [{ name: "tool.bin", sha256, size }],
    });
    const work: JobWork = { task: "deploy", spec: { package: "tool", version: published.version } };
    const id = await order("rest02", work);
    const { json } = await getJobs("deploy", "rest02", proven);
    const [[sha512, file] = ["", { mirrors: [""], multiparts: [] }]] = Object.entries<{
      readonly mirrors: readonly string[];
      readonly multiparts: readonly string[];
    }>(json.associatedFiles);
    expect(json.jobs).toMatchObject([{ uuid: id, associatedFiles: [sha512], actions: [{ cmd: { exec: "./tool" } }] }]);
    expect(sha512).toBe(digest(content));
    const [mirror = ""] = file.mirrors;
    expect(mirror).toBe(`https://127.0.0.1:${house.port}/glpi/plugins/fusioninventory/b/deploy/parts/`);

    const parts: Buffer[] = [];
    for (const [i, part] of file.multiparts.entries()) {
      const path = `${new URL(mirror).pathname}${part[0]}/${part.slice(0, 2)}/${part}`;
      const asked = `/?action=getFilePart&file=/${part[0]}/${part.slice(0, 2)}/${part}`;
      const served = await bytesOf("GET", i === 1 ? asked : path);
      expect([served.status, digest(served.body)]).toEqual([200, part]);
      expect(served.headers).toMatchObject({
        "content-type": "application/octet-stream",
        "cache-control": "public, max-age=31536000, immutable",
        "content-length": String(served.body.length),
      });
      for (const name of ["content-encoding", "pragma", "transfer-encoding"])
        expect(served.headers[name]).toBeUndefined();
      const range = await bytesOf("GET", path, { Range: "bytes=10-19" });
      expect([range.status, range.body]).toEqual([206, served.body.subarray(10, 20)]);
      expect((await bytesOf("HEAD", path)).headers["content-length"]).toBe(String(served.body.length));
      expect((await bytesOf("GET", path, { "If-None-Match": String(served.headers["etag"]) })).status).toBe(304);
      parts.push(gunzipSync(served.body));
    }
    expect([parts.length, Buffer.concat(parts).equals(content)]).toEqual([3, true]);
    const foreign = await bytesOf("GET", `${new URL(mirror).pathname}${sha512}`);
    expect([foreign.status, JSON.parse(foreign.body.toString()).status]).toEqual([404, "error"]);

    const base = { action: "setStatus", machineid: deviceIdOf("rest02"), uuid: id };
    for (const said of [
      { part: "job", currentStep: "checking", msg: "starting" },
      { part: "file", currentStep: "downloading", sha512, status: "ok", msg: "tool.bin downloaded" },
      { part: "job", currentStep: "processing", status: "ok", msg: "action #1, processing success" },
      { part: "job", status: "ok", msg: "job successfully completed" },
    ])
      expect((await ask("deploy", { ...base, ...said }, proven)).text).toBe("{}");
    expect((await ask("deploy", { ...base, part: "job", msg: "late" }, proven)).status).toBe(409);
    expect(await jobOf(id)).toMatchObject({ state: "ok", reason: "job successfully completed" });
    const lines = (await linesOf(id)).filter(({ by }) => by === "agent");
    expect(lines.map(({ about }) => about)).toEqual([null, "file tool.bin", "action 1", null]);
    const audited = await house.call("GET", "/api/v1/audit-events?action=job.hand-out", { token: house.tokens.admin });
    expect(audited.json.events).toMatchObject([{ detail: { jobs: [{ id, package: "Tool", version: 1 }] } }]);
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
    expect((await linesOf(id)).map(({ about, message }) => [about, message])).toContainEqual([
      "host esx9",
      "Its inventory came.",
    ]);
    expect((await house.gateway.registry.find("esx9")).map(({ agents }) => agents)).toEqual([[]]);
    const audited = await house.call("GET", "/api/v1/audit-events?action=credential.hand-out", {
      token: house.tokens.admin,
    });
    expect(audited.text).toContain(id);
    expect(JSON.stringify(house.lines) + audited.text).not.toContain(PASSWORD);
  });

  it("of an agent that proves itself for the first time with it has its host beside its own machine all the same", async () => {
    const id = await order("rest01", { task: "esx", spec: { host: "vcenter.example", credential: "vcenter" } });
    expect((await getJobs("esx", "rest01", proven)).json.jobs).toMatchObject([{ uuid: id }]);
    const machine = { uuid: "4c4c4544-0042-3510-8054-b7c04f4e6088", serial: "SN-esx8", mac: "52:54:00:ab:dd:88" };
    const host = contentOf({ name: "esx8", ...machine });
    expect((await sayXml(house, xmlOf(deviceIdOf("rest01"), "INVENTORY", host), proven)).status).toBe(200);
    await house.gateway.work.idle();
    for (const [name, agents] of [
      ["esx8", 0],
      ["rest01", 1],
    ] as const)
      expect((await house.gateway.registry.find(name)).map((node) => node.agents.length)).toEqual([agents]);
  });
});

describe("the remotes of tasks that agents of today do by XML", () => {
  it("take an inventory in YAML, and what is found on the network", async () => {
    const yaml = `deviceid: ${deviceIdOf("yaml01")}\ncontent:\n  hardware: {name: yaml01}\n  bios: {ssn: SN-yaml01}\n`;
    const posted = await house.call("POST", "/plugins/fusioninventory/b/inventory/", {
      ...{ body: yaml, headers: { "Content-Type": "application/yaml" } },
    });
    expect([posted.status, posted.text]).toEqual([200, "{}"]);
    const id = await order("rest03", {
      task: "netdiscovery",
      spec: { ranges: [{ start: "192.0.2.1", end: "192.0.2.9" }] },
    });
    const { json } = await getJobs("netdiscovery", "rest03");
    expect(json.jobs).toMatchObject([{ uuid: id, rangeip: [{ ipstart: "192.0.2.1", ipend: "192.0.2.9" }] }]);
    const device = { ip: "192.0.2.1", mac: "00:16:c7:02:6e:77", snmphostname: "rest-switch", type: "NETWORKING" };
    const told = await house.call("POST", `/plugins/fusioninventory/b/netdiscovery/?action=setAnswer&uuid=${id}`, {
      ...{ body: { device, _glpi_csrf_token: json.token }, headers: { "Content-Type": "application/json" } },
    });
    expect([told.status, typeof told.json.token]).toEqual([200, "string"]);
    expect((await ask("netdiscovery", { action: "jobsDone", uuid: id })).text).toBe("{}");
    await house.gateway.work.idle();
    expect(await jobOf(id)).toMatchObject({ state: "ok", reason: "1 host found." });
    for (const [name, agents] of [
      ["yaml01", 1],
      ["rest-switch", 0],
    ] as const)
      expect((await house.gateway.registry.find(name)).map((node) => node.agents.length)).toEqual([agents]);
  });
});

describe("what is wrong is told in REST's own words", () => {
  const part = (name: string) => `/glpi/plugins/fusioninventory/b/deploy/parts/${name}`;

  it.each(["../../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "%00", "x".repeat(200)])(
    "of a part's name: %.30s",
    async (name) => {
      const answer = await house.call("GET", part(name));
      expect(answer).toMatchObject({
        status: 400,
        json: { status: "error", message: expect.stringMatching(/SHA-512/) },
      });
      expect(Object.keys(answer.json)).toEqual(["status", "message"]);
    },
  );

  it("of a part that is not there", async () => {
    const answer = await house.call("GET", part("0".repeat(128)));
    expect([answer.status, answer.json]).toEqual([404, { status: "error", message: "There is no such part." }]);
  });

  it.each([
    ["content: &a [1]\nx: *a", "The YAML has an alias."],
    ["content: !!js/function x", "The YAML has a tag."],
    ["content: [", expect.stringMatching(/^The YAML is not well formed/)],
  ])("of YAML: %j", async (body, message) => {
    const headers = { "Content-Type": "application/yaml" };
    const answer = await house.call("POST", "/plugins/fusioninventory/b/inventory/", { body, headers });
    expect([answer.status, answer.json]).toEqual([400, { status: "error", message }]);
  });
});
