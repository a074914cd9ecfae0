import { randomBytes } from "node:crypto";
import type { JobWork } from "@gatehouse/core/jobs";
import type { FusionRestAgent, FusionRun } from "@gatehouse/simulator";
import { describe, expect, it } from "vitest";
import { useFusionGateway } from "./fusioninventory-agents.test.helper.js";

const { house, known, newAgent, nodeIdOf, order, jobsOf, publish, url } = useFusionGateway();

const deploy = (name: string): JobWork => ({ task: "deploy", spec: { package: name } });
const search: JobWork = {
  task: "collect",
  spec: {
    steps: [
      { function: "findFile", dir: "/etc", limit: 5, recursive: false, filter: { is_file: true, is_dir: false } },
      { function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/X/*" },
    ],
  },
};
const PROVEN = {
  "X-Forwarded-Proto": "https",
  Authorization: `Basic ${Buffer.from("agents:a secret of many").toString("base64")}`,
};
const fetchAs = async (path: string, more: object = { "X-Forwarded-Proto": "https" }): Promise<unknown> => {
  const answer = await house.call("GET", path, { headers: { Authorization: PROVEN.Authorization, ...more } });
  expect(answer.status).toBe(200);
  return answer.json;
};
const credential = async (name: string, body: object) => {
  const put = await house.call("PUT", `/api/v1/credentials/${name}`, { token: house.tokens.admin, body });
  expect(put.status).toBe(200);
};
const group = async (name: string, node: string, settings: object) => {
  const body = { rule: { field: "name", eq: node }, settings };
  const put = await house.call("PUT", `/api/v1/groups/${name}`, { token: house.tokens.admin, body });
  expect(put.status).toBe(200);
};

describe("getConfig", () => {
  it("turns a task on when there is work for it, and off when there is none", async () => {
    const { agent, nodeId } = await known("config01");
    expect((await agent.getConfig())?.schedule).toEqual([]);
    await order(nodeId, search);
    expect((await agent.getConfig())?.schedule).toEqual([
      { task: "Collect", remote: `${url()}b/collect/`, periodicity: undefined, delayStartup: undefined },
    ]);
    await agent.run();
    expect((await agent.getConfig())?.schedule).toEqual([]);
  });

  it("for all tasks at once has what the agent's groups say", async () => {
    await known("config02");
    await group("config02", "config02", {
      "fusioninventory.schedule": {
        Inventory: [{ periodicity: 3600, delayStartup: 600 }, { periodicity: 5600 }],
        FooBarAMQPService: [{ periodicity: 5600, remote: "amqp://server1/b" }],
      },
      "fusioninventory.config": {
        ...{ configValidityPeriod: 300, global: { root: "/glpi" } },
        httpd: { ip: "127.0.0.1", port: 62_354, trust: ["127.0.0.1"] },
      },
    });
    const agent = newAgent("config02", { form: "aggregated", clock: () => new Date("2026-01-01T00:00:00Z") });
    await agent.run();
    await house.gateway.work.idle();
    const config = await agent.getConfig();
    expect(config).toMatchObject({ configValidityPeriod: 300, global: { root: "/glpi" }, httpd: { port: 62_354 } });
    expect(config?.schedule).toMatchObject([
      { task: "Inventory", periodicity: 3600, delayStartup: 600, remote: `${url()}b/inventory/` },
      { task: "Inventory", periodicity: 5600 },
      { task: "FooBarAMQPService", remote: "amqp://server1/b" },
    ]);
  });

  it("tells an agent that nobody knows nothing else than one without work; its inventory goes the old way", async () => {
    const run = await newAgent("unknown01").run();
    expect(run).toMatchObject({ inventory: "xml", jobs: [], errors: [] });
    expect(run.config).toMatchObject({ schedule: [], configValidityPeriod: 600 });
    expect(await nodeIdOf("unknown01")).not.toBe("");
  });
});

describe("an inventory to the remote that the schedule names", () => {
  it.each(["json", "yaml"] as const)("in %s is the agent's own", async (syntax) => {
    const agent = newAgent(`rest-${syntax}`, { form: "aggregated", syntax });
    expect(await agent.run()).toMatchObject({ inventory: "rest", errors: [] });
    const nodeId = await nodeIdOf(`rest-${syntax}`);
    const sections = await house.db.run<{ name: string }>(
      "select s.name from inventory_sections s join inventories i on i.id = s.inventory_id where i.node_id = $1",
      [nodeId],
    );
    expect(sections.map(({ name }) => name)).toEqual(expect.arrayContaining(["bios", "hardware", "softwares"]));
    await order(nodeId, search);
    expect((await agent.run()).jobs).toMatchObject([{ task: "collect", outcome: "ok" }]);
  });
});

describe("a deployment", () => {
  const content = randomBytes(2_500_000);
  const actions = [
    { mkdir: { list: ["/opt/target"], name: "make target" } },
    { copy: { from: "setup.bin", to: "/opt/target/", name: "copy it" } },
    { cmd: { exec: "wc -c < setup.bin", name: "count", retChecks: [{ type: "okCode" as const, values: ["0"] }] } },
  ];
  const check = { type: "fileMissing", path: "/opt/target/setup.bin", return: "skip", name: "not there yet" } as const;

  it("is done: three parts, checks, actions and a command, each told, and its report is in the store", async () => {
    const { agent, nodeId } = await known("deploy01");
    await publish("setup", { checks: [check], actions }, [["setup.bin", content]]);
    await order(nodeId, deploy("setup"));
    const run = await agent.run();
    expect(run).toMatchObject({ jobs: [{ task: "deploy", outcome: "ok" }], parts: 3, errors: [] });
    const [job] = await jobsOf(nodeId);
    expect(job).toMatchObject({ state: "ok", timesSent: 1, id: run.jobs[0]?.uuid });
    expect(job?.said).toEqual(
      expect.arrayContaining([
        "check 1/ok/check #1, not there yet passed",
        "file setup.bin/ok/setup.bin downloaded",
        "action 3//count: 2500000",
        "action 3/ok/count, processing success",
      ]),
    );
    await house.gateway.work.idle();
    const reports = await house.call("GET", `/api/v1/reports?node=${nodeId}`, { token: house.tokens.viewer });
    expect(reports.json.reports).toMatchObject([{ protocol: "jobs", operation: "deploy", run: job?.id }]);
  });

  it("goes to each of two agents as a job of its own", async () => {
    const two = [await known("deploy02"), await known("deploy03")];
    await order(
      two.map(({ nodeId }) => nodeId),
      deploy("setup"),
    );
    const runs = await Promise.all(two.map(({ agent }) => agent.run()));
    expect(runs.map(({ jobs }) => jobs.map(({ outcome }) => outcome))).toEqual([["ok"], ["ok"]]);
    expect(runs[0]?.jobs[0]?.uuid).not.toBe(runs[1]?.jobs[0]?.uuid);
  });

  it("that fails, and one that is skipped, end so", async () => {
    const { agent, nodeId } = await known("deploy04");
    const never = { type: "fileExists", path: "/never", name: "never" } as const;
    await publish("must", { checks: [{ ...never, return: "error" }] });
    await publish("may", { checks: [{ ...never, return: "skip" }] });
    await publish("bad", { actions: [{ cmd: { exec: "exit 3", retChecks: [{ type: "okCode", values: ["0"] }] } }] });
    for (const name of ["must", "may", "bad"]) await order(nodeId, deploy(name));
    expect((await agent.run()).jobs.map(({ outcome }) => outcome)).toEqual(["ko", "skipped", "ko"]);
    expect((await jobsOf(nodeId)).map(({ state, reason }) => `${state}: ${reason}`)).toEqual([
      "ko: check #1, failure on never, /never file is missing",
      "skipped: job skipped",
      "ko: cmd, processing failure",
    ]);
  });

  it("is handed over again, the same, where the answer got lost, and never again after a word of it", async () => {
    const { agent, nodeId } = await known("deploy05");
    await publish("plain");
    await order(nodeId, deploy("plain"));
    const getJobs = `/plugins/fusioninventory/b/deploy/?action=getJobs&machineid=${agent.deviceId}&version=2.8`;
    const lost = await fetchAs(getJobs);
    const [sent] = await jobsOf(nodeId);
    expect(sent).toMatchObject({ state: "sent", timesSent: 1, waitsBecause: { code: "no-answer" } });
    const again = await fetchAs(getJobs);
    expect(again).toEqual(lost);
    const run = await agent.run();
    expect(run.jobs).toEqual([{ task: "deploy", uuid: sent?.id, outcome: "ok" }]);
    expect((await jobsOf(nodeId))[0]).toMatchObject({ state: "ok", timesSent: 3 });
    expect(await fetchAs(getJobs)).toEqual({});
  });

  it("goes to nobody who did not prove who it is over TLS, and the job says why", async () => {
    const { agent, nodeId } = await known("deploy06");
    await publish("plain");
    await order(nodeId, deploy("plain"));
    const getJobs = `/plugins/fusioninventory/b/deploy/?action=getJobs&machineid=${agent.deviceId}`;
    expect((await house.call("GET", getJobs)).status).toBe(401);
    expect(await fetchAs(getJobs, {})).toEqual({});
    expect(await jobsOf(nodeId)).toMatchObject([{ state: "prepared", waitsBecause: { code: "not-proven" } }]);
  });

  it("of another agent is not there, and nobody may speak of it", async () => {
    const [{ nodeId }, { agent: other }] = [await known("deploy07"), await known("deploy08")];
    await publish("plain");
    await order(nodeId, deploy("plain"));
    const [job] = await jobsOf(nodeId);
    expect((await other.run()).jobs).toEqual([]);
    const say = (uuid = "") =>
      house.call(
        "GET",
        `/plugins/fusioninventory/b/deploy/?action=setStatus&machineid=${other.deviceId}&part=job&uuid=${uuid}&status=ko&msg=x`,
        { headers: PROVEN },
      );
    const [theirs, none] = [await say(job?.id), await say("4c4c4544-0042-4510-8054-b7c04f4e5001")];
    expect([theirs.status, theirs.json]).toEqual([404, none.json]);
    expect(await jobsOf(nodeId)).toMatchObject([{ state: "prepared", said: [] }]);
  });

  it("that has ended hears no more, and is not begun anew", async () => {
    const { agent, nodeId } = await known("deploy09");
    await publish("plain");
    await order(nodeId, deploy("plain"));
    const [done] = (await agent.run()).jobs;
    const path = `/plugins/fusioninventory/b/deploy/?action=setStatus&machineid=${agent.deviceId}&part=job&uuid=${done?.uuid}&status=ko&msg=x`;
    const late = await house.call("GET", path, { headers: PROVEN });
    expect([late.status, late.json.status]).toEqual([409, "error"]);
    expect(await jobsOf(nodeId)).toMatchObject([{ state: "ok" }]);
  });

  it("takes its file from the gateway where the group's first mirror has it not", async () => {
    const { agent, nodeId } = await known("deploy10");
    await publish("small", {}, [["small.bin", randomBytes(1000)]]);
    await order(nodeId, deploy("small"));
    await group("deploy10", "deploy10", { "fusioninventory.mirrors": [`${url()}nowhere`] });
    const run = await agent.run();
    expect(run.jobs).toMatchObject([{ outcome: "ok" }]);
    expect(run.errors.map(({ operation }) => operation)).toEqual(["getFilePart"]);
  });
});

describe("a collection", () => {
  it("hands in each thing that was found, with GET and with POST alike", async () => {
    const { agent, nodeId } = await known("collect01", {
      machine: {
        findFiles: async () => [
          { path: "/etc/hosts", size: 42 },
          { path: "/etc/thrée", size: 3 },
        ],
        registry: { "HKEY_LOCAL_MACHINE/SOFTWARE/X": { __proto__x: "1", Version: "2" } },
      },
    });
    await order(nodeId, search);
    expect(await agent.run()).toMatchObject({ jobs: [{ task: "collect", outcome: "ok" }], errors: [] });
    const [job] = await jobsOf(nodeId);
    expect(job).toMatchObject({ state: "ok" });
    const { events } = await house.gateway.jobs.events(job?.id ?? "", { limit: 100 });
    const data = events.flatMap((event) => (event.data === undefined ? [] : [event.data]));
    expect(data).toMatchObject([{ path: "/etc/hosts", size: "42" }, { size: "3" }, { Version: "2" }]);
  });
});

describe("the inventory of a host of virtual machines", () => {
  it("comes with the credential that the job names, ends the job, and is a node of its own", async () => {
    const { agent, nodeId } = await known("esx01", {
      machine: { opens: (_host, user, secret) => user === "root" && secret === "pw" },
    });
    await credential("esx", { kind: "password", username: "root", secret: "pw" });
    await order(nodeId, { task: "esx", spec: { host: "vm01.example", credential: "esx" } });
    expect(await agent.run()).toMatchObject({ jobs: [{ task: "esx", outcome: "ok" }], errors: [] });
    expect(await jobsOf(nodeId)).toMatchObject([{ state: "ok" }]);
    expect(await nodeIdOf("vm01.example")).not.toBe(nodeId);
    expect(JSON.stringify(house.lines)).not.toContain('"pw"');
  });
});

describe("jobs on the network, in XML", () => {
  const access = [{ version: "2c", credential: "public" }] as const;
  const stateOf = async (nodeId: string) =>
    (await jobsOf(nodeId)).map(({ work: { task }, state }) => `${task} ${state}`);

  it("discover, inventory and wake: each once, with its end", async () => {
    const { agent, nodeId } = await known("network01");
    await credential("public", { kind: "snmp-community", secret: "a community" });
    await order(nodeId, { task: "netdiscovery", spec: { ranges: [{ start: "10.0.0.0", end: "10.0.0.3" }], access } });
    await order(nodeId, { task: "netinventory", spec: { devices: [{ ip: "10.0.0.1", type: "NETWORKING" }], access } });
    await order(nodeId, { task: "wakeonlan", spec: { targets: [{ mac: "02:00:00:00:00:01" }] } });
    const { jobs, errors } = await agent.run();
    expect(errors).toEqual([]);
    expect(jobs.map(({ task, outcome }) => `${task} ${outcome}`).sort()).toEqual([
      ...["netdiscovery ok", "netinventory ok", "wakeonlan ok"],
    ]);
    expect((await stateOf(nodeId)).slice(0, 2)).toEqual(["netdiscovery ok", "netinventory ok"]);
    expect((await agent.run()).jobs.filter(({ task }) => task !== "wakeonlan")).toEqual([]);
    expect(JSON.stringify(house.lines)).not.toContain("a community");
  });
});

describe("jobs on the network, by REST", () => {
  it("discover and inventory, as a client does that asks for all tasks at once", async () => {
    const agent = newAgent("network03", { form: "aggregated" });
    await agent.run();
    const nodeId = await nodeIdOf("network03");
    await credential("public", { kind: "snmp-community", secret: "a community" });
    const access = [{ version: "2c", credential: "public" }] as const;
    await order(nodeId, { task: "netdiscovery", spec: { ranges: [{ start: "10.1.0.0", end: "10.1.0.3" }], access } });
    await order(nodeId, { task: "netinventory", spec: { devices: [{ ip: "10.1.0.1", type: "NETWORKING" }], access } });
    const { jobs, errors, left } = await agent.run();
    expect([errors, left]).toEqual([[], []]);
    expect(jobs.map(({ task, outcome }) => `${task} ${outcome}`).sort()).toEqual([
      "netdiscovery ok",
      "netinventory ok",
    ]);
    expect((await jobsOf(nodeId)).map(({ state }) => state)).toEqual(["ok", "ok"]);
    expect(await nodeIdOf("switch-10-1-0-1")).not.toBe(nodeId);
  });
});

describe("/wait", () => {
  /** Lets an agent wait until it was woken so often. */
  function waiting(agent: FusionRestAgent, times = 1) {
    const stop = new AbortController();
    const awakened: { tasks: readonly string[]; run: FusionRun }[] = [];
    const done = agent.wait(stop.signal, (tasks, run) => {
      awakened.push({ tasks, run });
      if (awakened.length === times) stop.abort();
    });
    return { awakened, done };
  }
  const noPause = { pause: async () => undefined };
  const isWaiting = (count: number) =>
    expect.poll(() => house.gateway.waking.waiting(), { timeout: 20_000 }).toBe(count);

  it("is answered at the operator's word, and the agent runs what it is told, in order", async () => {
    const { agent, nodeId } = await known("wait01", noPause);
    const { awakened, done } = waiting(agent);
    await isWaiting(1);
    await order(nodeId, { task: "wake", spec: { tasks: ["ocsdeploy", "inventory"] } });
    await done;
    expect(awakened).toMatchObject([
      {
        tasks: ["ocsdeploy", "inventory"],
        run: { inventory: "xml", left: [{ task: "ocsdeploy", why: "it is off" }], errors: [] },
      },
    ]);
    await expect.poll(async () => (await jobsOf(nodeId))[0]?.state, { timeout: 20_000 }).toBe("ok");
    await isWaiting(0);
  });

  it("wakes for the work of an order that says so, and nobody else", async () => {
    const [one, two] = [await known("wait02", noPause), await known("wait03", noPause)];
    const [first, second] = [waiting(one.agent), waiting(two.agent)];
    await isWaiting(2);
    await order(one.nodeId, search, { wake: true });
    await first.done;
    expect(first.awakened[0]?.run.jobs).toMatchObject([{ task: "collect", outcome: "ok" }]);
    expect(second.awakened).toEqual([]);
    await order(two.nodeId, { task: "wake", spec: { tasks: ["inventory"] } });
    await second.done;
    expect(second.awakened).toHaveLength(1);
  });

  it("is refused to an agent that nobody knows, which comes back", async () => {
    const stop = new AbortController();
    const pauses: number[] = [];
    const pause = async (milliseconds: number) => {
      pauses.push(milliseconds);
      stop.abort();
    };
    const ends: unknown[] = [];
    const never = () => expect.unreachable();
    await newAgent("wait04", { pause, random: () => 0.25 }).wait(stop.signal, never, (error) => ends.push(error));
    expect(ends).toMatchObject([{ kind: "status", message: "communication error: 404" }]);
    expect(pauses).toEqual([150_000]);
  });
});
