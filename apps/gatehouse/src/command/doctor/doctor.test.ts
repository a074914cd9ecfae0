import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http, { type RequestListener } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HealthCheck } from "@gatehouse/core/health";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeAdminToken, writeRunFile } from "../../server/run-files.js";
import { run } from "../program.js";
import { listening, portCheck } from "./port.js";
import { serverClockCheck } from "./reach.js";
import { examinationText } from "./text.js";

const root = mkdtempSync(path.join(tmpdir(), "gatehouse-doctor-command-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(app: RequestListener): Promise<string> {
  const server = http.createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address of this machine that nobody listens on. */
async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

let dataDir: string;
let listeners: string[];
beforeEach(() => {
  dataDir = mkdtempSync(path.join(root, "data-"));
  listeners = ["127.0.0.1:0"];
});

async function doctor(env: NodeJS.ProcessEnv = {}, ...args: string[]) {
  let [out, err] = ["", ""];
  const code = await run(["--data", dataDir, "doctor", ...args], {
    env: {
      GATEHOUSE_LISTENERS: JSON.stringify(listeners.map((address) => ({ address, tls: "off" }))),
      ...env,
    },
    out: (text) => {
      out += text;
    },
    warn: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

/** What is found, as `where id state`, with the findings beside. */
async function examined(env: NodeJS.ProcessEnv = {}) {
  const { code, out } = await doctor(env, "--json");
  const { checks } = JSON.parse(out) as { checks: (HealthCheck & { seenFrom: string })[] };
  return {
    code,
    states: checks.map(({ seenFrom, id, state }) => `${seenFrom} ${id.replace(/:127.*/, "")} ${state}`),
    finding: (id: string) => checks.find((check) => check.id.startsWith(id))?.finding,
  };
}

const CHECKS: HealthCheck[] = [
  { id: "inbox", state: "ok", finding: "Nothing waits.", advice: null },
  { id: "disk", state: "warning", finding: "It is nearly full.", advice: "Make room." },
];

/** A gateway as far as the doctor looks. */
const gateway =
  ({ token = "good", checks = CHECKS, pull = 200, status = 200, date = true } = {}): RequestListener =>
  (req, res) => {
    if (!date) res.sendDate = false;
    if (req.url === "/PSDSCPullServer.svc/") {
      res.writeHead(pull, { ProtocolVersion: "2.0" }).end();
    } else if (req.headers.authorization !== `Bearer ${token}`) {
      problem(res, 401, "unauthenticated", "The token is unknown.");
    } else if (status !== 200) problem(res, status, status === 403 ? "forbidden" : "internal", "No.");
    else res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ checks }));
  };

function problem(res: http.ServerResponse, status: number, code: string, title: string): void {
  const body = JSON.stringify({ code, status, title, requestId: "r-1" });
  res.writeHead(status, { "content-type": "application/problem+json" }).end(body);
}

async function running(app: RequestListener, pid = process.pid): Promise<string> {
  const url = await serve(app);
  writeRunFile(dataDir, { pid, api: url, fingerprint: null });
  writeAdminToken(dataDir, "good");
  return url;
}

describe("doctor, with a gateway that runs", () => {
  it("looks from here, and asks the gateway", async () => {
    await running(gateway());
    expect(await examined()).toMatchObject({
      code: 0,
      states: [
        "here config ok",
        "here gateway ok",
        "here clock ok",
        "here token ok",
        "here agents ok",
        "gateway inbox ok",
        "gateway disk warning",
      ],
    });
  });

  it("tells a person what is wrong, and what to do", async () => {
    await running(gateway());
    const { code, out, err } = await doctor();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^From here\n {2}ok {7}config /);
    expect(out).toMatch(/From the gateway\n.*\n {2}warning {2}disk +It is nearly full\.\n +-> Make room\.\n/);
    expect(out).toMatch(/\n0 failed, 1 warning, 6 ok\.\n$/);
  });

  it("fails when the gateway finds that something failed", async () => {
    const broken: HealthCheck = { id: "database", state: "failed", finding: "Away.", advice: "Look." };
    await running(gateway({ checks: [broken] }));
    expect(await doctor()).toMatchObject({ code: 1, err: "gatehouse: 1 check failed.\n" });
  });

  it.each([
    [{ token: "other" }, 1, "here token failed"],
    [{ status: 403 }, 0, "here token warning"],
    [{ status: 500 }, 1, "here gateway-doctor failed"],
    [{ pull: 503 }, 1, "here agents failed"],
    [{ pull: 404 }, 0, "here agents warning"],
    [{ date: false }, 0, "here clock warning"],
  ])("that is %j", async (how, code, state) => {
    await running(gateway(how));
    const found = await examined();
    expect(found.code).toBe(code);
    expect(found.states).toContain(state);
  });

  it("calls every listener that mounts DSC, where the run file has them", async () => {
    const api = await running(gateway());
    const other = await serve(gateway({ pull: 503 }));
    const silent = `http://${await freeAddress()}`;
    const run = { pid: 1, api, fingerprint: null, listeners: [] as object[] };
    run.listeners = [
      { url: api, mounts: ["api"] },
      { url: other, mounts: ["dsc"] },
      { url: silent, mounts: ["dsc"] },
    ];
    writeFileSync(path.join(dataDir, "run.json"), JSON.stringify(run));
    const { states } = await examined();
    expect(states.filter((state) => state.includes("agents"))).toEqual(["here agents failed", "here agents failed"]);
  });

  it("that GATEHOUSE_URL names is looked at without this machine's configuration", async () => {
    const env = { GATEHOUSE_URL: await serve(gateway()), GATEHOUSE_TOKEN: "good", GATEHOUSE_LISTENERS: "broken" };
    expect((await examined(env)).states).toEqual([
      "here gateway ok",
      "here clock ok",
      "here token ok",
      "here agents ok",
      "gateway inbox ok",
      "gateway disk warning",
    ]);
  });

  it("that is something else says so", async () => {
    const env = { GATEHOUSE_URL: await serve((_, res) => res.end("<html>")), GATEHOUSE_TOKEN: "good" };
    const { states, finding, code } = await examined(env);
    expect([code, states]).toEqual([1, ["here gateway failed"]]);
    expect(finding("gateway")).toMatch(/does not speak this API/);
  });

  it("wants a token beside GATEHOUSE_URL", async () => {
    expect(await doctor({ GATEHOUSE_URL: "http://127.0.0.1:1" })).toMatchObject({
      code: 2,
      err: expect.stringContaining("GATEHOUSE_TOKEN is needed"),
    });
  });
});

describe("doctor, without a gateway", () => {
  it("says so, and looks at what a start needs", async () => {
    const { code, states, finding } = await examined();
    expect(code).toBe(1);
    expect(states).toEqual([
      "here config ok",
      "here gateway failed",
      expect.stringMatching(/^here data-folder /),
      "here port ok",
    ]);
    expect(finding("gateway")).toMatch(/^No gateway runs on /);
  });

  it("knows a run file that is left over, and one whose process is there", async () => {
    const url = `http://${await freeAddress()}`;
    writeAdminToken(dataDir, "good");
    // Above what any system gives out.
    writeRunFile(dataDir, { pid: 2 ** 30, api: url, fingerprint: null });
    const left = await examined();
    expect(left.states.slice(1, 3)).toEqual(["here gateway failed", "here run-file warning"]);
    expect(left.finding("gateway")).toMatch(/cannot be reached/);
    writeRunFile(dataDir, { pid: process.pid, api: url, fingerprint: null });
    expect((await examined()).states).toContain("here run-file failed");
  });

  it("finds a port that is taken, and by whom as far as can be told", async () => {
    const url = await serve((_, res) => res.end("Gatehouse\n\n  /api/v1/\n"));
    listeners = [new URL(url).host, await freeAddress()];
    const { states, finding } = await examined();
    expect(states.slice(-2)).toEqual(["here port failed", "here port ok"]);
    expect(finding(`port:${new URL(url).host}`)).toMatch(/is taken by .*which is a gateway/);
    if (process.platform === "linux") expect(finding("port:")).toContain(`(process ${process.pid})`);
  });

  it("finds a data folder that is none, and one that is not there yet", async () => {
    const parent = dataDir;
    dataDir = path.join(parent, "later");
    expect((await examined()).states).toContain("here data-folder ok");
    dataDir = path.join(parent, "file");
    writeFileSync(dataDir, "");
    expect((await examined()).states).toContain("here data-folder failed");
    dataDir = path.join(parent, "folder");
    mkdirSync(dataDir);
    expect((await examined()).finding("data-folder")).toContain("are free for");
  });

  it("finds a configuration that no gateway starts with", async () => {
    const { states, finding } = await examined({ GATEHOUSE_LOG_LEVLE: "info" });
    expect(states).toEqual(["here config failed", "here gateway failed", expect.stringMatching(/data-folder/)]);
    expect(finding("config")).toMatch(/did you mean GATEHOUSE_LOG_LEVEL\?/);
  });
});

describe("a port", () => {
  it.each([
    ["127.0.0.1:0", "ok", /free port/],
    ["192.0.2.1:8140", "failed", /cannot be listened on/],
  ])("%s is %s", async (address, state, words) => {
    expect(await portCheck(address)).toMatchObject({ state, finding: expect.stringMatching(words) });
  });

  it("is found in the system's table", () => {
    const table = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:1FCC 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0",
      "   1: 0100007F:1FCC 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0",
      "   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0",
    ].join("\n");
    expect([listening(table, 8140), listening(table, 80), listening(table, 1), listening("", 1)]).toEqual([
      ["111"],
      ["333"],
      [],
      [],
    ]);
  });
});

describe("the gateway's clock", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  it.each([
    [0, "ok"],
    [30, "ok"],
    [31, "warning"],
    [-32, "warning"],
    [299, "warning"],
    [301, "failed"],
    [-302, "failed"],
  ])("%i seconds ahead is %s", (seconds, state) => {
    const date = new Date(now.getTime() + seconds * 1000 - 500).toISOString();
    expect(serverClockCheck(date, now)).toMatchObject({ id: "clock", state });
  });

  it.each([null, "soon"])("of %j is not known", (date) => {
    expect(serverClockCheck(date, now)).toMatchObject({ state: "warning" });
  });
});

describe("the text", () => {
  it("is short when all is well, and brings no control characters", () => {
    const check: HealthCheck = { id: "a", state: "ok", finding: "well\u001b[2J", advice: null };
    expect(
      examinationText([
        { heading: "Here", checks: [check] },
        { heading: "There", checks: [] },
      ]),
    ).toBe("Here\n  ok       a  well\ufffd[2J\n\nAll is well.\n");
  });
});
