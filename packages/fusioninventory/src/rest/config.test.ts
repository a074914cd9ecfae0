import type { JobTask } from "@gatehouse/core/jobs";
import type { AgentProof } from "@gatehouse/core/nodes";
import { agentIdAlias, deviceIdAlias, enrolmentOf } from "@gatehouse/inventory";
import { describe, expect, it } from "vitest";
import { FUSION, ID, message, world } from "../dialect.test.helper.js";

const DEVICE = "web01-2024-02-29-12-00-00";
const OURS = "https://gatehouse.example/plugins/fusioninventory/b";

/** A gateway that knows one agent, with what waits for it; of who proves nothing some of it is withheld. */
function gateway(
  work: readonly JobTask[] = [],
  settings: object = {},
  deps: Parameters<typeof world>[0] = {},
  forProven: readonly JobTask[] = [],
) {
  const asked: unknown[] = [];
  const here = world({
    work: {
      workFor: async (agent, caller) => {
        asked.push([agent.agentId, caller.isProven]);
        if (caller.isProven) return { tasks: [...work, ...forProven], withheld: [], nextAt: null };
        return { tasks: work, withheld: forProven, nextAt: null };
      },
      ...{
        take: async () => [],
        find: async () => undefined,
        handedOver: async () => [],
        findNumber: async () => undefined,
        say: async () => "over",
        tally: async () => ({ things: 0, failed: 0 }),
      },
    },
    ...deps,
  });
  here.enrol(enrolmentOf({ deviceId: DEVICE, version: FUSION, tag: "shop" }));
  const [agent] = here.agents;
  if (agent === undefined) throw new Error("nobody is known");
  here.agents[0] = { ...agent, hasWork: work.length + forProven.length > 0, settings: settings as never };
  here.enrolments.length = 0;
  const get = async (query: string, more: { machineId?: string; proof?: AgentProof; overTls?: boolean } = {}) => {
    const { machineId = DEVICE, proof, overTls = false } = more;
    const sent = { query: `action=getConfig&machineid=${machineId}${query}`, overTls, ...(proof && { proof }) };
    const answer = await here.send(sent);
    if (answer === undefined) throw new Error("nobody answered");
    return { status: answer.status, plain: answer.plain, json: JSON.parse(answer.text) };
  };
  const schedule = async (query: string, more = {}) => (await get(query, more)).json.schedule;
  return { ...here, get, schedule, asked };
}

describe("getConfig where work is withheld for want of a proof", () => {
  const basic: AgentProof = { way: "basic", trust: "key", by: "agents" };
  const withheld = () => gateway(["collect"], {}, {}, ["deploy"]);

  it("asks for one over TLS, where nothing else would be told: an agent shows its login to nobody unasked", async () => {
    const { get, schedule } = withheld();
    expect(await get("&task[Deploy]=2.8", { overTls: true })).toMatchObject({
      status: 401,
      json: { status: "error", message: "Work of this task is for agents that prove who they are." },
    });
    expect(await schedule("&task[Collect]=2.9", { overTls: true })).toHaveLength(1);
    expect(await schedule("&task[ESX]=2.6", { overTls: true })).toEqual([]);
    expect(await schedule("&task[Deploy]=2.8", { overTls: true, proof: basic })).toHaveLength(1);
  });

  it("sends who asks for several on to where it is asked, so that the others are not lost to it", async () => {
    const { schedule } = withheld();
    const told = async (more: object) =>
      (await schedule("&task[Deploy]=2.8&task[Collect]=2.9", more)).map(({ task }: { task: string }) => task);
    expect(await told({ overTls: true })).toEqual(["Deploy", "Collect", "Inventory"]);
    expect(await told({})).toEqual(["Collect", "Inventory"]);
  });

  it("does not in plain HTTP, and of an agent that nobody knows", async () => {
    const { schedule } = withheld();
    expect(await schedule("&task[Deploy]=2.8")).toEqual([]);
    expect(await schedule("&task[Deploy]=2.8", { overTls: true, machineId: "nobody-2024-01-01-00-00-00" })).toEqual([]);
  });
});

describe("getConfig for one task", () => {
  it("is an entry where there is work, absolute and without a query, and else none", async () => {
    const { get, schedule, asked } = gateway(["deploy", "netinventory"]);
    expect(await get("&task%5BDeploy%5D=3.3")).toEqual({
      ...{ status: 200, plain: true },
      json: { configValidityPeriod: 600, schedule: [{ task: "Deploy", remote: `${OURS}/deploy/` }] },
    });
    expect(await schedule("&task[Collect]=2.9")).toEqual([]);
    expect(await schedule("&task[SNMPQuery]=1.3")).toEqual([{ task: "SNMPQuery", remote: `${OURS}/snmpquery/` }]);
    expect(await schedule("&task[NetInventory]=1.3")).toEqual([{ task: "NetInventory", remote: `${OURS}/snmpquery/` }]);
    expect(await schedule("&task[Inventory]=2.18")).toEqual([{ task: "Inventory", remote: `${OURS}/inventory/` }]);
    expect(await schedule("&task[FooBar]=1")).toEqual([]);
    expect(asked.length).toBe(6);
  });

  it("has the task's name as the agent writes it, and looks for it in any case", async () => {
    const { schedule } = gateway(["esx"], { "fusioninventory.schedule": { deploy: [{ periodicity: 7 }] } });
    expect(await schedule("&task[esx]=2.6")).toEqual([{ task: "esx", remote: `${OURS}/esx/` }]);
    expect(await schedule("&task[DEPLOY]=2.6")).toEqual([
      { periodicity: 7, task: "DEPLOY", remote: `${OURS}/deploy/` },
    ]);
  });

  it("asks nothing about an agent without work", async () => {
    const { schedule, asked } = gateway();
    expect(await schedule("&task[Deploy]=3.3")).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("is as the agent's groups say: several entries, others' servers, off though there is work", async () => {
    const { schedule } = gateway(["deploy"], {
      "fusioninventory.schedule": {
        Deploy: [],
        ESX: [{ remote: "https://esx.example.org/b" }, { periodicity: 700, delayStartup: 0 }],
      },
    });
    expect(await schedule("&task[Deploy]=3.3")).toEqual([]);
    expect(await schedule("&task[ESX]=2.11")).toEqual([
      { task: "ESX", remote: "https://esx.example.org/b" },
      { periodicity: 700, delayStartup: 0, task: "ESX", remote: `${OURS}/esx/` },
    ]);
  });

  it("is there for a task that another server is asked for", async () => {
    const config = { expiration: "24h", handOver: { esx: "https://esx.example.org/" } };
    const { schedule } = gateway([], {}, { config });
    expect(await schedule("&task[ESX]=2.11")).toEqual([{ task: "ESX", remote: `${OURS}/esx/` }]);
    expect(await schedule("&task[Deploy]=3.3")).toEqual([]);
  });
});

describe("getConfig for all tasks at once", () => {
  const SEED = "&task[Inventory]=2.18&task[SNMPQuery]=1.3&task[ESX]=1.0.1";

  it("has every task that is on: the inventory, what there is work for, what groups name", async () => {
    const { schedule } = gateway(["deploy", "esx"], {
      "fusioninventory.schedule": { FooBarAMQPService: [{ periodicity: 5600, remote: "amqp://server1/b" }] },
    });
    expect(await schedule(SEED)).toEqual([
      { task: "Inventory", remote: `${OURS}/inventory/` },
      { task: "ESX", remote: `${OURS}/esx/` },
      { task: "Deploy", remote: `${OURS}/deploy/` },
      { periodicity: 5600, task: "FooBarAMQPService", remote: "amqp://server1/b" },
    ]);
    expect(await schedule("")).toMatchObject([
      { task: "Inventory" },
      { task: "Deploy" },
      { task: "ESX" },
      { task: "FooBarAMQPService" },
    ]);
  });

  it("is the whole answer of the protocol's document", async () => {
    const { get } = gateway([], {
      "fusioninventory.schedule": {
        Inventory: [
          { periodicity: 3600, delayStartup: 600, remote: "https://server1/plugins/fusioninventory/b" },
          { periodicity: 5600, remote: "https://server1/plugins/fusinvinventory/b" },
        ],
        Deploy: [{ periodicity: 600, remote: "https://server2/deploy" }],
      },
      "fusioninventory.config": {
        global: { root: "/glpi" },
        httpd: { ip: "0.0.0.0", trust: ["127.0.0.1"], port: 62354 },
        ...{ configValidityPeriod: 900, requireSSLClientCert: true },
      },
    });
    expect((await get(SEED)).json).toEqual({
      ...{ configValidityPeriod: 900, requireSSLClientCert: 1 },
      global: { root: "/glpi" },
      httpd: { ip: "0.0.0.0", trust: ["127.0.0.1"], port: 62354 },
      schedule: [
        {
          ...{ periodicity: 3600, delayStartup: 600, task: "Inventory" },
          remote: "https://server1/plugins/fusioninventory/b",
        },
        { periodicity: 5600, task: "Inventory", remote: "https://server1/plugins/fusinvinventory/b" },
        { periodicity: 600, task: "Deploy", remote: "https://server2/deploy" },
      ],
    });
  });

  it("has no task that a group switched off", async () => {
    const { schedule } = gateway(["esx"], { "fusioninventory.schedule": { inventory: [], ESX: [] } });
    expect(await schedule(SEED)).toEqual([]);
  });
});

describe("who asks", () => {
  it("tells nobody whether it is known: who is not gets what one without work gets", async () => {
    const { get, enrolments, touched, setState } = gateway();
    for (const query of ["&task[Deploy]=3.3", "&task[Deploy]=3.3&task[Inventory]=1", ""])
      expect(await get(query, { machineId: "nobody" })).toEqual(await get(query));
    expect(touched).toHaveLength(3);
    const writes = enrolments.length;
    setState(0, "quarantined");
    expect((await get("&task[ESX]=1")).json.schedule).toEqual([]);
    expect(enrolments).toHaveLength(writes);
  });

  it.each(["", "&machineid=", `&machineid=${"x".repeat(256)}`])("has to say it: %s", async (query) => {
    const { send } = gateway();
    expect(await send({ query: `action=getConfig${query}` })).toMatchObject({ status: 400, plain: true });
  });

  it("has to prove it where the policy says so, known or not", async () => {
    const { get } = gateway([], {}, { access: () => ({ unproven: "refuse", atLeast: "allow" }) });
    const shared: AgentProof = { way: "basic", trust: "key", by: "agents" };
    for (const machineId of [DEVICE, "nobody"]) {
      expect(await get("&task[ESX]=1", { machineId })).toMatchObject({ status: 401, json: { status: "error" } });
      expect((await get("&task[ESX]=1", { machineId, proof: shared })).status).toBe(200);
    }
  });

  it("is noted with its tasks and its address, in one write, and only when something is new", async () => {
    const { get, enrolments, agents } = gateway();
    await get("&task[Deploy]=2.8");
    expect(enrolments).toHaveLength(1);
    expect(enrolments[0]).toMatchObject({
      ...{ alias: deviceIdAlias(DEVICE), role: "rest" },
      traits: { version: "2.6-3", tags: ["shop"], installedTasks: ["deploy"] },
      detail: { tasks: ["deploy"], from: "192.0.2.7" },
    });
    expect(agents[0]?.attributes).toMatchObject({
      ...{ deviceId: DEVICE, tag: "shop", program: "FusionInventory-Agent", from: "192.0.2.7" },
      tasks: { installed: ["deploy"], enabled: null },
    });
    for (const query of ["&task[Deploy]=2.8", "&task[Collect]=2.6", "&task[ESX]=2.6", "&task[Collect]=2.7"])
      await get(query);
    expect(enrolments).toHaveLength(3);
    expect(agents[0]?.attributes["tasks"]).toEqual({ installed: ["collect", "deploy", "esx"], enabled: null });
    // All at once is all that there is.
    await get("&task[Inventory]=2.18&task[SNMPQuery]=1.3");
    await get("&task[SNMPQuery]=1.3&task[Inventory]=2.18");
    expect(enrolments).toHaveLength(4);
    expect(enrolments[3]?.traits?.installedTasks).toEqual(["inventory", "netinventory"]);
  });

  it("keeps what REST told of it when a message in XML tells more", async () => {
    const { get, send, enrolments } = gateway();
    await get("&task[Deploy]=2.8");
    await send({
      body: message("PROLOG", undefined, DEVICE),
      headers: { "user-agent": "FusionInventory-Agent_v2.7" },
    });
    expect(enrolments.at(-1)?.traits).toEqual({ version: "2.7", tags: ["shop"], installedTasks: ["deploy"] });
  });

  it("is noted with its address only where it says its tasks in CONTACT", async () => {
    const here = gateway();
    here.enrol(
      enrolmentOf({
        ...{ agentId: ID, deviceId: "gw01-2024-02-29-12-00-00", installedTasks: ["deploy"] },
        attributes: { tasks: { installed: ["deploy"], enabled: null }, from: "192.0.2.7" },
      }),
    );
    here.enrolments.length = 0;
    const [, agent] = here.agents;
    if (agent === undefined) throw new Error("nobody is known");
    here.agents[1] = { ...agent, aliases: [agentIdAlias(ID), deviceIdAlias("gw01-2024-02-29-12-00-00")] };
    await here.get("&task[ESX]=1", { machineId: "gw01-2024-02-29-12-00-00" });
    expect(here.enrolments).toEqual([]);
  });

  it("is trusted as it proved from then on", async () => {
    const { get, agents } = gateway();
    const proof: AgentProof = { way: "certificate", trust: "certificate", agent: DEVICE, by: "0A" };
    expect((await get("&task[ESX]=1", { proof })).status).toBe(200);
    expect(agents[0]?.trust).toBe("certificate");
    expect((await get("&task[ESX]=1")).status).toBe(401);
  });

  it("gets work that needs a proof only with one", async () => {
    const { get, asked } = gateway(["deploy"]);
    await get("&task[Deploy]=1");
    await get("&task[Deploy]=1", { proof: { way: "basic", trust: "key", by: "agents" } });
    expect(asked).toEqual([
      ["agent-0", false],
      ["agent-0", false],
    ]);
  });
});

describe("what is asked for", () => {
  it("is names of tasks: others are left out, and too many refused", async () => {
    const { get, schedule, enrolments } = gateway();
    const odd = "&task[]=1&task=1&task[a b]=1&task[__proto__]=1&task[%00]=1&task[Deploy][x]=1&tasks[Deploy]=1";
    expect(await schedule(odd)).toEqual([{ task: "Inventory", remote: `${OURS}/inventory/` }]);
    expect(enrolments.flatMap(({ traits }) => traits?.installedTasks ?? [])).toEqual([]);
    const many = Array.from({ length: 51 }, (_, i) => `&task[T${i}]=1`).join("");
    expect(await get(many)).toMatchObject({ status: 400, json: { status: "error" } });
    expect(await schedule("&task[constructor]=1")).toEqual([]);
  });

  it("is asked with GET", async () => {
    const { send } = gateway();
    const query = `action=getConfig&machineid=${DEVICE}`;
    expect(await send({ method: "POST", query, body: "{}" })).toMatchObject({ status: 405 });
  });
});
