import type { KnownAgent } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { AGENT, contact, DEVICE, PROLOG, world, zlibbed } from "../glpi.test.helper.js";

const PASSWORD = { kind: "password", username: "reader", secret: "s3cret" } as const;

/** Marks what the store marks when a part came without its whole. */
function needFull(agents: Map<string, KnownAgent>): void {
  for (const [key, agent] of agents)
    agents.set(key, { ...agent, attributes: { ...agent.attributes, needsFull: true } });
}

describe("CONTACT", () => {
  it("makes the agent known, and tells it what to do and when to come again", async () => {
    const { say, calls } = world();
    const answer = await say(contact({ tag: "shop", "enabled-tasks": ["inventory"] }));
    expect(answer).toMatchObject({ status: 200, headers: { "GLPI-Agent-ID": AGENT } });
    expect(answer.json).toEqual({
      status: "ok",
      expiration: "24h",
      tasks: {
        inventory: { server: "glpi", version: "10.0.18" },
        remoteinventory: { server: "glpi", version: "10.0.18" },
      },
      disabled: ["collect", "deploy", "esx", "netdiscovery", "netinventory", "wakeonlan"],
    });
    expect(calls.enrolments).toHaveLength(1);
    expect(calls.enrolments[0]).toMatchObject({
      alias: { family: "inventory", kind: "agentid", value: AGENT },
      nodeName: "web01",
      traits: { version: "1.12", tags: ["shop"], enabledTasks: ["inventory"] },
    });
    expect(calls.touched).toEqual(["agent-1"]);
  });

  it("is written down when it says something new, and else not", async () => {
    const { say, calls } = world();
    for (let i = 0; i < 3; i++) await say(contact());
    expect([calls.enrolments.length, calls.touched.length]).toEqual([1, 3]);
    await say(contact({ version: "1.13" }));
    await say(contact({ version: "1.13", "enabled-tasks": ["inventory"] }));
    await say(contact({ version: "1.13", "enabled-tasks": ["inventory"] }), {
      "glpi-agent-id": AGENT.toUpperCase(),
      "glpi-proxy-id": "e72a798f-e51b-11f1-9f32-aaea530464d7",
    });
    expect(calls.enrolments).toHaveLength(4);
    expect(calls.enrolments.at(-1)?.merge({})).toMatchObject({ proxies: ["e72a798f-e51b-11f1-9f32-aaea530464d7"] });
  });

  it("is taken without what released agents always say, and noted", async () => {
    const { say, calls } = world();
    const answer = await say({ action: "contact", deviceid: DEVICE });
    expect(answer.status).toBe(200);
    expect(answer.json.disabled).toContain("deploy");
    expect(calls.log).toContainEqual([
      "contact without what it must have",
      { agent: AGENT, missing: ["name", "version", "installed-tasks"] },
    ]);
  });

  it("takes numbers for texts, one task for a list, null for nothing, and leaves alone what it does not know", async () => {
    const { say } = world();
    const odd = {
      version: 1.12,
      "installed-tasks": "inventory",
      tag: null,
      "httpd-port": 62354,
      ["__proto__"]: { x: 1 },
    };
    expect((await say(contact({ ...odd, more: [[[]]] }))).status).toBe(200);
  });

  it.each([
    ["2026-11-22T02:30:00Z", "24h", "1800s"],
    ["2026-11-22T02:00:00.001Z", "24h", "60s"],
    ["2026-11-22T01:00:00Z", "24h", "60s"],
    ["2026-11-22T02:00:59Z", "30s", "30s"],
    ["2026-11-30T02:00:00Z", "24h", "24h"],
    ["2026-12-22T02:00:00Z", "60d", "720h"],
  ])("is told to come when its next job is due, if that is sooner: %s, %s", async (at, expiration, told) => {
    const { say } = world({ nextAt: new Date(at), config: { expiration } });
    expect((await say(contact())).json.expiration).toBe(told);
  });

  it("is asked for work as who proved who it is, or as who did not", async () => {
    const proof = { way: "basic", trust: "key", by: "agents" } as const;
    for (const [sent, expected] of [
      [{}, false],
      [{ proof }, true],
      [{ allowUnproven: true }, true],
    ] as const) {
      const { say, calls } = world({ ...sent, work: ["deploy"] });
      await say(contact());
      expect(calls.asked).toEqual([expected]);
    }
  });

  it("is told of what there is work for, and of it alone", async () => {
    const { say } = world({ work: ["deploy"] });
    const { tasks, disabled } = (await say(contact())).json;
    expect(tasks.deploy).toEqual({ server: "glpiinventory", version: "1.5.0" });
    expect(disabled).not.toContain("deploy");
    expect(disabled).toContain("collect");
  });

  it("is told of work that it may not get as it is: where it asks for it, it is asked for its login", async () => {
    const { say } = world({ withheld: ["deploy"] });
    const { tasks, disabled } = (await say(contact())).json;
    expect(tasks.deploy).toEqual({ server: "glpiinventory", version: "1.5.0" });
    expect(disabled).toContain("collect");
  });

  it("gets what its groups set", async () => {
    const { say } = world({
      settings: {
        "glpi.expiration": "6h",
        "glpi.tasks": {
          inventory: { "full-inventory-postpone": 0 },
          remoteinventory: { enabled: false },
          esx: { server: "glpiinventory", version: "2.0", url: "https://esx.example.org/" },
          special: { server: "other" },
        },
        "glpi.jobs": { deploy: [{ task: "deploy", jobid: "1", credentials: ["1"] }] },
        "inventory.categories": { no: ["process", "environment"], required: ["network"] },
      },
    });
    const { json } = await say(contact());
    expect(json).toMatchObject({
      expiration: "6h",
      tasks: {
        inventory: {
          ...{ server: "glpi", "full-inventory-postpone": 0 },
          ...{ "no-category": "process,environment", "required-category": "network" },
        },
        esx: { server: "glpiinventory", version: "2.0", url: "https://esx.example.org/" },
        special: { server: "other" },
      },
      jobs: { deploy: [{ task: "deploy", jobid: "1", credentials: ["1"] }] },
    });
    expect(json.disabled).toContain("remoteinventory");
    expect(json.tasks).not.toHaveProperty("remoteinventory");
    expect(json).not.toHaveProperty("credentials");
  });

  it("keeps what the agent says of its HTTP server, and its secret where nobody sees it", async () => {
    const { say, calls } = world();
    const inventory = { disabled: "no", port: "0", url_path: "/inventory", token: "hush-hush", password: "also" };
    const answer = await say(
      contact({ "httpd-port": "62354", "httpd-plugins": { inventory, "x y": {}, proxy: "no" } }),
    );
    expect(answer.status).toBe(200);
    expect(calls.enrolments[0]?.merge({})["httpd"]).toEqual({
      port: "62354",
      plugins: { inventory: { disabled: "no", port: "0", url_path: "/inventory" } },
    });
    expect([...calls.secrets]).toEqual([["agent-1 httpd.inventory.token", "hush-hush"]]);
    const { enrolments, log } = calls;
    expect(JSON.stringify([enrolments, enrolments[0]?.merge({}), log, answer])).not.toMatch(/hush|also/);
  });

  it.each(["0", "65536", "99999", "-1", "1e3", "0x50", " 80", "80 ", "80\n", "port", "", "１２"])(
    "keeps nothing of a port that is none: %j",
    async (port) => {
      const { say, calls } = world();
      expect((await say(contact({ "httpd-port": port }))).status).toBe(200);
      expect(calls.enrolments[0]?.merge({})["httpd"]).toBeNull();
    },
  );

  it.each(["1", "65535"])("keeps the port %s", async (port) => {
    const { say, calls } = world();
    await say(contact({ "httpd-port": port }));
    expect(calls.enrolments[0]?.merge({})["httpd"]).toEqual({ port, plugins: {} });
  });

  it("is refused of an agent that owes all of an inventory, whose PROLOG is answered in XML then", async () => {
    const { say, agents } = world();
    await say(contact());
    needFull(agents);
    expect(await say(contact())).toMatchObject({ status: 409, json: { status: "error" } });
    const prolog = await say(PROLOG);
    expect(prolog.status).toBe(200);
    expect(prolog.text).toContain("<REPLY><RESPONSE>SEND</RESPONSE><PROLOG_FREQ>24</PROLOG_FREQ></REPLY>");
  });

  it("is not refused of such an agent behind a proxy, which would answer its PROLOG by itself", async () => {
    const { say, agents } = world();
    await say(contact());
    needFull(agents);
    const headers = { "glpi-agent-id": AGENT, "glpi-proxy-id": "9dd7df5e-4ac5-4bd8-9c4c-4e0a2c4ff1b9" };
    expect((await say(contact(), headers)).status).toBe(200);
  });

  it("is not refused of such an agent where the configuration says so", async () => {
    const { say, agents } = world({ config: { forceFull: false } });
    await say(contact());
    needFull(agents);
    expect((await say(contact())).status).toBe(200);
    expect((await say(PROLOG)).status).toBe(202);
  });
});

describe("credentials", () => {
  const settings = {
    "glpi.credentials": { "1": { credential: "lab", version: "v2c" }, "2": { credential: "gone" } },
    "inventory.databases": {
      "1": { use: ["mysql", "postgresql"], credentials: ["db", "lab"] },
      "2": { credentials: ["gone"] },
    },
  };
  const credentials = [
    { name: "lab", kind: "snmp-community", username: null, secret: "public" } as const,
    { name: "db", ...PASSWORD },
  ];
  const peer = (name: string, profile = "inventory") =>
    ({ kind: "verified", name, profile, serial: "01", extensions: {}, certificate: "" }) as never;
  const params = (more: object = {}) => ({ action: "get_params", deviceid: DEVICE, params_id: "1", ...more });
  const headers = { "glpi-agent-id": AGENT };

  it("go to who shows a certificate of the deviceid that it was known by before", async () => {
    const { say, calls } = world({ settings, credentials });
    const answers = [];
    for (let i = 0; i < 2; i++) answers.push((await say(contact(), headers, peer(DEVICE))).json.credentials?.["1"]);
    expect(answers).toEqual([undefined, { type: "snmp", community: "public", version: "v2c" }]);
    expect(calls.audited).toHaveLength(1);
    // Another agent that says the same deviceid is not the one that has it.
    const other = { "glpi-agent-id": "9dd7df5e-4ac5-4bd8-9c4c-4e0a2c4ff1b9" };
    for (let i = 0; i < 2; i++) expect((await say(contact(), other, peer(DEVICE))).json.credentials).toBeUndefined();
  });

  it("go to who shows a certificate of its id, each time noted, and to nobody else", async () => {
    for (const other of [undefined, peer(DEVICE), peer(AGENT, "puppet")]) {
      const { say, calls } = world({ settings, credentials });
      const { json } = await say(contact(), headers, other);
      expect([json.credentials, json.tasks.inventory.params]).toEqual([undefined, undefined]);
      expect(await say(params(), headers, other)).toMatchObject({ status: 403, json: { message: "forbidden" } });
      expect(calls.audited).toEqual([]);
    }
    const { say, calls } = world({ settings, credentials });
    expect(await say(contact(), headers, peer("other"))).toMatchObject({ status: 403, json: { message: "forbidden" } });
    expect([calls.audited, calls.enrolments]).toEqual([[], []]);
    const { json } = await say(contact(), headers, peer(AGENT.toUpperCase()));
    expect(json.credentials).toEqual({ "1": { type: "snmp", community: "public", version: "v2c" } });
    expect(json.tasks.inventory.params).toEqual([
      expect.objectContaining({ category: "database", params_id: "1,2", "use[1]": "mysql,postgresql" }),
    ]);
    const got = await say(params({ use: "postgresql" }), headers, peer(AGENT));
    expect(got.json).toEqual({
      ...{ status: "ok", expiration: "24h" },
      credentials: [{ type: "login_password", login: "reader", password: "s3cret", use: "postgresql" }],
    });
    expect(calls.audited.map(({ action, detail }) => [action, detail])).toEqual([
      ["credential.hand-out", { credentials: ["lab"] }],
      ["credential.hand-out", { credentials: ["db"] }],
    ]);
    expect(JSON.stringify(calls.audited)).not.toContain("s3cret");
    expect(JSON.stringify(calls.log)).not.toContain("s3cret");
  });

  it.each([
    ["a login that many share", { way: "basic", trust: "key", by: "fleet" }, true],
    ["a login of its own", { way: "basic", trust: "secret", by: "web01", agent: AGENT }, true],
    ["a token of its own", { way: "oauth", trust: "secret", by: "web01", agent: AGENT }, true],
    ["nothing", { way: "none", trust: "anonymous" }, false],
  ] as const)("go by %s over TLS, and never over plain HTTP", async (_, proof, isEnough) => {
    const { call } = world({ settings, credentials, proof });
    const body = zlibbed(contact());
    const packed = { "glpi-agent-id": AGENT, "content-type": "application/x-compress-zlib" };
    expect((await call({ headers: packed, body, tls: false })).json.credentials).toBeUndefined();
    expect((await call({ headers: packed, body })).json.credentials !== undefined).toBe(isEnough);
  });

  it("go to whoever calls where the configuration says so, but only those that are assigned", async () => {
    const { say } = world({ settings, credentials, allowUnproven: true });
    expect((await say(params())).status).toBe(403);
    await say(contact());
    expect((await say(params({ use: "mongodb" }))).json.credentials).toEqual([]);
    expect((await say(params({ params_id: 1 }))).json.credentials).toHaveLength(1);
    expect((await say(params({ params_id: "2" }))).json.credentials).toEqual([]);
    expect((await say(params({ params_id: "3" }))).status).toBe(404);
    expect((await say(params({ params_id: { toString: 1 } }))).status).toBe(404);
    expect((await say(params(), {})).status).toBe(400);
  });
});
