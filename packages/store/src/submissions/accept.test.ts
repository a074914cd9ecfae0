import { deflateSync, gzipSync } from "node:zlib";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bytesOf } from "../content/content.test.helper.js";
import { dropPartitions, makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { createInbox } from "./inbox.js";
import { finish, newAgent, watched } from "./reporting.test.helper.js";

const house = useDatabase();
const STORE = "submissions.store";
const FAR = new Date("2100-01-01T00:00:00Z");
let agentId = "";

beforeAll(async () => {
  ({ agentId } = await newAgent(house.db));
});
beforeEach(async () => {
  await makePartitions(house.db);
  await house.db.run("delete from inbox");
  await house.db.run("delete from submissions");
});

const submission = (body: Buffer | string, said: { agentId?: string; kind?: string } = {}) => ({
  agentId,
  kind: "test",
  body: Buffer.from(body),
  ...said,
});
const stored = () => count(house.db, "submissions");
const waiting = () => count(house.db, "inbox");
const settledOf = (results: readonly PromiseSettledResult<void>[]) => results.map(({ status }) => status);

describe("Submissions.accept", () => {
  it("commits concurrent ones together, each with its place in the inbox", async () => {
    let told = 0;
    const { db, statements } = watched(house.db);
    const { accept } = createSubmissions(db, () => told++);
    await Promise.all(Array.from({ length: 300 }, (_, i) => accept(submission(`body ${i}`))));
    expect(await stored()).toBe(300);
    const transactions = await count(house.db, "(select distinct xmin::text from inbox) t");
    expect(transactions).toBeLessThanOrEqual(10);
    expect([statements.length, told]).toEqual([transactions, transactions]);
    const strangers =
      "inbox i left join submissions s using (accepted_at, id, agent_id, kind, size) where s.id is null";
    expect(await count(house.db, strangers)).toBe(0);
  });

  it("does not put more than a megabyte into one commit, unless it is one body", async () => {
    const { db, statements } = watched(house.db);
    const { accept } = createSubmissions(db);
    // Taken for packed ones, they are queued at once: how fast this machine packs must not say which of them meet.
    const packed = (seed: string, size: number) => Buffer.concat([Buffer.of(0x1f, 0x8b), bytesOf(seed, size)]);
    const bodies = [...Array.from({ length: 8 }, (_, i) => packed(`part ${i}`, 300_000)), packed("alone", 3 << 20)];
    await Promise.all(bodies.map((body) => accept(submission(body))));
    const commits = await house.db.run<{ bytes: number; n: number }>(
      `select sum(size)::int as bytes, count(*)::int as n from inbox group by xmin::text`,
    );
    expect(commits.reduce((sum, { n }) => sum + n, 0)).toBe(9);
    expect(commits.filter(({ bytes, n }) => n > 1 && bytes > 1 << 20)).toEqual([]);
    expect(commits.some(({ n }) => n > 1)).toBe(true);
    expect(statements).toHaveLength(commits.length);
  });

  it("keeps the order in which one agent hands in, one after the other", async () => {
    const { accept } = createSubmissions(house.db);
    for (let i = 0; i < 30; i++) await accept(submission(i % 2 ? `body ${i}` : bytesOf(`body ${i}`, 40_000)));
    const rows = await house.db.run<{ size: number }>("select size from inbox order by id");
    expect(rows.map(({ size }) => size > 100)).toEqual(Array.from({ length: 30 }, (_, i) => i % 2 === 0));
  });

  it("refuses the one row that PostgreSQL refuses, and stores the others of its commit", async () => {
    const { db, statements } = watched(house.db);
    const { accept } = createSubmissions(db);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        accept(submission(`body ${i}`, i === 7 ? { agentId: "'; drop table inbox" } : {})),
      ),
    );
    expect(settledOf(results)).toEqual(Array.from({ length: 20 }, (_, i) => (i === 7 ? "rejected" : "fulfilled")));
    expect(statements.length).toBeGreaterThan(1);
    expect([await stored(), await waiting()]).toEqual([19, 19]);
    const rows = await house.db.run<{ body: Buffer }>("select body from submissions");
    expect(rows.map(({ body }) => body.toString()).toSorted()).toEqual(
      Array.from({ length: 20 }, (_, i) => `body ${i}`)
        .toSpliced(7, 1)
        .toSorted(),
    );
  });

  it("cleans kinds of what PostgreSQL cannot hold, and keeps the rest as it is", async () => {
    const { accept } = createSubmissions(house.db);
    for (const kind of ["a\0b\ud800", "'; drop table inbox;--", "{a,b}", '"\\', "NULL"])
      await accept(submission("x", { kind }));
    const rows = await house.db.run<{ kind: string }>("select kind from inbox order by id");
    expect(rows.map(({ kind }) => kind)).toEqual(["ab\ufffd", "'; drop table inbox;--", "{a,b}", '"\\', "NULL"]);
  });
});

describe("a body", () => {
  const text = (length: number) => Buffer.from("<item name='x'/>".repeat(Math.ceil(length / 16)).slice(0, length));
  const MB = 1 << 20;
  it.each<[string, Buffer, string]>([
    ["that is empty", Buffer.alloc(0), "identity"],
    ["of one byte", Buffer.from([0]), "identity"],
    ["of 255 like bytes", Buffer.alloc(255, 7), "identity"],
    ["of 256 like bytes", Buffer.alloc(256, 7), "deflate"],
    ["of every byte there is", Buffer.from(Array.from({ length: 256 }, (_, i) => i)), "identity"],
    ["that looks like an escaped bytea", Buffer.from("\\x00\\000'\"\\\\"), "identity"],
    ["of 32 kB", text(32 * 1024), "deflate"],
    ["of a byte more", text(32 * 1024 + 1), "deflate"],
    ["of 32 kB that do not shrink", bytesOf("small", 32 * 1024), "identity"],
    ["that its sender packed, however badly", deflateSync(text(4_096), { level: 0 }), "identity"],
    ["that its sender packed as gzip", gzipSync(text(4_096), { level: 0 }), "identity"],
    ["of 5 MB", text(5 * MB), "deflate"],
    ["of 5 MB that do not shrink", bytesOf("large", 5 * MB), "identity"],
  ])("%s comes back byte for byte", async (_, body, coding) => {
    await createSubmissions(house.db).accept(submission(body));
    expect(await house.db.run("select coding, size from submissions")).toEqual([{ coding, size: body.length }]);
    const inbox = createInbox(house.db);
    const claim = await inbox.claim({ most: 10, heavyBytes: MB, mostBytes: 1 << 30 });
    expect(claim?.submissions).toMatchObject([{ agentId, kind: "test", size: body.length, attempts: 0 }]);
    expect(body.equals(claim?.submissions[0]?.body ?? Buffer.from("none"))).toBe(true);
    await finish(claim, (of) => ({ submission: of, facts: [] }));
    await inbox.close();
  });

  it("comes back to its own sender, from one commit of many", async () => {
    const bodies = Array.from({ length: 60 }, (_, i) => (i % 3 ? bytesOf(`mixed ${i}`, i * 37) : text(i * 50)));
    const { accept } = createSubmissions(house.db);
    await Promise.all(bodies.map((body, i) => accept(submission(body, { kind: `kind ${i}` }))));
    const inbox = createInbox(house.db);
    const claim = await inbox.claim({ most: 100, heavyBytes: MB, mostBytes: 1 << 30 });
    expect(claim?.submissions).toHaveLength(60);
    for (const { kind, body } of claim?.submissions ?? []) {
      expect(bodies[Number(kind.slice(5))]?.equals(body), kind).toBe(true);
    }
    await claim?.release();
    await inbox.close();
  });
});

describe("without a partition for today", () => {
  const partitions = () => count(house.db, "pg_inherits where inhparent = 'submissions'::regclass");
  beforeEach(async () => {
    await dropPartitions(house.db, FAR);
    expect(await partitions()).toBe(0);
  });

  it("makes them on the spot", async () => {
    const { accept } = createSubmissions(house.db);
    await Promise.all(Array.from({ length: 100 }, (_, i) => accept(submission(`body ${i}`))));
    expect(await waiting()).toBe(100);
    expect(await partitions()).toBeGreaterThan(2);
  });

  it("stores also where another gateway has made them meanwhile", async () => {
    // Between our refused statement and our look at the partitions, the other one is done.
    const { db, statements } = watched(house.db, () => makePartitions(house.db));
    await createSubmissions(db).accept(submission("raced"));
    expect(statements.filter((name) => name === STORE)).toHaveLength(2);
    expect(await waiting()).toBe(1);
  });

  it("stores the others of a commit in which one is refused anyway", async () => {
    const { accept } = createSubmissions(house.db);
    const results = await Promise.allSettled([
      accept(submission("good")),
      accept(submission("bad", { agentId: "no uuid" })),
      accept(submission("good too")),
    ]);
    expect(settledOf(results)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await waiting()).toBe(2);
  });
});

describe("Submissions.settled", () => {
  it("is true at once where nothing waits, and false in time where something does", async () => {
    const { accept, settled } = createSubmissions(house.db);
    const other = await newAgent(house.db);
    await accept(submission("x"));
    expect(await settled(other.agentId, 60_000)).toBe(true);
    expect(await settled(agentId, 0)).toBe(false);
    expect(await settled(agentId, 60)).toBe(false);
  });

  it("waits until everything of the agent is settled", async () => {
    const { accept, settled } = createSubmissions(house.db);
    await accept(submission("x"));
    await accept(submission("y"));
    const inbox = createInbox(house.db);
    let over = false;
    const waits = settled(agentId, 60_000).finally(() => {
      over = true;
    });
    const claim = await inbox.claim({ most: 1, heavyBytes: 1, mostBytes: 1 << 30 });
    await finish(claim, (of) => ({ submission: of, facts: [] }));
    expect(over).toBe(false);
    await finish(await inbox.claim({ most: 1, heavyBytes: 1, mostBytes: 1 << 30 }), (of) => ({
      submission: of,
      facts: [],
    }));
    expect(await waits).toBe(true);
    await inbox.close();
  });
});
