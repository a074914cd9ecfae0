import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createFacts } from "../facts/facts.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { makePartitions } from "../partitions.js";
import { createReports } from "../reports/reports.js";
import { count, enrolmentOf, until, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { createDeadLetters } from "./dead-letters.js";
import { createInbox } from "./inbox.js";
import { drain, factsOf, LIMITS, say } from "./reporting.test.helper.js";

const house = useDatabase();

let agents: string[];
beforeAll(async () => {
  await makePartitions(house.db);
  const registry = createNodeRegistry(house.db);
  agents = [];
  for (let i = 0; i < 4; i++) agents.push((await registry.enrol(enrolmentOf(randomUUID()))).agentId);
});

const parts = () => ({
  submissions: createSubmissions(house.db),
  inbox: createInbox(house.db),
  reports: createReports(house.db),
  deadLetters: createDeadLetters(house.db),
});

describe("submissions", () => {
  it("are stored as they came, together with their places in the inbox", async () => {
    const { submissions, inbox } = parts();
    const bodies = [
      Buffer.alloc(0),
      Buffer.from("x"),
      Buffer.from("\xff\x00".repeat(5_000), "latin1"),
      say({ run: "r".repeat(9_000) }),
    ];
    await Promise.all(bodies.map((body, i) => submissions.accept({ agentId: agents[i] ?? "", kind: "test", body })));
    const claim = await inbox.claim(LIMITS);
    expect(claim?.submissions.map(({ body }) => Buffer.from(body)).toSorted(Buffer.compare)).toEqual(
      bodies.toSorted(Buffer.compare),
    );
    await claim?.settle(claim.submissions.map((submission) => ({ submission, facts: [] })));
    await claim?.release();
    expect(await count(house.db, "inbox")).toBe(0);
    expect(await count(house.db, "submissions")).toBe(4);
    await inbox.close();
  });

  it("of one agent are processed in the order of acceptance, whoever claims", async () => {
    const { submissions, inbox, reports } = parts();
    const [a = "", b = ""] = agents;
    for (let i = 0; i < 20; i++) {
      await submissions.accept({
        agentId: i % 2 === 0 ? a : b,
        kind: "test",
        body: say({ run: "ordered", operation: `op ${i}` }),
      });
    }
    const seen = await drain(inbox);
    expect(seen.map(({ body }) => JSON.parse(Buffer.from(body).toString()).operation)).toEqual(
      Array.from({ length: 20 }, (_, i) => `op ${i}`),
    );
    expect((await reports.findRun(a, "ordered"))?.operation).toBe("op 18");
    expect((await reports.findRun(b, "ORDERED"))?.operation).toBe("op 19");
    await inbox.close();
  });
});

describe("facts in submissions", () => {
  it("reach the node with the report, the newest of a batch, or neither does", async () => {
    const { submissions, inbox, reports } = parts();
    const [a = ""] = agents;
    for (const run of ["first", "second"])
      await submissions.accept({ agentId: a, kind: "test", body: say({ run: `facts ${run}` }) });
    const claim = await inbox.claim(LIMITS);
    const outcomes = (claim?.submissions ?? []).map((submission, i) => ({
      submission,
      facts: [...factsOf(submission), { fact: "facts" as const, source: "dsc", facts: { number: i } }],
    }));
    const [first] = outcomes;
    if (first === undefined) throw new Error("nothing was claimed");
    const broken = { ...first, facts: [...first.facts, { fact: "facts" as const, source: "", facts: {} }] };
    await expect(claim?.settle([broken])).rejects.toMatchObject({ code: "request-malformed" });
    expect(await reports.findRun(a, "facts first")).toBeUndefined();
    await claim?.settle(outcomes);
    await claim?.release();
    const [agent] = await house.db.run<{ nodeId: string }>('select node_id as "nodeId" from agents where id = $1', [a]);
    const stored = await createFacts(house.db).of(agent?.nodeId ?? "");
    expect(stored).toMatchObject([{ source: "dsc", facts: { number: 1 }, seenAt: outcomes[1]?.submission.acceptedAt }]);
    expect(await reports.findRun(a, "facts second")).toBeDefined();
    await inbox.close();
  });
});

describe("a claim", () => {
  it("holds its agents' queues against others, until it is released", async () => {
    const { submissions, inbox } = parts();
    const other = createInbox(house.db);
    const [a = "", b = ""] = agents;
    await submissions.accept({ agentId: a, kind: "test", body: say({ run: "held" }) });
    const first = await inbox.claim(LIMITS);
    await submissions.accept({ agentId: a, kind: "test", body: say({ run: "held", operation: "later" }) });
    await submissions.accept({ agentId: b, kind: "test", body: say({ run: "free" }) });
    const second = await other.claim(LIMITS);
    expect(second?.submissions.map(({ agentId }) => agentId)).toEqual([b]);
    expect(await inbox.claim(LIMITS)).toBeUndefined();
    await second?.release();
    await first?.release();
    expect((await drain(other)).length).toBe(3);
    await inbox.close();
    await other.close();
  });

  it("takes a heavy submission alone, and keeps its agent's later ones behind it", async () => {
    const { submissions, inbox } = parts();
    const [a = "", b = ""] = agents;
    await submissions.accept({ agentId: b, kind: "test", body: say({ run: "l1" }) });
    await submissions.accept({ agentId: a, kind: "test", body: say({ run: "h", operation: "x".repeat(20_000) }) });
    await submissions.accept({ agentId: a, kind: "test", body: say({ run: "l2" }) });
    await submissions.accept({ agentId: b, kind: "test", body: say({ run: "l3" }) });
    const sizes: number[][] = [];
    for (let claim = await inbox.claim(LIMITS); claim !== undefined; claim = await inbox.claim(LIMITS)) {
      sizes.push(claim.submissions.map(({ size }) => size));
      await claim.settle(claim.submissions.map((submission) => ({ submission, facts: [] })));
      await claim.release();
    }
    expect(sizes).toEqual([[12, 12], [20_026], [12]]);
    await inbox.close();
  });

  it("whose connection broke settles nothing, and another takes over", async () => {
    const { submissions, inbox } = parts();
    await submissions.accept({ agentId: agents[0] ?? "", kind: "test", body: say({ run: "taken over" }) });
    const claim = await inbox.claim(LIMITS);
    await house.db.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse-inbox' and datname = current_database()",
    );
    await expect(
      claim?.settle((claim?.submissions ?? []).map((submission) => ({ submission, facts: factsOf(submission) }))),
    ).rejects.toThrow("database is away");
    await claim?.release();
    // The connection that was ended lets go of its locks when its process has ended.
    await until("another has taken over", async () => (await drain(inbox)).length === 1);
    await inbox.close();
  });
});

describe("a dead letter", () => {
  it("is kept whole with its cause, holds nobody up, and can be re-driven", async () => {
    const { submissions, inbox, reports, deadLetters } = parts();
    const [a = ""] = agents;
    await submissions.accept({ agentId: a, kind: "test", body: Buffer.from("poison") });
    await submissions.accept({ agentId: a, kind: "test", body: say({ run: "after poison" }) });
    await drain(inbox);
    expect(await reports.findRun(a, "after poison")).toBeDefined();
    const {
      deadLetters: [letter],
    } = await deadLetters.list({ limit: 10 });
    expect(letter).toMatchObject({
      agentId: a,
      kind: "test",
      size: 6,
      redrives: 0,
      failure: { code: "request-malformed" },
    });
    expect((await deadLetters.body(letter?.id ?? ""))?.toString()).toBe("poison");
    expect(await deadLetters.redrive(letter?.id ?? "")).toBe(true);
    expect(await deadLetters.redrive(letter?.id ?? "")).toBe(false);
    expect(await inbox.backlog()).toMatchObject({ waiting: 1, deadLetters: 0 });
    await drain(inbox);
    expect((await deadLetters.list({ limit: 10 })).deadLetters).toMatchObject([{ id: letter?.id, redrives: 1 }]);
    expect(await deadLetters.redriveAll()).toBe(1);
    const claim = await inbox.claim(LIMITS);
    await claim?.settle(
      claim.submissions.map((submission) => ({
        submission,
        facts: [{ fact: "report", protocol: "test", run: "mended", said: {} }],
      })),
    );
    await claim?.release();
    expect(await count(house.db, "dead_letters")).toBe(0);
    expect(await reports.findRun(a, "mended")).toBeDefined();
    await inbox.close();
  });

  it("outlives the day that it was handed in on", async () => {
    const { submissions, inbox, reports, deadLetters } = parts();
    const [a = ""] = agents;
    await submissions.accept({ agentId: a, kind: "test", body: say({ run: "old day" }) });
    const claim = await inbox.claim(LIMITS);
    await claim?.settle(
      claim.submissions.map((submission) => ({
        submission,
        failure: { code: "internal", message: "x", detail: null },
      })),
    );
    await claim?.release();
    await house.db.run("delete from submissions");
    expect(await deadLetters.redriveAll()).toBe(1);
    await drain(inbox);
    expect(await reports.findRun(a, "old day")).toBeDefined();
    await inbox.close();
  });

  it.each(["0", "99", "x", "-1", "9".repeat(30), ""])("is not found under %j", async (id) => {
    const { deadLetters } = parts();
    expect(await deadLetters.find(id)).toBeUndefined();
    expect(await deadLetters.body(id)).toBeUndefined();
    expect(await deadLetters.redrive(id)).toBe(false);
    expect(await deadLetters.discard(id)).toBe(false);
  });
});
