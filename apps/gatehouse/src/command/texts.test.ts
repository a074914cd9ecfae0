import type { DeadLetter, ReportEvent, ShownReport, Status } from "@gatehouse/client";
import { ApiProblem } from "@gatehouse/client";
import { describe, expect, it } from "vitest";
import { auditText } from "./audit.js";
import { deadLettersText, deadLetterText } from "./dead-letter.js";
import { pendingText } from "./pending-text.js";
import { adviceOn } from "./refusal.js";
import { reportsText } from "./report-list.js";
import { reportText } from "./report-text.js";
import { statusText } from "./status-text.js";

const AT = "2026-03-01T10:00:00.123Z";

describe("status", () => {
  const well: Status = {
    version: "1.2.3",
    startedAt: "2026-03-01T08:00:00Z",
    nodes: { active: 12, expired: 1, deactivated: 0, quarantined: 0 },
    latestReports: { success: 9, failure: 2, "of a later version": 1 },
    reports24h: { success: 480, failure: 3 },
    jobs: { open: {}, ended24h: {}, unproven: 0 },
    backlog: { waiting: 0, oldestAt: null, deadLetters: 0 },
    pending: { identityConflicts: 0, certificateRequests: 0 },
    tasks: [{ name: "sweep", startedAt: AT, endedAt: AT, error: null }],
    database: { version: "18.4", sizeBytes: 3 << 20, now: "2026-03-01T12:00:00Z", milliseconds: 1.6 },
    protocols: ["dsc"],
    compiler: { state: "disabled" },
  };
  const text = (status: Partial<Status>) => statusText({ ...well, ...status }, "https://gate:8140");

  it("is told at a glance", () => {
    expect(text({})).toBe(
      [
        "gateway        https://gate:8140, version 1.2.3, up 4 hours",
        "protocols      dsc",
        "database       PostgreSQL 18.4, 3.0 MiB, answers in 2 ms",
        "compiler       off: puppet.compiler.enabled is false",
        "nodes          12 active, 1 expired",
        "newest runs    9 success, 2 failure, 1 of a later version",
        "last 24 hours  483 reports: 480 success, 3 failure",
        "jobs           none open",
        "inbox          empty",
        "dead letters   none",
        "waits for you  nothing",
        "tasks          1 task ran, all well",
        "",
      ].join("\n"),
    );
  });

  it("names what waits, what was refused and what failed", () => {
    const failed = { name: "expire", startedAt: "2026-03-01T11:58:00Z", endedAt: null, error: "deadlock" };
    const told = text({
      jobs: { open: { prepared: 3, running: 1 }, ended24h: { ok: 7, "timed-out": 2 }, unproven: 1 },
      backlog: { waiting: 3, oldestAt: "2026-03-01T11:00:00Z", deadLetters: 2 },
      nodes: { active: 1, expired: 0, deactivated: 0, quarantined: 3 },
      pending: { identityConflicts: 1, certificateRequests: 2 },
      tasks: [...well.tasks, failed],
    });
    expect(told).toContain(
      "inbox          3 submissions wait, the oldest since 2026-03-01 11:00:00Z (60 minutes ago)\n",
    );
    expect(told).toContain(
      "jobs           3 prepared, 1 running (1 of them waits for a proof of its agent); ended in 24 hours: 7 ok, 2 timed-out\n",
    );
    expect(told).toContain("dead letters   2: gatehouse dead-letter list\n");
    expect(told).toContain(
      "waits for you  3 nodes in quarantine, 1 identity conflict, 2 requests for certificates: gatehouse pending\n",
    );
    expect(told).toContain("tasks          expire FAILED 2 minutes ago: deadlock\n");
  });

  it.each<[Status["compiler"], string]>([
    [{ state: "starting" }, "not started yet"],
    [{ state: "missing", reason: "No Ruby was found." }, "none: No Ruby was found."],
    [
      { state: "ready", ruby: "3.1.2", library: "Puppet 7.23.0", workers: 2, busy: 1, waiting: 0 },
      "Ruby 3.1.2 with Puppet 7.23.0, 1 of 2 workers busy",
    ],
    [
      { state: "ready", ruby: "3.1.2", library: "OpenVox 8.28.1", workers: 1, busy: 1, waiting: 3 },
      "Ruby 3.1.2 with OpenVox 8.28.1, 1 of 1 worker busy, 3 catalogs wait",
    ],
  ])("has the compiler: %j", (compiler, expected) => {
    expect(text({ compiler })).toContain(`\ncompiler       ${expected}\n`);
  });

  it("of an empty gateway says what to do first", () => {
    const told = text({
      nodes: { active: 0, expired: 0, deactivated: 0, quarantined: 0 },
      latestReports: {},
      reports24h: {},
      tasks: [],
    });
    expect(told).toMatch(/nodes +none yet: gatehouse dsc key add/);
    expect(told).toMatch(/newest runs +none yet\nlast 24 hours +no reports\n/);
    expect(told).toMatch(/tasks +none ran yet/);
  });
});

describe("what waits for a person", () => {
  const conflict = {
    ...{ id: "5", kind: "clone" as const, score: 70, node: { id: "n-2", name: "web\u001b2" } },
    ...{ other: { id: "n-1", name: "web1" }, why: "It looks like web1.", raisedAt: AT },
  };
  const request = {
    ...{ name: "web01", profile: "inventory" as const, altNames: [], extensions: {}, receivedAt: AT, from: null },
    ...{ note: "no rule", fingerprints: { sha1: "1", sha256: "AB:CD", sha512: "3" } },
  };

  const knocks = {
    ...{ id: "n-3", name: "web\u001b3", since: AT, by: "enrolment", lastSeen: AT, addresses: ["192.0.2.7"] },
    held: 2,
    agents: [
      {
        ...{ id: "i-3", family: "inventory" as const },
        aliases: [
          { family: "inventory" as const, kind: "agentid", value: "a-3" },
          { family: "inventory" as const, kind: "deviceid", value: "web3-2024-02-29-12-00-00" },
        ],
      },
    ],
  };

  it("is told with what to do about each", () => {
    const pending = {
      ...{ conflicts: [conflict], openConflicts: 9, next: "x", certificateRequests: [request] },
      ...{ quarantined: [knocks], moreQuarantined: false },
    };
    const text = pendingText(pending);
    for (const line of [
      /^9 pairs of nodes may be one machine\n\nconflict +5, clone, 70 of 100\nnode +web\ufffd2 \(n-2\)$/m,
      /^one machine +gatehouse node merge n-1 n-2$/m,
      /^two machines +gatehouse pending dismiss 5$/m,
      /^1 node in quarantine: what they handed in is kept, and not processed\n\nnode +web\ufffd3 \(n-3\)$/m,
      /^since +2026-03-01 10:00:00Z \(.* ago\), by enrolment$/m,
      /^calls from +192\.0\.2\.7$/m,
      /^agentid +a-3\ndeviceid +web3-2024-02-29-12-00-00\nkept +2 submissions$/m,
      /^let it in +gatehouse node activate n-3\nthrow it away +gatehouse node purge n-3$/m,
      /^1 request for a certificate\n\nrequest +web01, profile inventory\nfingerprint +AB:CD$/m,
      /^sign it +gatehouse ca sign web01 --profile inventory$/m,
    ])
      expect(text).toMatch(line);
  });

  const nothing = {
    ...{ conflicts: [], openConflicts: 0, next: null, certificateRequests: [] },
    ...{ quarantined: [], moreQuarantined: false },
  };

  it("says where the rest of many nodes in quarantine is", () => {
    const text = pendingText({ ...nothing, quarantined: [knocks, knocks], moreQuarantined: true });
    expect(text).toMatch(
      /^The first 2 nodes in quarantine; all of them: gatehouse node list --state quarantined\n\nnode /,
    );
  });

  it("may be nothing", () => {
    expect(pendingText(nothing)).toBe("Nothing waits for a person.\n");
  });
});

const report: ShownReport = {
  id: "7",
  agentId: "a-1",
  nodeId: "n-1",
  nodeName: "web1",
  protocol: "dsc",
  run: "job-1",
  status: "failure",
  operation: "Consistency",
  startedAt: "2026-03-01T09:58:00Z",
  endedAt: "2026-03-01T10:00:00Z",
  outcome: "success",
  errors: [{ message: "It\nbroke", resource: "[File]A", code: "1" }],
  errorCount: 1,
  counts: { ok: 30, failed: 1, changed: 1 },
  content: { kind: "dsc-configuration", sha256: "ab12" },
  published: [{ name: "Web", channel: "current", version: 4, current: false }],
  hungAfterSeconds: null,
  attributes: { RefreshMode: "Pull", Locale: null },
  catalog: null,
  firstAt: AT,
  lastAt: "2026-03-01T10:01:00Z",
  parts: [
    { submissionId: "1", acceptedAt: AT, size: 1000 },
    { submissionId: "2", acceptedAt: AT, size: 1048 },
  ],
};
const event = (seq: number, status: ReportEvent["status"]): ReportEvent => ({
  seq,
  resource: `[File]${status}${seq}`,
  type: "File",
  status,
  message: null,
  seconds: 0.5,
  detail: {},
});

describe("reports", () => {
  it("are listed with what was in force", () => {
    expect(reportsText([report], false).split("\n")[1]).toMatch(
      /^2026-03-01 10:00:00Z +web1 +failure +Consistency +1 failed, 1 changed, 30 ok +1 +Web 4 \(not current\) +7$/,
    );
    expect(reportsText([], false)).toContain("ReportServerWeb");
    expect(reportsText([], true)).toBe("No report is like that.\n");
  });

  it("are shown with errors and resources, the worst first", () => {
    const events = [
      ...Array.from({ length: 30 }, (_, i) => event(i, "ok")),
      event(30, "changed"),
      event(31, "failed"),
      event(32, "noncompliant"),
      event(33, "skipped"),
    ];
    const text = reportText(report, events);
    for (const line of [
      /^status +failure \(the agent calls it success\)$/m,
      /^took +2 minutes$/m,
      /^received +2026-03-01 10:00:00Z \(/m,
      /^last part +2026-03-01 10:01:00Z \(/m,
      /^in force +Web 4 \(not current\) \(dsc-configuration AB12\)$/m,
      /^submissions +2 submissions, 2\.0 KiB \(--raw prints them\)$/m,
      /^1 error\n {2}\[File\]A It broke \(1\)$/m,
      /^ {2}and 10 more that are ok: gatehouse report events 7 --all$/m,
      /^in the words of dsc\n {2}RefreshMode +Pull$/m,
    ])
      expect(text).toMatch(line);
    const shown = [...text.matchAll(/\[File\]([a-z]+)\d+/g)].map(([, status]) => status);
    expect(shown.slice(0, 5)).toEqual(["failed", "noncompliant", "skipped", "changed", "ok"]);
    expect(shown).toHaveLength(24);
  });

  it("of Puppet has its figures in a line, its warnings line by line, and what it corrected", () => {
    const attributes = {
      environment: "production",
      noop: false,
      resources: { total: 30, changed: 1, failed: 0 },
      events: { failure: 0 },
      logs: { err: 2 },
      warnings: ["err Facter: no such\u001b file", "warning Puppet: careful"],
      groups: ["a", "b"],
    };
    const corrected = { ...event(1, "changed"), message: "content changed", detail: { corrective: true } };
    const times = { firstAt: AT, lastAt: AT, times: 3, milliseconds: 4 };
    const catalog = { id: "12", ...times, environment: "production", version: 7, digest: "ab", resources: 30 };
    const puppet = { ...report, protocol: "puppet", attributes, catalog: { ...catalog, warnings: 2, error: null } };
    const text = reportText(puppet, [corrected]);
    for (const line of [
      /^catalog +12 of production, version 7, 2 warnings when it was compiled \(gatehouse puppet catalog web1 --id 12 shows it\)$/m,
      /content changed \(corrective\)/,
      /^in the words of puppet\n {2}environment +production\n {2}noop +false\n {2}resources +total 30, changed 1\n {2}logs +err 2\n {2}groups +\["a","b"\]$/m,
      /^warnings\n {2}err Facter: no such\ufffd file\n {2}warning Puppet: careful$/m,
    ])
      expect(text).toMatch(line);
  });

  it("of a job name its story, and have the gateway's times", () => {
    const text = reportText({ ...report, protocol: "jobs", run: "the-job" }, []);
    expect(text).toMatch(/^story +gatehouse job show the-job$/m);
    expect(text).toMatch(/^ended +2026/m);
    expect(text).not.toContain("clock");
  });

  it("that say little are shown with little", () => {
    const text = reportText(
      {
        ...report,
        ...{ status: "hung", outcome: null, endedAt: null, hungAfterSeconds: 3_600, content: null, published: [] },
        ...{ errors: [], errorCount: 0, counts: {}, attributes: {}, parts: [] },
      },
      [],
    );
    expect(text).toMatch(/^status +hung: it was not heard of for 60 minutes and never ended$/m);
    expect(text).not.toMatch(/ended +2026|took|in force|submissions|error|resource|words/);
  });

  it("say what was in force and is not published, and how many errors are left out", () => {
    const text = reportText({ ...report, published: [], errorCount: 61 }, []);
    expect(text).toMatch(/in force +what is not published here \(dsc-configuration AB12\)/);
    expect(text).toMatch(/^61 errors\n.*\n {2}and 60 more: --raw has them$/m);
  });
});

describe("dead letters", () => {
  const letter: DeadLetter = {
    id: "9",
    agentId: "a-1",
    nodeId: "n-1",
    nodeName: "web1",
    kind: "dsc.report",
    size: 2048,
    acceptedAt: AT,
    failedAt: AT,
    failure: { code: "request-malformed", message: "It is not JSON.", detail: "at 3" },
    redrives: 1,
  };

  it("are listed with why, and shown with what to do", () => {
    expect(deadLettersText([letter]).split("\n")[1]).toMatch(
      /web1 +dsc\.report +2\.0 KiB +request-malformed: It is not JSON\. +1 +9$/,
    );
    expect(deadLettersText([])).toMatch(/^There are no dead letters/);
    expect(deadLetterText(letter)).toMatch(/^where +at 3$/m);
    expect(deadLetterText(letter)).toMatch(/^try it again +gatehouse dead-letter redrive 9$/m);
    expect(deadLetterText({ ...letter, nodeId: null, nodeName: null })).not.toMatch(/^node/m);
  });
});

describe("the audit trail", () => {
  it("is listed with its detail", () => {
    const event = {
      id: "1",
      at: AT,
      actor: "ada",
      action: "node.label",
      subject: "n-1",
      detail: { after: { a: "b" } },
    };
    expect(auditText([event], false).split("\n")[1]).toBe(
      '2026-03-01 10:00:00Z  ada  node.label  n-1  after {"a":"b"}',
    );
    expect([auditText([], false), auditText([], true)]).toEqual([
      "Nothing was done yet.\n",
      "Nothing of that was done.\n",
    ]);
  });
});

describe("a refusal", () => {
  it.each([
    ["forbidden", /token create/],
    ["unauthenticated", /GATEHOUSE_TOKEN/],
    ["database-unavailable", /gatehouse doctor/],
    ["not-found", /^$/],
    [undefined, /^$/],
  ] as const)("%s is given advice where there is some", (code, words) => {
    expect(adviceOn(new ApiProblem(400, code, "No.", undefined))).toMatch(words);
  });
});
