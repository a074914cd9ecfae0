import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { pullServerCheck, serviceDocument } from "./agents-view.js";
import { certificateCheck, type Shown } from "./certificate.js";
import { examined, reasonOf } from "./check.js";
import { clockCheck } from "./clock.js";
import { compilerCheck } from "./compiler.js";
import { databaseChecks } from "./database.js";
import { backlogChecks } from "./inbox.js";
import { jobsCheck } from "./jobs.js";
import { schedulerChecks } from "./scheduler.js";
import { counted, lasting } from "./words.js";

const now = new Date("2026-03-01T12:00:00Z");
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);

describe("examined", () => {
  it("makes a finding of what is thrown, with advice", async () => {
    const fails = () => Promise.reject(new GatehouseError("database-unavailable", "It is away.", { detail: "ECONN" }));
    expect(await examined("x", "Wait.", fails)).toEqual([
      { id: "x", state: "failed", finding: "It is away. ECONN.", advice: "Wait." },
    ]);
  });

  it.each([
    [new Error("plain"), "plain."],
    [new AggregateError([new Error("one"), new Error("two.")]), "one. two."],
    ["text", "text."],
  ])("says why: %s", (thrown, reason) => {
    expect(reasonOf(thrown)).toBe(reason);
  });
});

describe("the compiler", () => {
  const found = {
    ruby: "3.1.2",
    path: "/usr/bin/ruby3.1",
    user: "nobody",
    library: "Puppet 7.23.0",
    confinement: "memory",
  } as const;
  const ready = { ...found, state: "ready", workers: 2, busy: 1, waiting: 3 } as const;
  const needs = (environments: string[] = [], groups: string[] = [], nodes = 0) => ({ environments, groups, nodes });

  it.each<[string, Parameters<typeof compilerCheck>, string, RegExp]>([
    [
      "that is there",
      [ready, needs()],
      "ok",
      /^Ruby 3\.1\.2 \(\/usr\/bin\/ruby3\.1\) with Puppet 7\.23\.0 .* as nobody \(kept from the memory of other processes of that account\): 1 of 2 workers busy, 3 catalogs wait\.$/,
    ],
    ["that is behind", [{ ...ready, waiting: 21 }, needs()], "warning", /21 catalogs wait/],
    ["whose process fails", [{ ...ready, problem: "no memory" }, needs()], "failed", /does not start: no memory/],
    ["that begins", [{ state: "starting" }, needs(["production"])], "ok", /not started yet/],
    ["that nobody needs", [{ state: "missing", reason: "No Ruby." }, needs()], "ok", /^No Ruby\. No site manifest/],
    [
      "that is missing",
      [{ state: "missing", reason: "No Ruby." }, needs(["a"])],
      "failed",
      /^No Ruby\. 1 environment needs it: a\.$/,
    ],
    [
      "that is turned off",
      [{ state: "disabled" }, needs(["a", "b"])],
      "failed",
      /enabled is false\. 2 environments need it: a, b\.$/,
    ],
    [
      "that classes need",
      [{ state: "missing", reason: "No Ruby." }, needs([], ["web"], 2)],
      "failed",
      /^No Ruby\. 1 group that gives classes needs it: web\. 2 nodes that have classes need it\.$/,
    ],
  ])("%s", (_, [facts, needed], state, finding) => {
    const check = compilerCheck(facts, needed);
    expect(check).toMatchObject({ id: "compiler", state, finding: expect.stringMatching(finding) });
    expect(check.advice === null).toBe(state === "ok");
  });
});

describe("the database", () => {
  const facts = (said: object) => async () => ({
    ...{ version: "18.4", sizeBytes: 5 << 20, now, milliseconds: 2.4 },
    ...said,
  });
  const schema = async () => ({ missing: [] as string[], unknown: [] as string[] });
  const sharesBackends = async () => false;
  const look = async (parts: Parameters<typeof databaseChecks>[0]) =>
    (await databaseChecks(parts)).map(({ id, state }) => `${id} ${state}`);

  it("is told with its version, its speed and its size", async () => {
    expect(await databaseChecks({ facts: facts({}), schema, sharesBackends })).toEqual([
      {
        id: "database",
        state: "ok",
        finding: "PostgreSQL 18.4 answers in 2 ms; the database has 5.0 MiB.",
        advice: null,
      },
      {
        ...{ id: "database-pooler", state: "ok", advice: null },
        finding: "Each connection has a backend of its own.",
      },
      { id: "schema", state: "ok", finding: "The schema is up to date.", advice: null },
    ]);
  });

  it.each([
    [{ version: "15.18 (Debian)" }, "ok"],
    [{ version: "15beta1" }, "ok"],
    [{ version: "14.22" }, "failed"],
    [{ version: "9.6" }, "failed"],
    [{ version: "unheard of" }, "failed"],
    [{ milliseconds: 250 }, "ok"],
    [{ milliseconds: 251 }, "warning"],
    [{ milliseconds: 251, version: "14.0" }, "failed"],
  ])("that says %j is %s", async (said, state) => {
    expect(await look({ facts: facts(said), schema, sharesBackends })).toEqual([
      `database ${state}`,
      "database-pooler ok",
      "schema ok",
    ]);
  });

  it("tells a schema that is behind from one that is ahead", async () => {
    const behind = async () => ({ missing: ["Reports2"], unknown: [] });
    const ahead = async () => ({ missing: [], unknown: ["Later3"] });
    expect(await databaseChecks({ facts: facts({}), schema: behind, sharesBackends })).toContainEqual(
      expect.objectContaining({ id: "schema", state: "failed", finding: expect.stringContaining("Reports2") }),
    );
    expect(await databaseChecks({ facts: facts({}), schema: ahead, sharesBackends })).toContainEqual(
      expect.objectContaining({ id: "schema", state: "warning", finding: expect.stringContaining("Later3") }),
    );
  });

  it("behind a pooler that shares its backends fails, with what to do", async () => {
    const checks = await databaseChecks({ facts: facts({}), schema, sharesBackends: async () => true });
    expect(checks).toContainEqual(
      expect.objectContaining({
        ...{ id: "database-pooler", state: "failed" },
        advice: expect.stringContaining("pool_mode = session"),
      }),
    );
  });

  it("that is away fails, each check by itself", async () => {
    const away = () => Promise.reject(new Error("connection refused"));
    expect(await look({ facts: away, schema, sharesBackends })).toEqual([
      "database failed",
      "database-pooler ok",
      "schema ok",
    ]);
    expect(await look({ facts: facts({}), schema: away, sharesBackends })).toEqual([
      "database ok",
      "database-pooler ok",
      "schema failed",
    ]);
  });
});

describe("the clock", () => {
  it.each([
    [0, "ok", "agree"],
    [-999, "ok", "agree"],
    [5_000, "ok", "5 seconds ahead of"],
    [5_001, "warning", "ahead of"],
    [-5_001, "warning", "behind"],
    [60_000, "warning", "ahead of"],
    [-60_001, "failed", "60 seconds behind"],
    [7_200_000, "failed", "2 hours ahead of"],
  ])("of the database %i ms ahead is %s", (ahead, state, words) => {
    const theirs = { now: new Date(now.getTime() + ahead), milliseconds: 0 };
    expect(clockCheck(theirs, now)).toMatchObject({ id: "clock", state, finding: expect.stringContaining(words) });
  });

  it("takes off half of the way that the answer had", () => {
    const theirs = { now: new Date(now.getTime() - 6_000), milliseconds: 4_000 };
    expect(clockCheck(theirs, now)).toMatchObject({
      state: "ok",
      finding: expect.stringContaining("4 seconds behind"),
    });
  });
});

describe("jobs", () => {
  it.each<[Parameters<typeof jobsCheck>[0], string, string, RegExp | null]>([
    [{ open: {}, ended: { ok: 3 }, unproven: 0 }, "ok", "0 jobs are open; none timed out in the last 24 hours.", null],
    [
      { open: { prepared: 2, sent: 1 }, ended: {}, unproven: 2 },
      "warning",
      "3 jobs are open, of which agents asked for 2 without a proof of who they are; none timed out in the last 24 hours.",
      /^Give these agents a login .*--state prepared\.$/,
    ],
    [
      { open: { running: 1 }, ended: { "timed-out": 4, ok: 1 }, unproven: 0 },
      "warning",
      "1 job is open; 4 timed out in the last 24 hours.",
      /^Why they timed out: gatehouse job list --state timed-out\.$/,
    ],
  ])("%j", (counts, state, finding, advice) => {
    const check = jobsCheck(counts);
    expect(check).toMatchObject({ id: "jobs", state, finding });
    if (advice === null) expect(check.advice).toBeNull();
    else expect(check.advice).toMatch(advice);
  });
});

describe("the inbox and the dead letters", () => {
  it.each([
    [null, 0, "ok"],
    [0, 3, "ok"],
    [60, 3, "ok"],
    [61, 3, "warning"],
    [600, 3, "warning"],
    [601, 3, "failed"],
  ])("with the oldest %s seconds old and %i waiting is %s", (age, waiting, state) => {
    const backlog = { waiting, oldestAt: age === null ? null : before(age), deadLetters: 0 };
    expect(backlogChecks(backlog, now)).toMatchObject([
      { id: "inbox", state },
      { id: "dead-letters", state: "ok" },
    ]);
  });

  it("say how many, and the command to look at them", () => {
    expect(backlogChecks({ waiting: 1, oldestAt: before(90), deadLetters: 2 }, now)).toMatchObject([
      { finding: "1 submission waits, the oldest for 90 seconds." },
      {
        id: "dead-letters",
        state: "warning",
        finding: "2 submissions were refused by processing; they are kept.",
        advice: expect.stringContaining("gatehouse dead-letter list"),
      },
    ]);
  });
});

describe("the scheduler", () => {
  const schedule = [
    { name: "sweep", everySeconds: 60 },
    { name: "expire", everySeconds: 3_600 },
  ];
  const run = (name: string, secondsAgo: number, error: string | null = null) => ({
    name,
    startedAt: before(secondsAgo),
    endedAt: before(secondsAgo),
    error,
  });
  const look = async (runs: ReturnType<typeof run>[], servingFor = 86_400) =>
    schedulerChecks({ schedule, taskRuns: async () => runs, startedAt: before(servingFor) }, now);

  it("is well when every task ran within three periods", async () => {
    expect(await look([run("sweep", 180), run("expire", 10_800)])).toEqual([
      { id: "scheduler", state: "ok", finding: "2 tasks run as planned.", advice: null },
    ]);
  });

  it("names a task that failed, and one that was left undone", async () => {
    expect(await look([run("sweep", 30, "deadlock detected"), run("expire", 10_801)])).toMatchObject([
      { id: "task:sweep", state: "warning", finding: "The task sweep failed 30 seconds ago: deadlock detected" },
      {
        id: "task:expire",
        state: "warning",
        finding: "The task expire last ran 3 hours ago; it is due every 60 minutes.",
      },
    ]);
  });

  it("names a task that never ran", async () => {
    expect(await look([run("sweep", 10)])).toMatchObject([
      { id: "task:expire", finding: "The task expire never ran; it is due every 60 minutes." },
    ]);
  });

  it("gives a gateway that has just started its time", async () => {
    expect(await look([run("expire", 86_400 * 7)], 119)).toMatchObject([{ id: "scheduler", state: "ok" }]);
    expect(await look([], 181)).toMatchObject([{ id: "task:sweep" }]);
  });

  it("gives a task of every few seconds two minutes", async () => {
    const often = [{ name: "often", everySeconds: 5 }];
    const since = (seconds: number) =>
      schedulerChecks(
        { schedule: often, taskRuns: async () => [run("often", seconds)], startedAt: before(9_999) },
        now,
      );
    expect(await since(120)).toMatchObject([{ state: "ok" }]);
    expect(await since(121)).toMatchObject([{ state: "warning" }]);
  });
});

describe("a certificate", () => {
  const day = 86_400;
  const shown = (said: Partial<Shown> & { names?: readonly string[] } = {}): Shown => {
    const { names = ["gate.example", "localhost"], ...rest } = said;
    return {
      validFrom: before(day).toUTCString(),
      validTo: before(-60 * day).toUTCString(),
      subjectAltName: names.map((name) => (/^[\d.]+$/.test(name) ? `IP Address:${name}` : `DNS:${name}`)).join(", "),
      checkHost: (name) => (names.includes(name) ? name : undefined),
      checkIP: (name) => (names.includes(name) ? name : undefined),
      ...rest,
    };
  };
  const look = (certificate: Shown, wanted: string[] = []) => certificateCheck("c", certificate, wanted, now);

  it("is told with its names and its end", () => {
    expect(look(shown(), ["gate.example"])).toEqual({
      id: "c",
      state: "ok",
      finding: "The certificate is for gate.example, localhost, until 2026-04-30.",
      advice: null,
    });
  });

  it.each([
    ["has ended", { validTo: before(3 * day).toUTCString() }, [], "failed", "ended 3 days ago"],
    ["ends this moment", { validTo: now.toUTCString() }, [], "failed", "ended"],
    ["has not begun", { validFrom: before(-day).toUTCString() }, [], "failed", "not valid before"],
    ["ends within 30 days", { validTo: before(-29 * day).toUTCString() }, [], "warning", "ends in 29 days"],
    ["ends in 30 days", { validTo: before(-30 * day).toUTCString() }, [], "ok", "until"],
    ["is for other names", {}, ["gate.example", "pull.example"], "failed", "is not for pull.example; it is for gate"],
    ["lacks an address", {}, ["192.0.2.1"], "failed", "is not for 192.0.2.1"],
    ["has the address", { names: ["192.0.2.1"] }, ["192.0.2.1"], "ok", "192.0.2.1"],
    ["is for this machine only", { names: ["localhost", "127.0.0.1"] }, [], "warning", "for localhost, 127.0.0.1 only"],
    ["is for nothing", { names: [] }, [], "warning", "for no name only"],
  ])("that %s", (_, said, wanted, state, words) => {
    expect(look(shown(said), wanted)).toMatchObject({ state, finding: expect.stringContaining(words) });
  });
});

describe("the pull server", () => {
  it.each([
    [["/PSDSCPullServer.svc", "/accounts/*", "/"], "/PSDSCPullServer.svc/"],
    [["/", "/pull/"], "/pull/"],
    [["/accounts/*", "/"], "/accounts/doctor/"],
    [["/"], "/$metadata"],
  ])("of the prefixes %j has its document at %s", (prefixes, path) => {
    expect(serviceDocument(prefixes)).toBe(path);
  });

  it.each([
    [200, { protocolversion: "2.0" }, "ok"],
    [200, {}, "failed"],
    [200, { protocolversion: "1.0" }, "failed"],
    [404, { protocolversion: "2.0" }, "failed"],
    [503, { protocolversion: "2.0" }, "failed"],
  ])("that answers %i with %j is %s", (status, headers, state) => {
    expect(pullServerCheck("p", "http://x", { status, headers, text: "", certificate: null })).toMatchObject({ state });
  });
});

describe("words", () => {
  it.each([
    [0, "0 seconds"],
    [1_999, "1 second"],
    [119_999, "119 seconds"],
    [120_000, "2 minutes"],
    [7_199_999, "119 minutes"],
    [172_799_999, "47 hours"],
    [172_800_000, "2 days"],
    [-5, "0 seconds"],
  ])("say %i ms as %s", (milliseconds, text) => {
    expect(lasting(milliseconds)).toBe(text);
  });

  it("count", () => {
    expect([counted(1, "node"), counted(0, "node"), counted(2, "task runs", "tasks run")]).toEqual([
      "1 node",
      "0 nodes",
      "2 tasks run",
    ]);
  });
});
