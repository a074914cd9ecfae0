import { EventEmitter, once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { InventoryAgentError } from "../inventory/errors.js";
import { FakeAuthority } from "../puppet/fake-authority.test.helper.js";
import { FusionRestAgent } from "./agent.js";
import { FakeRestServer, json, xml } from "./fake-rest-server.test.helper.js";
import type { FusionRestAgentOptions } from "./options.js";
import type { FusionRun } from "./run.js";

let server: FakeRestServer;
const agents: FusionRestAgent[] = [];
beforeEach(async () => {
  server = await FakeRestServer.start();
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()));
  await server.stop();
});

function newAgent(options: Partial<FusionRestAgentOptions> = {}): FusionRestAgent {
  const agent = new FusionRestAgent({ serverUrl: server.url, name: "web01", ...options });
  agents.push(agent);
  return agent;
}

describe("getConfig", () => {
  it("is asked once for all tasks, with their versions", async () => {
    const agent = newAgent();
    await agent.getConfig();
    const [call] = server.of("getConfig");
    expect(server.calls()).toEqual(["getConfig"]);
    expect(call).toMatchObject({ method: "GET", path: "/plugins/fusioninventory/" });
    expect(call?.query).toMatchObject({ machineid: agent.deviceId, "task[Inventory]": "2.18", "task[Deploy]": "2.8" });
    expect(call?.url).toContain("task%5BESX%5D=2.6");
  });

  it("is asked once for each of three tasks, as released agents do", async () => {
    const run = await newAgent({ form: "single" }).run();
    const asked = server.of("getConfig").map(({ query }) => Object.keys(query).filter((key) => key.startsWith("task")));
    expect(asked).toEqual([["task[ESX]"], ["task[Deploy]"], ["task[Collect]"]]);
    expect(run).toMatchObject({ inventory: "xml", errors: [] });
  });

  it.each([
    ["is refused", json({ status: "error" }, 403), "status"],
    ["is answered with another 2xx", json({ schedule: [] }, 202), "status"],
    ["is answered with nothing", { body: "" }, "protocol"],
    ["is answered with no JSON", { body: "<html>" }, "protocol"],
    ["is answered with a list", json([]), "protocol"],
    ["has a schedule that is none", json({ schedule: {} }), "protocol"],
  ] as const)("that %s leaves the inventory to the XML backend, and all else off", async (_, answer, kind) => {
    server.on("getConfig", answer);
    const run = await newAgent().run();
    expect(run).toMatchObject({
      config: undefined,
      inventory: "xml",
      jobs: [],
      errors: [{ kind, operation: "getConfig" }],
    });
    expect(server.calls()).toEqual(["getConfig", "PROLOG", "INVENTORY"]);
  });
});

describe("a run", () => {
  it("sends the inventory to the XML backend where Inventory is not listed", async () => {
    server.schedules("Deploy");
    expect(await newAgent().run()).toMatchObject({ inventory: "xml", errors: [] });
    expect(server.calls()).toEqual(["getConfig", "PROLOG", "INVENTORY", "getJobs"]);
  });

  it("sends the inventory to its remote, in JSON, where Inventory is listed", async () => {
    server.schedules("Inventory");
    const agent = newAgent();
    expect(await agent.run()).toMatchObject({ inventory: "rest", errors: [] });
    expect(server.calls()).toEqual(["getConfig", "/b/inventory/"]);
    const [call] = server.of("/b/inventory/");
    expect(call?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(call?.text ?? "")).toMatchObject({
      deviceid: agent.deviceId,
      content: { hardware: { name: "web01" } },
    });
    const yaml = newAgent({ syntax: "yaml" });
    expect(await yaml.run()).toMatchObject({ inventory: "rest", errors: [] });
    expect(server.of("/b/inventory/")[1]).toMatchObject({
      headers: { "content-type": "application/yaml" },
      text: expect.stringContaining(`"deviceid": "${yaml.deviceId}"`),
    });
    server.on("/b/inventory/", { status: 400 });
    expect(await agent.run()).toMatchObject({ inventory: "none", errors: [{ operation: "inventory", status: 400 }] });
  });

  it("sends none where the XML backend wants none", async () => {
    server.on("PROLOG", xml("<PROLOG_FREQ>24</PROLOG_FREQ>"));
    expect(await newAgent().run()).toMatchObject({ inventory: "none", errors: [] });
  });

  it("does what is listed and nothing else, in its order, each at its own remote, several of a task too", async () => {
    const at = (task: string, path: string) => ({ task, remote: `${server.origin}${path}`, periodicity: 60 });
    const schedule = [
      at("Collect", "/third/collect"),
      at("Deploy", "/one"),
      at("deploy", "/two"),
      { task: "FooBarAMQPService", remote: "amqp://server1/b" },
      at("Inventory", "/b/inventory/"),
      at("NoSuchTask", "/b/none"),
    ];
    server.on("getConfig", json({ schedule }));
    const run = await newAgent().run();
    expect(server.of("getJobs").map(({ path }) => path)).toEqual(["/third/collect", "/one", "/two"]);
    expect(run.left).toEqual([
      { task: "FooBarAMQPService", why: "amqp is not spoken" },
      { task: "NoSuchTask", why: "the task is not known" },
    ]);
    expect(run.errors).toEqual([]);
  });

  it("introduces itself first where the server has to know it, once", async () => {
    const agent = newAgent({ introduces: true });
    expect(await agent.run()).toMatchObject({ inventory: "xml", errors: [] });
    expect(server.calls()).toEqual(["PROLOG", "INVENTORY", "getConfig"]);
    await agent.run();
    expect(server.calls().slice(3)).toEqual(["getConfig", "PROLOG", "INVENTORY"]);
  });

  it("goes on with the other tasks where one is not supported", async () => {
    server.schedules("ESX", "Collect", "Deploy");
    server.on("getJobs", ({ path }) => (path.includes("esx") ? json({}, 400) : json({})));
    const { errors } = await newAgent().run();
    expect(errors).toMatchObject([{ operation: "getJobs", status: 400 }]);
    expect(server.calls("getJobs")).toHaveLength(3);
  });

  it("answers Basic where it is asked for, and sends it from then on", async () => {
    server.on("getConfig", ({ headers }) =>
      headers.authorization === undefined
        ? { status: 401, headers: { "WWW-Authenticate": 'Basic realm="x"' } }
        : json({ schedule: [] }),
    );
    expect(await newAgent({ login: { name: "a", secret: "b" } }).run()).toMatchObject({ errors: [], inventory: "xml" });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      ...Array(3).fill("Basic YTpi"),
    ]);
  });

  it("meets a server that is not there", async () => {
    const agent = newAgent({ serverUrl: "http://127.0.0.1:9/plugins/fusioninventory/" });
    const { errors } = await agent.run();
    expect(errors.map(({ kind, operation }) => `${kind} ${operation}`)).toEqual([
      "transport getConfig",
      "transport prolog",
    ]);
  });
});

describe("requireSSLClientCert", () => {
  let authority: FakeAuthority;
  beforeEach(async () => {
    authority = await FakeAuthority.make();
    await server.stop();
    server = await FakeRestServer.start({
      ...authority.server,
      requestCert: true,
      rejectUnauthorized: false,
      ca: authority.pem,
    });
    server.on(
      "getConfig",
      json({ schedule: [{ task: "Deploy", remote: `${server.origin}/b/deploy/` }], requireSSLClientCert: 1 }),
    );
  });
  const secure = () => newAgent({ tls: { ca: authority.pem } });

  it("has it ask for a certificate of its name, and show that from then on", async () => {
    let name = "";
    const signed: string[] = [];
    server.on("getCertificate", ({ text }) => {
      signed.push(text);
      return { status: 202, ...json({ status: "pending" }, 202) };
    });
    const agent = secure();
    expect(await agent.run()).toMatchObject({
      ...{ jobs: [], inventory: "none", errors: [] },
      left: [{ task: "Deploy", why: "the certificate is not signed yet" }],
    });
    const issued = await authority.sign(signed[0] ?? "");
    name = issued.name;
    server.on("getCertificate", { body: issued.pem });
    expect(await agent.run()).toMatchObject({ left: [], inventory: "xml", errors: [] });
    expect(name).toBe(agent.deviceId);
    expect(server.of("getCertificate").map(({ text }) => text)).toEqual([signed[0], signed[0]]);
    expect(server.of("getJobs").map(({ certificate }) => certificate)).toEqual([agent.deviceId]);
    expect(agent.identity?.cert).toBe(issued.pem);
    await agent.run();
    expect(server.calls("getCertificate")).toHaveLength(2);
    expect(server.of("getConfig").at(-1)?.certificate).toBe(agent.deviceId);
  });

  it.each([
    ["a refusal", json({ status: "error", message: "no" }, 403), "status"],
    ["no certificate", { body: "soon" }, "protocol"],
  ] as const)("leaves everything undone after %s", async (_, answer, kind) => {
    server.on("getCertificate", answer);
    const run = await secure().run();
    expect(run).toMatchObject({ jobs: [], errors: [{ kind, operation: "getCertificate" }] });
    expect(server.calls()).toEqual(["getConfig", "getCertificate"]);
  });

  it("takes no certificate of another key", async () => {
    const first: string[] = [];
    server.on("getCertificate", ({ text }) => {
      first.push(text);
      return json({}, 202);
    });
    await secure().run();
    const { pem } = await authority.sign(first[0] ?? "");
    server.on("getCertificate", { body: pem });
    expect((await secure().run()).errors).toMatchObject([{ message: "The certificate is for another key" }]);
  });
});

describe("httpd", () => {
  const opened = (trust: readonly string[]) => ({ httpd: { ip: "127.0.0.1", port: 62_354, trust }, schedule: [] });

  async function listening(trust: readonly string[]) {
    server.on("getConfig", json(opened(trust)));
    const agent = newAgent();
    const config = await agent.getConfig();
    if (config === undefined) throw new Error("no configuration");
    const runs: FusionRun[] = [];
    const ran = new EventEmitter();
    const first = once(ran, "run");
    const onRun = (run: FusionRun) => {
      runs.push(run);
      ran.emit("run");
    };
    const port = await agent.listen(config, onRun, 0);
    return {
      first,
      runs,
      agent,
      get: (path: string, method = "GET") => fetch(`http://127.0.0.1:${port}${path}`, { method }),
    };
  }

  it("lets who is trusted wake the agent", async () => {
    const { first, runs, agent, get } = await listening(["10.0.0.1", "127.0.0.0/8", "nonsense", "::1/200"]);
    const answer = await get("/now");
    expect([answer.status, await answer.text()]).toEqual([200, "OK"]);
    await first;
    expect(runs).toMatchObject([{ inventory: "xml", errors: [] }]);
    expect(agent.port).toBeGreaterThan(0);
    await agent.close();
    expect(agent.port).toBeUndefined();
  });

  it("wakes it for nobody else, and for nothing else", async () => {
    const { runs, get } = await listening(["10.0.0.0/8", "127.0.0.2"]);
    expect((await get("/now")).status).toBe(403);
    expect((await get("/now/token")).status).toBe(403);
    expect((await get("/etc/passwd")).status).toBe(404);
    expect((await get("/now", "POST")).status).toBe(405);
    expect((await get("/status")).status).toBe(200);
    expect(runs).toEqual([]);
  });

  it("is not opened where the configuration says nothing of it", async () => {
    const agent = newAgent();
    const config = await agent.getConfig();
    expect(config && (await agent.listen(config, () => undefined))).toBeUndefined();
    expect(agent.port).toBeUndefined();
  });
});

describe("an agent that lives by its schedule", () => {
  it("asks for its configuration when that has ended, and runs what is due", async () => {
    const schedule = [{ task: "Deploy", remote: `${server.origin}/b/deploy/`, periodicity: 400, delayStartup: 100 }];
    server.on("getConfig", json({ schedule, configValidityPeriod: 600 }));
    const stop = new AbortController();
    let now = Date.parse("2026-02-28T09:00:00Z");
    const log: string[] = [];
    const agent = newAgent({
      clock: () => new Date(now),
      pause: async (milliseconds) => {
        log.push(`pause ${milliseconds / 1000}`);
        now += milliseconds;
        if (log.filter((line) => line.startsWith("pause")).length === 5) stop.abort();
      },
    });
    await agent.live(stop.signal, (run) => log.push(run.config === undefined ? "task" : `config ${run.inventory}`));
    expect(log).toEqual([
      ...[
        "config xml",
        "pause 100",
        "task",
        "pause 400",
        "task",
        "pause 100",
        "config none",
        "pause 300",
        "task",
        "pause 300",
      ],
    ]);
    expect(server.calls("getJobs", "PROLOG")).toEqual(["PROLOG", "getJobs", "getJobs", "getJobs"]);
  });
});

describe("/wait", () => {
  const heard = (agent: FusionRestAgent, signal: AbortSignal) => {
    const awakened: { tasks: readonly string[]; run: FusionRun }[] = [];
    const ends: (InventoryAgentError | undefined)[] = [];
    const done = agent.wait(
      signal,
      (tasks, run) => awakened.push({ tasks, run }),
      (error) => ends.push(error),
    );
    return { awakened, ends, done };
  };

  /** Waits so often; each pause is noted, and the last one ends it. */
  function pausing(times: number) {
    const stop = new AbortController();
    const pauses: number[] = [];
    const pause = async (milliseconds: number) => {
      pauses.push(milliseconds);
      if (pauses.length === times) stop.abort();
    };
    return { stop, pauses, pause };
  }

  it("ignores @, runs the awakened tasks in their order, and comes back at a random moment of ten minutes", async () => {
    server.schedules("Inventory", "Collect", "Deploy");
    server.on("wait", { body: `@@@\n@{"awake":{"tasks":["ocsdeploy","inventory","collect","nonsense"]}}` });
    const { stop, pauses, pause } = pausing(2);
    const random = [0, 0.75];
    const agent = newAgent({ pause, random: () => random.shift() ?? 0 });
    const { awakened, ends, done } = heard(agent, stop.signal);
    await done;
    expect(server.of("wait")[0]?.query["machineid"]).toBe(agent.deviceId);
    expect(pauses).toEqual([0, 450_000]);
    expect(awakened.map(({ tasks }) => tasks)).toEqual(
      Array(2).fill(["ocsdeploy", "inventory", "collect", "nonsense"]),
    );
    const once = ["wait", "getConfig", "getJobs", "/b/inventory/", "getJobs"];
    expect(server.calls()).toEqual([...once, ...once]);
    expect(server.of("getJobs").map(({ path }) => path)).toEqual(Array(2).fill(["/b/deploy/", "/b/collect/"]).flat());
    expect(awakened[0]?.run.left).toEqual([{ task: "nonsense", why: "it is off" }]);
    expect(ends).toEqual([]);
  });

  it.each([
    ["is closed without a word", { body: "@@" }, undefined],
    ["is refused", json({ status: "error" }, 503), "status"],
    ["says something else", { body: "@hello" }, "protocol"],
    ["breaks off in the middle", { body: '@{"awake":{"tasks":["deploy"]}}', breaksAfter: 12 }, "transport"],
    ["says half of it", { body: '{"awake":{"tasks":["deploy"' }, "protocol"],
    ["wakes for nothing that has a name", { body: '{"awake":{"tasks":[1]}}' }, "protocol"],
    ["never ends", { body: `{${" ".repeat(70_000)}` }, "protocol"],
  ] as const)("that %s is asked for again, and wakes nobody", async (_, answer, kind) => {
    server.on("wait", answer);
    const { stop, pauses, pause } = pausing(2);
    const { awakened, ends, done } = heard(newAgent({ pause, random: () => 0.5 }), stop.signal);
    await done;
    expect(pauses).toEqual([300_000, 300_000]);
    expect(awakened).toEqual([]);
    expect(ends.map((error) => error?.kind)).toEqual([kind, kind]);
  });

  it("is given up when the agent is told to stop", async () => {
    server.on("wait", () => "hang");
    const stop = new AbortController();
    const { awakened, ends, done } = heard(newAgent(), stop.signal);
    while (server.held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const gone = new Promise((resolve) => server.held[0]?.once("close", resolve));
    stop.abort();
    await done;
    await gone;
    expect([awakened, ends]).toEqual([[], []]);
  });
});
