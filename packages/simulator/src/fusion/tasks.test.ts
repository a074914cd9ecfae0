import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FusionRestAgent } from "./agent.js";
import { FakeRestServer, json, xml } from "./fake-rest-server.test.helper.js";
import { findFilesIn } from "./find-files.js";
import type { PretendedMachine } from "./machine.js";
import { addressesBetween } from "./network.js";

let server: FakeRestServer;
beforeEach(async () => {
  server = await FakeRestServer.start();
  server.schedules("Collect", "ESX");
});
afterEach(() => server.stop());

async function run(task: string, machine: Partial<PretendedMachine> = {}) {
  const agent = new FusionRestAgent({ serverUrl: server.url, name: "web01", machine });
  try {
    return await agent.runTasks([task]);
  } finally {
    await agent.close();
  }
}

const search = (uuid: string, more: object = {}) => ({
  ...{ function: "findFile", dir: "/etc", limit: 3, recursive: 1, filter: { is_file: 1, is_dir: 0 }, uuid },
  ...more,
});

describe("the task Collect", () => {
  const answers = () => server.of("setAnswer").map(({ query: { action: _, ...fields } }) => fields);

  it("sends each result on its own, counted down, then each uuid once", async () => {
    const registry = { function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/X/*", uuid: "b", _sid: 9 };
    const wmi = { function: "getFromWMI", class: "Win32_BIOS", properties: ["SerialNumber", "Name"], uuid: "c" };
    const jobs = [search("a", { _sid: 7 }), search("a", { _sid: 8, dir: "/none" }), registry, wmi];
    server.on("getJobs", json({ jobs }));
    const found = [
      { path: "/etc/one", size: 1 },
      { path: "/etc/thrée & 3", size: 3 },
    ];
    const machine = {
      findFiles: async ({ dir }: { dir: string }) => (dir === "/etc" ? found : []),
      registry: { "HKEY_LOCAL_MACHINE/SOFTWARE/X": { One: "1", Two: "2" } },
      wmi: { Win32_BIOS: [{ SerialNumber: "S1", Other: "x" }] },
    };
    const { jobs: done, errors } = await run("collect", machine);
    expect(errors).toEqual([]);
    expect(answers()).toEqual([
      { uuid: "a", path: "/etc/one", size: "1", _cpt: "2", _sid: "7" },
      { uuid: "a", path: "/etc/thrÃ©e & 3", size: "3", _cpt: "1", _sid: "7" },
      { uuid: "a", _cpt: "0", _sid: "8" },
      { uuid: "b", One: "1", Two: "2", _cpt: "1", _sid: "9" },
      { uuid: "c", SerialNumber: "S1", Name: "", _cpt: "1" },
    ]);
    expect(server.of("jobsDone").map(({ query }) => query)).toEqual(
      ["a", "b", "c"].map((uuid) => ({ action: "jobsDone", uuid })),
    );
    expect(done.map(({ task, uuid, outcome }) => `${task} ${uuid} ${outcome}`)).toEqual([
      ...["collect a ok", "collect b ok", "collect c ok"],
    ]);
  });

  it("answers with nothing for the registry and WMI where the machine is no Windows", async () => {
    const registry = { function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/X/*", uuid: "b" };
    server.on(
      "getJobs",
      json({ jobs: [registry, { function: "getFromWMI", class: "X", properties: ["Y"], uuid: "c" }] }),
    );
    await run("collect");
    expect(answers()).toEqual([
      { uuid: "b", _cpt: "0" },
      { uuid: "c", _cpt: "0" },
    ]);
  });

  it.each([
    ["a value", "HKEY_LOCAL_MACHINE/SOFTWARE/X/One", { One: "1" }],
    ["a key", "HKEY_LOCAL_MACHINE/SOFTWARE/X", { One: "1", Two: "2" }],
    ["a value that is not there", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Three", {}],
    ["a key that is not there", "HKEY_LOCAL_MACHINE/SOFTWARE/Y/*", {}],
  ] as const)("finds %s in the registry", async (_, path, found) => {
    server.on("getJobs", json({ jobs: [{ function: "getFromRegistry", path, uuid: "b" }] }));
    await run("collect", { registry: { "HKEY_LOCAL_MACHINE/SOFTWARE/X": { One: "1", Two: "2" } } });
    const _cpt = Object.keys(found).length === 0 ? "0" : "1";
    expect(answers()).toEqual([{ uuid: "b", ...found, _cpt }]);
  });

  it("posts where that is asked for, each time with the token of the answer before", async () => {
    server.on("getJobs", json({ jobs: [search("a", { _sid: 7 })], postmethod: "POST", token: "first" }));
    server.on("setAnswer", (_, times) => json({ token: `token-${times}` }));
    expect(await run("collect")).toMatchObject({ jobs: [{ outcome: "ok" }], errors: [] });
    const posts = server.of("setAnswer");
    expect(posts.map(({ method, query }) => [method, query])).toEqual(
      Array(2).fill(["POST", { action: "setAnswer", uuid: "a", method: "POST" }]),
    );
    expect(posts.map(({ text }) => Object.fromEntries(new URLSearchParams(text)))).toEqual([
      {
        action: "setAnswer",
        uuid: "a",
        path: "/etc/made-0.conf",
        size: "10",
        _cpt: "2",
        _sid: "7",
        _glpi_csrf_token: "first",
      },
      {
        action: "setAnswer",
        uuid: "a",
        path: "/etc/made-1.conf",
        size: "11",
        _cpt: "1",
        _sid: "7",
        _glpi_csrf_token: "token-1",
      },
    ]);
    expect(posts[0]?.headers).toMatchObject({ "content-type": "application/x-www-form-urlencoded" });
    expect(server.of("jobsDone")[0]?.method).toBe("GET");
  });

  it.each([
    ["a function that it does not know", [search("a"), { function: "runCommand", command: "id", uuid: "b" }]],
    ["a function of Object's", [{ function: "toString", uuid: "b" }]],
    ["no uuid", [{ ...search("a"), uuid: undefined }]],
    ["no limit", [search("a", { limit: undefined })]],
    ["a filter that says nothing of files", [search("a", { filter: { is_dir: 1 } })]],
    ["a job that is none", ["findFile"]],
    ["jobs that are no list", {}],
  ])("rejects all jobs of an answer with %s", async (_, jobs) => {
    server.on("getJobs", json({ jobs }));
    const { jobs: done, errors } = await run("collect");
    expect([done, errors.length]).toEqual([[], 1]);
    expect(server.calls("setAnswer", "jobsDone")).toEqual([]);
  });

  it("is told as failed where an answer, or the end, is refused", async () => {
    server.on("getJobs", json({ jobs: [search("a"), search("b")] }));
    server.on("setAnswer", ({ query }) => (query["uuid"] === "a" ? json({}, 404) : json({})));
    server.on("jobsDone", ({ query }) => (query["uuid"] === "b" ? json({}, 404) : json({})));
    expect((await run("collect")).jobs).toMatchObject([
      { uuid: "a", outcome: "ko", why: "an answer was not taken" },
      { uuid: "b", outcome: "ko", why: "jobsDone was not taken" },
    ]);
  });
});

describe("a search for files", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "simulated-files-"));
    mkdirSync(join(root, "etc/sub"), { recursive: true });
    for (const name of ["etc/a.conf", "etc/B.CONF", "etc/sub/c.conf"]) writeFileSync(join(root, name), name);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const paths = async (more: object = {}, filter: object = {}) =>
    (
      await findFilesIn(root, {
        ...{ dir: "/etc", limit: 10, recursive: true },
        ...{ filter: { is_file: 1, is_dir: 0, ...filter }, ...more },
      })
    ).map(({ path }) => path);

  it("finds files, folders, below too, and no more than the limit", async () => {
    expect(await paths()).toEqual(["/etc/B.CONF", "/etc/a.conf", "/etc/sub/c.conf"]);
    expect(await paths({ recursive: false })).toEqual(["/etc/B.CONF", "/etc/a.conf"]);
    expect(await paths({}, { is_file: 0, is_dir: 1 })).toEqual(["/etc/sub"]);
    expect(await paths({ limit: 1 })).toEqual(["/etc/B.CONF"]);
    expect(await paths({ dir: "/none" })).toEqual([]);
  });

  it.each([
    [{ name: "a.conf" }, ["/etc/a.conf"]],
    [{ iname: "b.conf" }, ["/etc/B.CONF"]],
    [{ regex: "sub/.*conf$" }, ["/etc/sub/c.conf"]],
    [{ regex: "" }, ["/etc/B.CONF", "/etc/a.conf", "/etc/sub/c.conf"]],
    [{ sizeEquals: 14 }, ["/etc/sub/c.conf"]],
    [{ sizeGreater: 10 }, ["/etc/sub/c.conf"]],
    [{ sizeLower: 14 }, ["/etc/B.CONF", "/etc/a.conf"]],
    [{ checkSumSHA2: "0".repeat(64) }, []],
    [{ checkSumSHA512: "0".repeat(128) }, []],
    [{ checkSumSHA2: "e38cf6e0b39a0e3ef81a8a2aff07e6a1e4b1d6d9" }, []],
  ])("keeps what fits %j", async (filter, found) => {
    expect(await paths({}, filter)).toEqual(found);
  });
});

describe("the task ESX", () => {
  const jobs = [
    { uuid: "e1", host: "esx1.example:8443", user: "root", password: "pw" },
    { uuid: "e2", host: "esx2.example", user: "root", password: "wrong" },
  ];

  it("sends an inventory of each host to the main server, and then how it went", async () => {
    server.on("getJobs", json({ jobs }));
    const { jobs: done, errors } = await run("esx", { opens: (_host, _user, password) => password === "pw" });
    expect(errors).toEqual([]);
    expect(done).toMatchObject([
      { uuid: "e1", outcome: "ok" },
      { uuid: "e2", outcome: "ko", why: "login failed" },
    ]);
    expect(server.calls("INVENTORY", "setLog")).toEqual(["INVENTORY", "setLog", "setLog"]);
    expect(server.of("INVENTORY")[0]).toMatchObject({ path: "/plugins/fusioninventory/" });
    expect(server.of("INVENTORY")[0]?.text).toMatch(/<NAME>esx1\.example<\/NAME>[\s\S]*<DEVICEID>esx1\.example-2026-/);
    expect(server.of("setLog").map(({ query }) => query)).toMatchObject([
      { uuid: "e1", code: "ok" },
      { uuid: "e2", code: "ko", part: "login", msg: "login failed" },
    ]);
  });

  it("says that the inventory was not taken", async () => {
    server.on("getJobs", json({ jobs: jobs.slice(0, 1) }));
    server.on("INVENTORY", { status: 503 });
    expect((await run("esx")).jobs).toMatchObject([{ outcome: "ko", why: "the inventory was not taken" }]);
    expect(server.of("setLog")[0]?.query).toMatchObject({ code: "ko" });
  });

  it.each([
    ["jobs that are no list", { jobs: {} }],
    ["a job without a password", { jobs: [{ uuid: "a", host: "b", user: "c" }] }],
    ["a job that is none", { jobs: [7] }],
  ])("does nothing with %s", async (_, answer) => {
    server.on("getJobs", json(answer));
    expect(await run("esx")).toMatchObject({ jobs: [], errors: [{ operation: "getJobs" }] });
  });
});

describe("the tasks for networks, asked for in XML", () => {
  const option = (name: string, inside: string) =>
    server.on("PROLOG", xml(`<OPTION><NAME>${name}</NAME>${inside}</OPTION><PROLOG_FREQ>24</PROLOG_FREQ>`));
  const said = (query: string) =>
    server.of(query).map(({ text }) => text.replace(/^.*?<CONTENT>|<\/CONTENT>.*$/gs, "").replace(/\s+/g, ""));
  const credential = '<AUTHENTICATION ID="1" COMMUNITY="public" VERSION="2c"/>';

  it("discover: START, how many addresses, what answers, END twice (recording fi-netdiscovery)", async () => {
    option(
      "NETDISCOVERY",
      `<PARAM PID="17" TIMEOUT="2"/><RANGEIP ID="3" ENTITY="5" IPSTART="10.0.0.0" IPEND="10.0.0.3"/>${credential}`,
    );
    const { jobs, errors } = await run("inventory");
    expect({ jobs, errors }).toEqual({ jobs: [{ task: "netdiscovery", uuid: "17", outcome: "ok" }], errors: [] });
    const [start, count, device, ...ends] = said("NETDISCOVERY");
    const tail = "<MODULEVERSION>4.2</MODULEVERSION><PROCESSNUMBER>17</PROCESSNUMBER>";
    expect(start).toBe(`<AGENT><AGENTVERSION>2.6-3</AGENTVERSION><START>1</START></AGENT>${tail}`);
    expect(count).toBe("<AGENT><NBIP>4</NBIP></AGENT><PROCESSNUMBER>17</PROCESSNUMBER>");
    expect(device).toMatch(/^<DEVICE><AUTHSNMP>1<\/AUTHSNMP>.*<ENTITY>5<\/ENTITY>.*<IP>10\.0\.0\.1<\/IP>.*<\/DEVICE>/);
    expect(device?.endsWith(tail)).toBe(true);
    expect(ends).toEqual(Array(2).fill(`<AGENT><END>1</END></AGENT>${tail}`));
  });

  it("inventory: START, each device or why there is nothing, END twice (recording fi-netinventory)", async () => {
    const devices =
      '<DEVICE TYPE="NETWORKING" ID="72" IP="10.0.0.1" AUTHSNMP_ID="1"/><DEVICE TYPE="PRINTER" ID="73" IP="10.0.0.2"/>';
    option("SNMPQUERY", `<PARAM PID="18"/>${devices}${credential}`);
    expect((await run("inventory")).jobs).toEqual([{ task: "netinventory", uuid: "18", outcome: "ok" }]);
    const [start, one, two, ...ends] = said("SNMPQUERY");
    expect(start).toContain("<START>1</START>");
    expect(one).toMatch(/<INFO>.*<ID>72<\/ID>.*<TYPE>NETWORKING<\/TYPE>.*<\/INFO><PORTS><PORT>/);
    expect(two).toContain("<ERROR><ID>73</ID><MESSAGE>Noresponsefromremotehost</MESSAGE><TYPE>PRINTER</TYPE></ERROR>");
    expect(ends).toHaveLength(2);
  });

  it("wake machines, and say nothing of it", async () => {
    option("WAKEONLAN", '<PARAM MAC="02:00:00:00:00:01" IP="10.0.0.9"/><PARAM MAC="02:00:00:00:00:02"/>');
    const { jobs } = await run("inventory");
    expect(jobs.map(({ task, uuid }) => `${task} ${uuid}`)).toEqual([
      "wakeonlan 02:00:00:00:00:01",
      "wakeonlan 02:00:00:00:00:02",
    ]);
    expect(server.calls()).toEqual(["getConfig", "PROLOG"]);
  });

  it("report nothing of a discovery without a range, and find nothing without credentials", async () => {
    option("NETDISCOVERY", '<PARAM PID="17"/>');
    expect((await run("inventory")).left).toEqual([{ task: "NETDISCOVERY", why: "invalid job: it has no range" }]);
    option("NETDISCOVERY", '<PARAM PID="17"/><RANGEIP IPSTART="10.0.0.1" IPEND="10.0.0.1"/>');
    await run("inventory");
    expect(said("NETDISCOVERY").filter((text) => text.includes("<DEVICE>"))).toEqual([]);
  });

  it("are told as failed where a message is refused", async () => {
    option("SNMPQUERY", '<PARAM PID="18"/>');
    server.on("SNMPQUERY", { status: 400 });
    expect((await run("inventory")).jobs).toMatchObject([{ outcome: "ko", why: "a message was not taken" }]);
  });

  it("stand ranges of any size", () => {
    expect(addressesBetween("10.0.0.255", "10.0.1.1")).toEqual(["10.0.0.255", "10.0.1.0", "10.0.1.1"]);
    expect(addressesBetween("10.0.0.2", "10.0.0.1")).toEqual([]);
    expect(addressesBetween("0.0.0.0", "255.255.255.255")).toHaveLength(65_536);
    expect(addressesBetween("::1", "::2")).toEqual([]);
    expect(addressesBetween("10.0.0.256", "10.0.0.257")).toEqual([]);
  });
});

describe("the tasks for networks by REST", () => {
  const posts = () => server.of("setAnswer").map(({ text }) => JSON.parse(text));
  const discovery = {
    uuid: "n1",
    param: { threads_discovery: 2 },
    rangeip: [{ id: 1, entity: "5", ipstart: "10.0.0.0", ipend: "10.0.0.11" }],
    authentication: [{ id: 1, version: "2c", community: "public" }],
  };
  beforeEach(() => server.schedules("NetDiscovery", "SNMPQuery"));

  it("discover: each device that answers, each with the token of the answer before, then the end", async () => {
    server.on("getJobs", json({ postmethod: "POST", token: "first", jobs: [discovery] }));
    server.on("setAnswer", (_, times) => json({ token: `token-${times}` }));
    const { jobs, errors } = await run("NetDiscovery");
    expect({ jobs, errors }).toEqual({ jobs: [{ task: "netdiscovery", uuid: "n1", outcome: "ok" }], errors: [] });
    expect(posts()).toMatchObject([
      { uuid: "n1", _glpi_csrf_token: "first", device: { ip: "10.0.0.1", authsnmp: "1", entity: "5" } },
      { uuid: "n1", _glpi_csrf_token: "token-1", device: { ip: "10.0.0.11" } },
    ]);
    expect(server.calls("getJobs", "setAnswer", "jobsDone")).toEqual(["getJobs", "setAnswer", "setAnswer", "jobsDone"]);
    expect(server.of("jobsDone")[0]).toMatchObject({ method: "GET", path: "/b/netdiscovery/", query: { uuid: "n1" } });
  });

  it("inventory: each of the devices, or why there is nothing", async () => {
    const device = [
      { id: 1, ip: "10.0.0.1", type: "NETWORKING" },
      { id: 2, ip: "10.0.0.2", type: "PRINTER" },
    ];
    server.on("getJobs", json({ jobs: [{ uuid: "n2", device }] }));
    expect((await run("snmpquery")).jobs).toEqual([{ task: "netinventory", uuid: "n2", outcome: "ok" }]);
    expect(posts()).toMatchObject([
      { device: { info: { id: "1", type: "NETWORKING" }, ports: { port: expect.any(Array) } } },
      { device: { error: { id: 2, type: "PRINTER", message: "No response from remote host" } } },
    ]);
  });

  it("are told as failed where a device, or the end, is refused", async () => {
    server.on("getJobs", json({ jobs: [discovery, { ...discovery, uuid: "n3", rangeip: [] }] }));
    server.on("setAnswer", json({}, 409));
    server.on("jobsDone", ({ query }) => (query["uuid"] === "n3" ? json({}, 404) : json({})));
    expect((await run("netdiscovery")).jobs).toMatchObject([
      { uuid: "n1", outcome: "ko", why: "a device was not taken" },
      { uuid: "n3", outcome: "ko", why: "jobsDone was not taken" },
    ]);
  });

  it.each([
    ["jobs that are no list", {}],
    ["a job without a uuid", [{ rangeip: [] }]],
    ["ranges that are no list", [{ uuid: "n1", rangeip: {} }]],
    ["devices that are none", [{ uuid: "n1", device: ["10.0.0.1"] }]],
  ])("do nothing with %s", async (_, jobs) => {
    server.on("getJobs", json({ jobs }));
    expect(await run("netdiscovery")).toMatchObject({ jobs: [], errors: [{ operation: "getJobs" }] });
  });
});
