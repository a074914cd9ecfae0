import type { JobWork } from "@gatehouse/core/jobs";
import { describe, expect, it } from "vitest";
import type { Sent } from "../../dialect.test.helper.js";
import { processors } from "../../processors.js";
import { answerToken, isAnswerToken } from "../collect/token.js";
import { basic, DEVICE, jobId, OTHER, proven, restWorld } from "../rest.test.helper.js";

const KEY = Buffer.alloc(32, 7);
const discovery: JobWork = {
  task: "netdiscovery",
  spec: {
    ranges: [{ start: "192.0.2.1", end: "192.0.2.9", port: "1161" }],
    access: [{ version: "2c", credential: "switches" }],
    threads: 2,
  },
};
const query: JobWork = {
  task: "netinventory",
  spec: {
    devices: [
      { ip: "192.0.2.1", type: "NETWORKING" },
      { ip: "192.0.2.2", type: "PRINTER" },
    ],
    access: [{ version: "3", credential: "v3", privCredential: "v3 privacy" }],
  },
};
const switch1 = {
  ip: "192.0.2.1",
  mac: "00:16:c7:02:6e:01",
  snmphostname: "sw1",
  type: "NETWORKING",
  uptime: 5,
  model: null,
};

function house() {
  const here = restWorld();
  here.credentials.set("switches", { name: "switches", kind: "snmp-community", username: null, secret: "hush" });
  for (const name of ["v3", "v3 privacy"])
    here.credentials.set(name, { name, kind: "password", username: "monitor", secret: `hush ${name}` });
  const post = (task: string, uuid: string, body: unknown, more: Partial<Sent> = {}) =>
    here.sendTo(task)(
      { action: "setAnswer", uuid, method: "POST" },
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...more,
      },
    );
  return { ...here, post };
}

describe("getJobs of a task on the network", () => {
  it("has what an OPTION has, in JSON, with the credentials noted", async () => {
    const { addJob, getJobs, audited } = house();
    const [found, asked] = [addJob(discovery), addJob(query)];
    expect((await getJobs("netdiscovery")).json).toEqual({
      ...{ postmethod: "POST", token: expect.any(String) },
      jobs: [
        {
          uuid: found.id,
          param: { threads_discovery: 2, timeout: 1 },
          rangeip: [{ id: 1, entity: "0", ipstart: "192.0.2.1", ipend: "192.0.2.9", port: "1161" }],
          authentication: [{ id: 1, version: "2c", community: "hush" }],
        },
      ],
    });
    expect((await getJobs("snmpquery")).json.jobs).toEqual([
      {
        uuid: asked.id,
        param: { threads_query: 8, timeout: 15 },
        device: [
          { type: "NETWORKING", id: 1, ip: "192.0.2.1", authsnmp_id: 1 },
          { type: "PRINTER", id: 2, ip: "192.0.2.2", authsnmp_id: 1 },
        ],
        authentication: [
          {
            ...{ id: 1, version: "3", username: "monitor", authprotocol: "sha", authpassphrase: "hush v3" },
            ...{ privprotocol: "aes128", privpassphrase: "hush v3 privacy" },
          },
        ],
      },
    ]);
    expect(audited.map(({ detail }) => detail)).toEqual([
      { credentials: ["switches"], jobs: [found.id] },
      { credentials: ["v3", "v3 privacy"], jobs: [asked.id] },
    ]);
  });

  it("is empty where there is nothing, and the other task's path has none of it", async () => {
    const { addJob, getJobs } = house();
    addJob(discovery);
    expect((await getJobs("netinventory")).json).toEqual({});
  });

  it("ends a job whose credential has gone", async () => {
    const { addJob, getJobs, credentials } = house();
    const job = addJob(discovery);
    credentials.clear();
    expect([(await getJobs("netdiscovery")).json, job.state]).toEqual([{}, "ko"]);
  });
});

describe("what a task on the network tells by REST", () => {
  it("is a device each, kept as it came, and a line of the job, which ends when all is said", async () => {
    const { addJob, post, said, accepted, sendTo } = house();
    const job = addJob(discovery, { state: "sent" });
    const first = await post("netdiscovery", job.id, { device: switch1, moduleversion: "4.2" });
    const { token } = JSON.parse(first?.text ?? "") as { token: string };
    expect([first?.status, isAnswerToken(KEY, token)]).toEqual([200, true]);
    const named = { uuid: job.id, _glpi_csrf_token: token, device: { IP: "192.0.2.2", TYPE: "PRINTER" } };
    expect(await post("netdiscovery", job.id, named)).toMatchObject({ status: 200 });
    expect(said).toMatchObject([
      { step: "discovery", about: "device 192.0.2.1", status: "ok" },
      { step: "discovery", about: "device 192.0.2.2", status: "ok" },
    ]);
    expect(accepted.map(({ kind, context }) => [kind, context?.["deviceId"]])).toEqual(
      Array(2).fill(["fusioninventory.device.netdiscovery", DEVICE]),
    );
    const facts = accepted.flatMap(
      (submission) => processors[submission.kind]?.({ ...submission, id: "1", acceptedAt: new Date(0) }) ?? [],
    );
    expect(facts).toMatchObject([
      { fact: "inventory", deviceId: "sw1", itemType: "NetworkEquipment", scope: "discovery", of: "collected" },
      { fact: "inventory", deviceId: "192.0.2.2", itemType: "Printer", scope: "discovery", of: "collected" },
    ]);
    expect(await sendTo("netdiscovery")({ action: "jobsDone", uuid: job.id })).toMatchObject({
      status: 200,
      text: "{}",
    });
    expect([job.state, said.at(-1)?.reason]).toEqual(["ok", "2 hosts found."]);
    expect(await post("netdiscovery", job.id, { device: switch1 })).toMatchObject({ status: 409 });
    expect(accepted).toHaveLength(2);
  });

  it("of an inventory is what SNMP told of each, or what went wrong", async () => {
    const { addJob, post, said, accepted, sendTo } = house();
    const job = addJob(query, { state: "sent" });
    const info = { id: 1, name: "sw1", type: "NETWORKING", mac: "00:16:c7:02:6e:01" };
    await post("snmpquery", job.id, { device: { info, ports: { port: [{ ifnumber: 1, ifname: "Gi0/1" }] } } });
    await post("snmpquery", job.id, { device: { error: { id: 2, message: "No response" } } });
    expect(said).toMatchObject([
      { step: "query", about: "device 1, 192.0.2.1", status: "ok" },
      { step: "query", about: "device 2, 192.0.2.2", status: "ko", message: "No response" },
    ]);
    const [submission, ...more] = accepted;
    const facts = processors[submission?.kind ?? ""]?.({ ...submission, id: "1", acceptedAt: new Date(0) } as never);
    expect([facts, more]).toMatchObject([[{ deviceId: "sw1", scope: "full" }], []]);
    await sendTo("netinventory")({ action: "jobsDone", uuid: job.id });
    expect([job.state, said.at(-1)?.reason]).toEqual(["ok", "1 of 2 devices looked at, 1 failed."]);
  });

  it.each([
    ["no JSON", "{", {}, 400],
    ["no device", {}, {}, 400],
    ["a device that is a list", { device: [] }, {}, 400],
    ["two jobs", { uuid: jobId(77), device: switch1 }, {}, 400],
    ["a token of somebody else", { _glpi_csrf_token: answerToken(Buffer.alloc(32, 8)), device: switch1 }, {}, 403],
    ["deep nesting", `{"device":${"[".repeat(99)}${"]".repeat(99)}}`, {}, 413],
    ["bytes without end", `{"device":{"a":"${"x".repeat(5 << 20)}"}}`, {}, 413],
    ["a text without end", `{"device":{"a":"${"x".repeat(2 << 20)}"}}`, {}, 413],
    ["a form", "device=1", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 415],
    ["a GET", "", { method: "GET" }, 405],
  ] as const)("is refused: %s", async (_, body, more, status) => {
    const { addJob, post, isUntouched } = house();
    const job = addJob(discovery, { state: "sent" });
    const answer = await post("netdiscovery", job.id, body, more as Partial<Sent>);
    expect(answer).toMatchObject({ status, syntax: "json" });
    expect([isUntouched(), job.state]).toEqual([true, "sent"]);
  });

  it("is nobody else's, in the same words as what is not there", async () => {
    const { addJob, post, sendTo, isUntouched } = house();
    const [job, early] = [addJob(discovery, { state: "sent" }), addJob(query)];
    const proof = { way: "certificate", trust: "secret", agent: OTHER } as never;
    for (const answer of [
      await post("netdiscovery", jobId(77), { device: switch1 }),
      await post("snmpquery", job.id, { device: switch1 }),
      await post("snmpquery", early.id, { device: switch1 }),
      await post("netdiscovery", job.id, { device: switch1 }, { overTls: true, proof }),
      await sendTo("collect")({ action: "jobsDone", uuid: job.id }),
    ])
      expect(answer).toMatchObject({ status: 404, text: '{"status":"error","message":"There is no such job."}' });
    expect([isUntouched(), job.state]).toEqual([true, "sent"]);
  });

  it("has keys that are keys, and values of any kind", async () => {
    const { addJob, post, accepted } = house();
    const job = addJob(discovery, { state: "sent" });
    const odd = '{"device":{"__proto__":{"x":1},"ip":"192.0.2.7","mac":["a",["b"],{}],"type":true,"ports":{"a":[]}}}';
    expect(await post("netdiscovery", job.id, odd)).toMatchObject({ status: 200 });
    const facts = accepted.flatMap(
      (submission) => processors[submission.kind]?.({ ...submission, id: "1", acceptedAt: new Date(0) }) ?? [],
    );
    expect(facts).toMatchObject([{ deviceId: "192.0.2.7" }]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("is told over plain HTTP too: a job's id is enough; what opens something is not handed over there", async () => {
    const { addJob, getJobs, post } = house();
    addJob(discovery);
    expect((await getJobs("netdiscovery", { proof: basic })).json).toEqual({});
    const { json } = await getJobs("netdiscovery", proven);
    expect(await post("netdiscovery", json.jobs[0].uuid, { device: switch1 })).toMatchObject({ status: 200 });
  });
});
