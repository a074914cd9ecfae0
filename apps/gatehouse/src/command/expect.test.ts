import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { folderOf } from "../apply/folder.test.helper.js";
import { AT, aCertificate, aProblem, gatewayOf } from "./gateway.test.helper.js";

const aNode = (name: string, said: object = {}) => ({
  ...{ id: `id-${name}`, name, state: "active", stateSince: AT, stateBy: "policy", labels: {}, createdAt: AT },
  ...{ lastSeen: AT, agents: [], evidence: [], settings: {} },
  ...said,
});
const anAgent = (family: string) => ({
  ...{ id: `agent-${family}`, family, aliases: [], attributes: {}, firstSeen: AT, lastSeen: AT, isAlive: true },
  ...{ trust: "key", latestReport: null },
});
const aReport = (said: object = {}) => ({
  ...{ id: "1", agentId: "a", nodeId: "id-web-1", nodeName: "web-1", protocol: "dsc", run: "r", status: "success" },
  ...{ operation: "Consistency", startedAt: AT, endedAt: AT, outcome: "success", errors: [], errorCount: 0 },
  ...{
    counts: { ok: 3 },
    content: null,
    published: [],
    hungAfterSeconds: null,
    attributes: {},
    firstAt: AT,
    lastAt: AT,
  },
  ...{ parts: [] },
  ...said,
});
const anExchange = (said: object = {}) => ({
  ...{ id: "9", requestId: "r-9", at: AT, durationMs: 1.5, protocol: "dsc", route: "dsc.get-action", method: "POST" },
  ...{ path: "/PSDSCPullServer.svc/GetDscAction", status: 200, from: "192.0.2.1", peer: null, nodeId: "id-web-1" },
  ...{ nodeName: "web-1", requestBytes: 10, responseBytes: 20 },
  ...said,
});
const anInventory = (said: object = {}) => ({
  ...{ agentId: "a", isCollected: false, deviceId: "web-1-2026", itemType: "Computer", tag: null, repairs: [] },
  ...{ versionClient: "GLPI-Agent_v1.7", isComplete: true, seenAt: AT, changedAt: AT, fullAt: AT },
  sections: [
    {
      name: "softwares",
      content: [
        { name: "openssl", version: "3.0.11" },
        { name: "openssh-server", version: "9.2" },
      ],
      changedAt: AT,
    },
    { name: "hardware", content: { name: "web-1", memory: 2048 }, changedAt: AT },
  ],
  ...said,
});
const aJob = (said: object = {}) => ({
  ...{ id: "j1", number: 7, orderId: "o1", orderName: "install", nodeId: "n1", nodeName: "web-1", agentId: "a" },
  ...{ task: "deploy", state: "ok", dueAt: AT, createdAt: AT, createdBy: "ada", sentAt: null, timesSent: 0 },
  ...{ startedAt: null, heardAt: null, endedAt: null, reason: null, waitsBecause: null },
  ...said,
});
const aRecording = {
  ...{ id: "rec", name: null, spec: {}, most: 1000, megabytes: 256, createdAt: AT, createdBy: "ci", endsAt: AT },
  ...{ recorded: 0, bytes: 0, state: "on" },
};
const aStatus = {
  ...{ version: "0.1.0", startedAt: AT, latestReports: {}, reports24h: {}, tasks: [], protocols: ["dsc"] },
  nodes: { active: 1, expired: 0, deactivated: 0, quarantined: 0 },
  jobs: { open: {}, ended24h: {}, unproven: 0 },
  backlog: { waiting: 0, oldestAt: null, deadLetters: 0 },
  pending: { identityConflicts: 0, certificateRequests: 0 },
  database: { version: "18", sizeBytes: 1, now: AT, milliseconds: 1 },
  compiler: { state: "disabled" },
};

const noNode = aProblem(404, "not-found", "There is no node with this name, id or alias.");
const answers = {
  "GET /nodes/web-1": aNode("web-1", { agents: [anAgent("dsc"), anAgent("puppet")], labels: { site: "berlin" } }),
  "GET /nodes/web-9": noNode,
  "GET /nodes": { nodes: [aNode("web-1"), aNode("web-2")], next: null },
  "GET /reports": (target: string) => {
    if (target.includes("node=web-9")) return noNode;
    const failed = aReport({
      ...{
        id: "2",
        status: "failure",
        errors: [{ message: "It broke.", resource: "[File]A", code: "1" }],
        errorCount: 3,
      },
    });
    const all = [failed, aReport()].filter(
      ({ status, protocol }) =>
        (!target.includes("status=") || target.includes(`status=${status}`)) &&
        (!target.includes("protocol=") || target.includes(`protocol=${protocol}`)),
    );
    return { reports: all, next: null };
  },
  "GET /exchanges": (target: string) => ({
    exchanges: target.includes("leastStatus=500") ? [] : [anExchange(), anExchange({ id: "10" })],
    next: null,
  }),
  "GET /recordings": { recordings: [aRecording] },
  "POST /recordings": aRecording,
  "DELETE /recordings/rec": { ...aRecording, state: "stopped" },
  "GET /nodes/web-1/inventory": { inventories: [anInventory()] },
  "GET /inventory": {
    hits: [{ nodeId: "n1", nodeName: "web-1", found: [{ section: "softwares", entry: { name: "openssl" } }] }],
    next: null,
  },
  "GET /nodes/web-1/facts": {
    facts: [
      { source: "puppet", facts: { os: { family: "Debian", release: { major: "12" } } }, seenAt: AT, changedAt: AT },
    ],
  },
  "GET /certificates/web-1": {
    ...{ name: "web-1", profile: "puppet", state: "signed", request: null, pem: "PEM" },
    certificate: aCertificate({ name: "web-1" }),
  },
  "GET /certificates/web-9": aProblem(404, "not-found", "Nothing is known of this name."),
  "GET /certificates": { certificates: [aCertificate({ name: "web-8" })], next: null },
  "GET /certificate-requests": { requests: [] },
  "GET /jobs": (target: string) =>
    target.includes("order=none")
      ? aProblem(404, "not-found", "There is no order with this name or id.")
      : { jobs: [aJob(), aJob({ id: "j2", nodeName: "web-2", state: "ko", reason: "no space" })], next: null },
};

async function ran(text: string, args: readonly string[] = [], more: object = {}) {
  const dir = folderOf({ "ci.yaml": text });
  const { gatehouse, asked } = await gatewayOf({ "GET /status": aStatus, ...answers, ...more });
  const words = args.map((word) => word.replace("DIR", dir));
  const done = await gatehouse([...words, "expect", "-f", `${dir}/ci.yaml`]);
  return { ...done, asked, dir, lines: done.out.replaceAll(`${dir}/`, "").split("\n") };
}

describe("gatehouse expect", () => {
  it.each([
    "report: {node: web-1, status: success, counts: {ok: 3, failed: 0}}",
    "{report: {errors: {message: '*broke*'}, errorCount: 3}}",
    "{report: {protocol: dsc, status: [success, failure]}, atLeast: 2}",
    "exchange: {node: web-1, route: dsc.get-action, status: 200, method: post, path: '/PSDSC*', from: 192.0.2.1}",
    "{exchange: {node: web-1}, exactly: 2}",
    "never: {exchange: {leastStatus: 500}}",
    "inventory: {node: web-1, section: softwares, has: {name: OpenSSL, version: 3.*}}",
    "inventory: {node: web-1, section: hardware, has: {memory: 2048}}",
    "{inventory: {node: web-1, section: softwares}, exactly: 2}",
    "inventory: {node: web-1, versionClient: 'GLPI-Agent*', isComplete: true}",
    "inventory: {section: softwares, has: {name: openssl}}",
    "node: {name: web-1, state: active, agents: [dsc, puppet], labels: {site: [berlin, bonn]}}",
    "{node: {name: 'web-*'}, exactly: 2}",
    "never: {node: {name: web-9}}",
    "never: {node: {name: web-1, agents: [inventory]}}",
    "facts: {node: web-1, path: os.family, is: Debian, source: puppet}",
    "facts: {node: web-1, path: os.release.major, is: 12}",
    "facts: {node: web-1, path: os}",
    "certificate: {name: web-1, state: signed, altNames: ['DNS:web01', 'DNS:www'], extensions: {pp_role: web}}",
    "never: {certificate: {name: web-9}}",
    "{job: {order: install, state: ok}, exactly: 1}",
    "job: {state: [ko, timed-out], reason: no*}",
  ])("is met: %s", async (text) => {
    // Nothing is waited for: what must never be is looked at twice.
    const { code, err, out } = await ran(
      `- ${text}\n  within: 1s\n`.replace(/^- (\{.*)\}\n {2}within: 1s/s, "- $1, within: 1s}"),
    );
    expect({ code, err, out }).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^met .*\n1 of 1 met/) });
  });

  it("says of everything else what was there in its place", async () => {
    const { code, err, lines } = await ran(
      [
        "within: 1s",
        "expect:",
        "  - report: {node: web-1, status: hung}",
        "  - report: {node: web-9}",
        "  - report: {node: web-1, protocol: puppet}",
        "  - exchange: {node: web-1, status: 404}",
        "  - never: {exchange: {status: 200}}",
        "  - inventory: {node: web-1, section: softwares, has: {name: opensl}}",
        "  - inventory: {node: web-1, section: software, has: {name: openssl}}",
        "  - inventory: {node: web-1, tag: lab}",
        "  - node: {name: web-1, state: quarantined}",
        "  - facts: {node: web-1, path: os.famly, is: Debian}",
        "  - facts: {node: web-1, path: os.family, is: RedHat}",
        "  - certificate: {name: web-9, state: signed}",
        "  - certificate: {name: web-1, state: revoked}",
        "  - {job: {order: install, state: ok}, atLeast: 2}",
        "  - job: {order: none}",
      ].join("\n"),
    );
    expect({ code, err }).toEqual({ code: 1, err: "gatehouse: 15 of 15 expectations not met.\n" });
    const below = (line: number) => {
      const at = lines.findIndex((text) => text.startsWith(`    ci.yaml:${line}: `));
      const next = lines.findIndex((text, i) => i > at && !text.startsWith("      "));
      return lines.slice(at, next).map((text) => text.trim().replace(/^ci\.yaml:\d+: /, ""));
    };
    expect(Object.fromEntries(Array.from({ length: 15 }, (_, i) => [i + 3, below(i + 3)]))).toEqual({
      3: [
        "It did not come in 1 s.",
        "failure, dsc of web-1 at 2026-03-01 10:00:00Z (report 2): [File]A: It broke.; and 2 more",
        "success, dsc of web-1 at 2026-03-01 10:00:00Z (report 1)",
      ],
      4: ["There was never a node web-9.", "Nodes whose names are close: web-1, web-2"],
      5: [
        "It did not come in 1 s.",
        "No report of web-1 ever came by puppet; of other protocols:",
        "failure, dsc of web-1 at 2026-03-01 10:00:00Z (report 2): [File]A: It broke.; and 2 more",
        "success, dsc of web-1 at 2026-03-01 10:00:00Z (report 1)",
      ],
      6: [
        "It did not come in 1 s.",
        "2 times, the last: 200 on POST /PSDSCPullServer.svc/GetDscAction of web-1 at 2026-03-01 10:00:00Z (exchange 9)",
      ],
      7: [
        "It came, and never must.",
        "200 on POST /PSDSCPullServer.svc/GetDscAction of web-1 at 2026-03-01 10:00:00Z (exchange 9)",
        "200 on POST /PSDSCPullServer.svc/GetDscAction of web-1 at 2026-03-01 10:00:00Z (exchange 10)",
      ],
      8: ["It did not come in 1 s.", "softwares has 2 entries; the nearest:", "name openssl, version 3.0.11"],
      9: ["It did not come in 1 s.", "It has no section software; it has softwares."],
      10: ["It did not come in 1 s.", "What came of it:", `of GLPI-Agent_v1.7, as web-1-2026, seen at ${AT}`],
      11: ["It did not come in 1 s.", `web-1 is active, agents dsc, puppet, labels site berlin, seen at ${AT}`],
      12: ["It did not come in 1 s.", "By puppet there is no os.famly; is it os.family?"],
      13: ["It did not come in 1 s.", `os.family is Debian, by puppet at ${AT}`],
      14: ["It did not come in 1 s.", "Nobody asked for a certificate of this name; close to it: web-8."],
      15: ["It did not come in 1 s.", `web-1 is signed, by ada at ${AT}, with DNS:web01, DNS:www`],
      16: [
        "It came 1 times in 1 s: at least 2.",
        "deploy on web-1 is ok (job j1)",
        "1 ok, 1 ko:",
        "deploy on web-1 is ok (job j1)",
        "deploy on web-2 is ko: no space (job j2)",
      ],
      17: ["It did not come in 1 s.", "There is no order none."],
    });
  });

  it("begins a recording, and stops it", async () => {
    const { code, asked } = await ran("record: {leastStatus: 500}\nexpect: [{node: {name: web-1}}]");
    expect(code).toBe(0);
    const calls = asked.filter(([call]) => call.includes("/recordings"));
    expect(calls).toEqual([["POST /recordings", { leastStatus: 500, seconds: 360 }], ["DELETE /recordings/rec"]]);
  });

  it("asks for exchanges with a wait, and no longer than the gateway holds a question back", async () => {
    const { asked } = await ran("- {exchange: {node: web-1}, within: 5m}\n- {exchange: {route: dsc}, within: 20s}\n");
    const waits = asked.map(([call]) => /wait=(\d+)s/.exec(call)?.[1]).filter((wait) => wait !== undefined);
    expect(Number(waits[0])).toBe(60);
    expect(Number(waits[1])).toBeLessThanOrEqual(20);
  });

  it("writes TAP and JUnit's XML beside the text", async () => {
    const dir = folderOf({ "old.xml": "of another run" });
    const files = ["--tap", `${dir}/new.tap`, "--junit", `${dir}/old.xml`];
    const { gatehouse } = await gatewayOf({ "GET /status": aStatus, ...answers });
    writeFileSync(`${dir}/ci.yaml`, "- node: {name: web-1}\n- {node: {name: web-9}, within: 1s}\n");
    const { code, out } = await gatehouse(["expect", "-f", `${dir}/ci.yaml`, ...files]);
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining("1 of 2 met") });
    expect(readFileSync(`${dir}/new.tap`, "utf8")).toContain("not ok 2 - a node: name web-9\n");
    expect(readFileSync(`${dir}/old.xml`, "utf8")).toContain('<failure message="There was never a node web-9."');
  });

  it("prints TAP, or JSON, in place of the text", async () => {
    const text = "- {name: 'is # TODO there', node: {name: web-9}, within: 1s}";
    const dir = folderOf({ "ci.yaml": text });
    const { gatehouse } = await gatewayOf({ "GET /status": aStatus, ...answers });
    const printed = await gatehouse(["expect", "-f", `${dir}/ci.yaml`, "--tap", "-"]);
    expect(printed.out).toMatch(/^TAP version 13\n1\.\.1\nnot ok 1 - is \\# TODO there\n/);
    const { json, code } = await gatehouse(["--json", "expect", "-f", `${dir}/ci.yaml`]);
    expect({ json, code }).toMatchObject({
      json: {
        met: false,
        startedAt: AT,
        expectations: [{ kind: "node", line: 1, why: "There was never a node web-9." }],
      },
      code: 1,
    });
  });

  it.each<[string, string[], RegExp]>([
    ["no file", [], /-f FILE or -f DIR is needed/],
    ["a file that is not there", ["-f", "none.yaml"], /none\.yaml: There is no such file/],
    ["two things for one output", ["-f", "ci.yaml", "--tap", "-", "--json"], /both for standard output/],
    ["results in a folder", ["-f", "DIR/ci.yaml", "--junit", "DIR/folder"], /folder cannot be written: it is a folder/],
    ["results where no folder is", ["-f", "DIR/ci.yaml", "--tap", "DIR/none/a.tap"], /cannot be written/],
    ["a file that expects nothing", ["-f", "DIR/empty.yaml"], /nothing was looked at:\n.*Nothing is expected/],
    ["another option", ["--within", "5m"], /unknown option/],
  ])("refuses %s, and asks nobody", async (_, args, words) => {
    const dir = folderOf({ "ci.yaml": "node: {name: web-1}", "empty.yaml": "" });
    mkdirSync(`${dir}/folder`);
    const { gatehouse, asked } = await gatewayOf({});
    const { code, err, out } = await gatehouse(["expect", ...args.map((word) => word.replace("DIR", dir))]);
    expect({ code, err, out }).toMatchObject({ code: 2, err: expect.stringMatching(words), out: "" });
    expect(asked).toEqual([]);
  });

  it("has its own exit code for a gateway that nobody reaches, or nobody told of", async () => {
    const dir = folderOf({ "ci.yaml": "node: {name: web-1}" });
    const { gatehouse } = await gatewayOf({});
    const args = ["expect", "-f", `${dir}/ci.yaml`, "--junit", `${dir}/results.xml`];
    expect(await gatehouse(args, { GATEHOUSE_URL: "http://127.0.0.1:9" })).toMatchObject({ code: 3 });
    expect(await gatehouse([...args, "--data", dir], { GATEHOUSE_URL: "" })).toMatchObject({ code: 3 });
    expect(existsSync(`${dir}/results.xml`) && readFileSync(`${dir}/results.xml`, "utf8")).toBe("");
  });

  it("hands on what the gateway refuses, with what to do", async () => {
    const forbidden = aProblem(403, "forbidden", "That needs operator.");
    const { code, err } = await ran("job: {order: install}", [], { "GET /jobs": forbidden });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("gatehouse token create") });
  });

  it("has the place of a rule that the gateway does not take", async () => {
    const wrong = aProblem(400, "request-malformed", "where.field is not a field.");
    const { code, err, dir } = await ran("- node: {where: {field: x}}", [], { "GET /nodes": wrong });
    expect({ code, err }).toEqual({ code: 2, err: `gatehouse: ${dir}/ci.yaml:1: where.field is not a field.\n` });
  });
});
