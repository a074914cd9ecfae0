import { randomBytes, randomUUID } from "node:crypto";
import {
  type Exchange,
  type ExchangeSummary,
  MOST_BODY,
  type NewRecording,
  type Recording,
} from "@gatehouse/core/exchanges";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { dropOldExchanges } from "../retention.js";
import { SecretBox } from "../secret-box.js";
import { useDatabase } from "../store.test.helper.js";
import { createExchanges } from "./exchanges.js";
import { createRecordings, dropOldRecordings } from "./recordings.js";
import { createExchangeRows } from "./rows.js";

const database = useDatabase();
const box = new SecretBox(Buffer.alloc(32, 7));
const open: { close(): Promise<void> }[] = [];

/** @param on where exchanges are stored */
const world = (on: Parameters<typeof createExchangeRows>[0] = database.db) => {
  const { db } = database;
  const exchanges = createExchanges(db, box);
  open.push(exchanges);
  const [recordings, rows] = [createRecordings(db), createExchangeRows(on, box)];
  let everything: Promise<Recording> | undefined;
  return {
    ...{ db, exchanges, recordings, rows },
    /** @param wanting the recordings of each; one that takes all unless told */
    async keep(some: readonly Partial<Exchange>[], wanting?: readonly string[]) {
      if (wanting === undefined) everything ??= recordings.add(recordingOf({ most: 100_000, megabytes: 100 }), "ada");
      const wanted = wanting ?? [(await everything)?.id ?? ""];
      const batch = rows.newBatch();
      for (const one of some) batch.put(exchangeOf(one));
      await batch.store(some.map(() => wanted));
    },
  };
};

beforeEach(async () => {
  await makePartitions(database.db);
  await database.db.run("truncate exchanges, exchange_contents, recordings");
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const exchangeOf = (said: Partial<Exchange> = {}): Exchange => ({
  ...{ requestId: randomUUID(), protocol: "dsc", route: "dsc.get-action", method: "POST", status: 200 },
  ...{ url: "/PSDSCPullServer.svc/Nodes(AgentId='1')/GetDscAction?secret=hush", durationMs: 2.5 },
  ...{ requestHeaders: ["Authorization", "Bearer hush"], responseHeaders: { "Content-Type": "application/json" } },
  ...{ from: "192.0.2.7", peer: undefined, caller: undefined },
  ...{ requestBody: Buffer.from("hush \0\ud800"), responseBody: Buffer.from("{}") },
  ...said,
});
const recordingOf = (said: Partial<NewRecording> = {}): NewRecording => ({
  ...{ spec: {}, seconds: 60, most: 10, megabytes: 1 },
  ...said,
});

describe("a recorded exchange", () => {
  it("comes back whole, and stands nowhere in the clear", async () => {
    const { db, exchanges, keep } = world();
    const caller = { agentId: randomUUID(), nodeId: randomUUID() };
    const { requestId, url, requestHeaders, responseHeaders, ...said } = exchangeOf({ caller });
    await keep([{ requestId, url, requestHeaders, responseHeaders, ...said }]);
    const [summary] = (await exchanges.list({}, { limit: 10 })).exchanges;
    expect(summary).toMatchObject({
      ...{ requestId, path: "/PSDSCPullServer.svc/Nodes(AgentId='1')/GetDscAction", status: 200, durationMs: 2.5 },
      ...{ from: "192.0.2.7", requestBytes: 9, responseBytes: 2, nodeId: caller.nodeId, nodeName: null, peer: null },
    });
    expect((await exchanges.find(summary?.id ?? ""))?.content).toEqual({
      ...{ url, requestHeaders: { authorization: "Bearer hush" }, responseHeaders },
      request: { bytes: said.requestBody, size: 9 },
      response: { bytes: said.responseBody, size: 2 },
    });
    const [row] = await db.run<{ text: string }>(
      "select encode(content, 'escape') || e::text || c::text as text from exchanges e join exchange_contents c on true",
    );
    expect(row?.text).toContain("dsc.get-action");
    expect(row?.text).not.toContain("hush");
  });

  it("is told from those that it is kept with", async () => {
    const { db, exchanges, keep } = world();
    const of = (i: number) => ({
      url: `/${i}é?\ud800`,
      requestBody: Buffer.alloc(i, i),
      responseBody: Buffer.alloc(2 * i, i),
    });
    await keep([1, 2, 3].map(of));
    await keep([of(4)]);
    const page = await exchanges.list({}, { limit: 10 });
    const found = await Promise.all(page.exchanges.map(({ id }) => exchanges.find(id)));
    expect(found.map((one) => one?.content.url.slice(0, 3))).toEqual(["/4é", "/3é", "/2é", "/1é"]);
    expect(found.map((one) => one?.content.request.bytes)).toEqual([4, 3, 2, 1].map((i) => Buffer.alloc(i, i)));
    expect(found.map((one) => one?.content.response?.bytes)).toEqual([4, 3, 2, 1].map((i) => Buffer.alloc(2 * i, i)));
    expect(await db.run("select from exchange_contents")).toHaveLength(2);
  });

  it("keeps a name, a path and an address as they came, whatever COPY makes of such characters", async () => {
    const { exchanges, keep } = world();
    const odd = "a\tb\\nc\nd\r\\.é";
    await keep([{ url: `/${odd}?x`, peer: odd, from: odd, method: odd }, { url: "\\N", peer: "\\N" }, { url: "\\." }]);
    const { exchanges: page } = await exchanges.list({}, { limit: 10 });
    expect(page.map(({ path }) => path)).toEqual(["\\.", "\\N", `/${odd}`]);
    expect(page[1]).toMatchObject({ peer: "\\N", from: "192.0.2.7" });
    expect(page[2]).toMatchObject({ peer: odd, from: odd, method: odd });
  });

  it("has every value of a header that came more than once, under whatever name", async () => {
    const { exchanges, keep } = world();
    await keep([
      {
        requestHeaders: ["X-A", "1", "__proto__", "2", "x-a", "", "X-A", "é"],
        responseHeaders: { "Set-Cookie": "", b: "ü" },
      },
      { requestHeaders: [], responseHeaders: {} },
    ]);
    const { exchanges: page } = await exchanges.list({}, { limit: 10 });
    const [without, some] = await Promise.all(page.map(async ({ id }) => (await exchanges.find(id))?.content));
    expect(Object.entries(some?.requestHeaders ?? {})).toEqual([
      ["x-a", ["1", "", "é"]],
      ["__proto__", "2"],
    ]);
    expect(some?.responseHeaders).toEqual({ "Set-Cookie": "", b: "ü" });
    expect(without).toMatchObject({ requestHeaders: {}, responseHeaders: {} });
  });

  it("is counted with its batch for good, also when others are written in its place", async () => {
    const { exchanges, keep, recordings, rows } = world();
    const { id } = await recordings.add(recordingOf({ most: 100 }), "ada");
    const first = rows.newBatch();
    first.put(exchangeOf({ requestBody: Buffer.alloc(1000, 1) }));
    const { bytes } = first;
    await first.store([[id]]);
    await keep([{ requestBody: Buffer.alloc(MOST_BODY, 2) }]);
    const next = rows.newBatch();
    for (let i = 0; i < 3; i++) next.put(exchangeOf({ requestBody: Buffer.alloc(i, 3) }));
    expect([first.count, first.bytes]).toEqual([1, bytes]);
    expect(bytes).toBeGreaterThan(1000);
    await next.store([[id], [id], [id]]);
    const { exchanges: page } = await exchanges.list({}, { limit: 10 });
    const found = await Promise.all(page.map(async (one) => (await exchanges.find(one.id))?.content.request.bytes));
    const expected = [Buffer.alloc(2, 3), Buffer.alloc(1, 3), Buffer.alloc(0), Buffer.alloc(MOST_BODY, 2)];
    expect(found.map((one) => one?.toString("base64"))).toEqual(
      [...expected, Buffer.alloc(1000, 1)].map((one) => one.toString("base64")),
    );
  });

  it("of an answer from disk has no answer's bytes", async () => {
    const { exchanges, keep } = world();
    await keep([{ responseBody: undefined }]);
    const [summary] = (await exchanges.list({}, { limit: 10 })).exchanges;
    expect(summary?.responseBytes).toBeNull();
    expect((await exchanges.find(summary?.id ?? ""))?.content).toMatchObject({ response: undefined });
  });

  it("has of huge bodies the beginnings, and how large they were", async () => {
    const { exchanges, keep } = world();
    const [requestBody, responseBody] = [Buffer.alloc(MOST_BODY + 1, 1), Buffer.alloc(5 << 20, 2)];
    await keep([{ requestBody, responseBody }]);
    const [summary] = (await exchanges.list({}, { limit: 10 })).exchanges;
    expect(summary).toMatchObject({ requestBytes: MOST_BODY + 1, responseBytes: 5 << 20 });
    expect((await exchanges.find(summary?.id ?? ""))?.content).toMatchObject({
      request: { bytes: Buffer.alloc(MOST_BODY, 1), size: MOST_BODY + 1 },
      response: { bytes: Buffer.alloc(MOST_BODY, 2), size: 5 << 20 },
    });
  });

  it.each([
    ["request", "update exchanges set request_id = gen_random_uuid()"],
    ["place", "update exchanges set content_start = 1"],
    ["place far away", "update exchanges set content_start = 1000000"],
    [
      "content",
      "update exchange_contents set id = gen_random_uuid(); update exchanges set content_id = (select id from exchange_contents)",
    ],
  ])("does not open as another's %s", async (_, change) => {
    const { db, exchanges, keep } = world();
    await keep([{}]);
    for (const statement of change.split(";")) await db.run(statement);
    const [summary] = (await exchanges.list({}, { limit: 1 })).exchanges;
    await expect(exchanges.find(summary?.id ?? "")).rejects.toThrow();
  });

  it("goes with all that is older when there is too much, the newest last", async () => {
    const { db, exchanges, keep } = world();
    const large = { requestBody: randomBytes(MOST_BODY), responseBody: randomBytes(MOST_BODY) };
    for (const status of [201, 202, 203, 204]) await keep([1, 2].map(() => ({ ...large, status })));
    expect(await dropOldExchanges(db, 7, 10)).toEqual({ partitions: [], exchanges: 0 });
    expect(await dropOldExchanges(db, 7, 3)).toEqual({ partitions: [], exchanges: 4 });
    const { exchanges: left } = await exchanges.list({}, { limit: 10 });
    expect(left.map(({ status }) => status)).toEqual([204, 204, 203, 203]);
    expect(await db.run("select from exchange_contents")).toHaveLength(2);
    expect(await exchanges.find(left[0]?.id ?? "")).toBeDefined();
  });

  it.each(["0", "999999999999", "x", "9".repeat(30), "-1", "1; drop table nodes"])("is not there: %s", async (id) => {
    expect(await world().exchanges.find(id)).toBeUndefined();
  });
});

describe("lists of exchanges", () => {
  it("come newest first, in pages, each once", async () => {
    const { exchanges, keep } = world();
    const all = Array.from({ length: 120 }, (_, i) => exchangeOf({ status: 200 + i }));
    await keep(all);
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await exchanges.list({}, { limit: 50, ...(after !== undefined && { after }) });
      seen.push(...page.exchanges.map(({ status }) => status));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(all.map(({ status }) => status).reverse());
    await expect(exchanges.list({}, { limit: 1, after: "foreign" })).rejects.toMatchObject({
      code: "request-malformed",
    });
  });

  it("are narrowed by node, protocol, route, method and status", async () => {
    const { exchanges, keep } = world();
    const nodeId = randomUUID();
    const some = [
      exchangeOf({ status: 503, caller: { agentId: randomUUID(), nodeId } }),
      exchangeOf({ protocol: "puppet", route: "puppet.v3.catalog", status: 404 }),
      exchangeOf({ method: "GET", route: "dsc.content", status: 200 }),
    ];
    await keep(some);
    const statuses = async (filter: Parameters<typeof exchanges.list>[0]) =>
      (await exchanges.list(filter, { limit: 10 })).exchanges.map(({ status }) => status);
    expect(await statuses({ nodeId })).toEqual([503]);
    expect(await statuses({ nodeId: "no uuid" })).toEqual([]);
    expect(await statuses({ protocol: "puppet" })).toEqual([404]);
    expect(await statuses({ route: "dsc." })).toEqual([200, 503]);
    expect(await statuses({ method: "GET" })).toEqual([200]);
    expect(await statuses({ leastStatus: 400 })).toEqual([404, 503]);
    expect(await statuses({ leastStatus: 400, mostStatus: 499 })).toEqual([404]);
    expect(await statuses({ since: new Date(Date.now() + 60_000) })).toEqual([]);
  });
});

describe("who follows", () => {
  const following = (exchanges: ReturnType<typeof world>["exchanges"], filter = {}) => {
    const seen: ExchangeSummary[] = [];
    const { stop } = exchanges.follow(filter, (some) => seen.push(...some));
    return { seen, stop };
  };
  /** What is recorded counts from when the first look is over: another one is recorded until it is seen. */
  const begun = async ({ keep }: ReturnType<typeof world>, seen: readonly unknown[]) => {
    await expect
      .poll(
        async () => {
          await keep([{ route: "begin" }]);
          return seen.length;
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
  };

  it("sees what any gateway records, once, and only what it asked for", async () => {
    const here = world();
    const there = world();
    const all = following(here.exchanges);
    const errors = following(here.exchanges, { leastStatus: 500 });
    await begun(here, all.seen);
    await there.keep([{ status: 500, route: "a" }, { route: "b" }]);
    const routes = () => all.seen.map(({ route }) => route).filter((route) => route !== "begin");
    await expect.poll(routes, { timeout: 10_000 }).toEqual(["a", "b"]);
    expect(errors.seen.map(({ route }) => route)).toEqual(["a"]);
    all.stop();
    await there.keep([{ status: 500, route: "c" }]);
    await expect.poll(() => errors.seen.length, { timeout: 10_000 }).toBe(2);
    expect(routes()).toEqual(["a", "b"]);
    errors.stop();
  });

  it("misses nothing from when it has begun, and is told nothing from before", async () => {
    const { exchanges, keep } = world();
    await keep([{ route: "before" }]);
    // One that goes at once, in the middle of its first look.
    following(exchanges).stop();
    const seen: string[] = [];
    const { stop, begun } = exchanges.follow({}, (some) => seen.push(...some.map(({ route }) => route)));
    await begun;
    await keep([{ route: "after" }]);
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual(["after"]);
    const late = exchanges.follow({}, () => undefined);
    await late.begun;
    late.stop();
    stop();
  });

  it("is told by the same array as all who follow the same, and goes alone", async () => {
    const { exchanges, keep } = world();
    const told: (readonly ExchangeSummary[])[][] = [[], [], []];
    const one = { leastStatus: 400 };
    const following = [one, { ...one }, { leastStatus: 500 }].map((filter, i) =>
      exchanges.follow(filter, (some) => told[i]?.push(some)),
    );
    await Promise.all(following.map(({ begun }) => begun));
    await keep([404, 503, 200].map((status) => ({ status })));
    await expect.poll(() => told.every((some) => some.length === 1), { timeout: 10_000 }).toBe(true);
    expect(told[0]?.[0]).toBe(told[1]?.[0]);
    expect(told.map((some) => some[0]?.map(({ status }) => status))).toEqual([[404, 503], [404, 503], [503]]);
    following[0]?.stop();
    following[0]?.stop();
    await keep([{ status: 500 }]);
    await expect.poll(() => [told[1]?.length, told[2]?.length], { timeout: 10_000 }).toEqual([2, 2]);
    expect(told[0]).toHaveLength(1);
    for (const { stop } of following) stop();
  });

  it("sees one whose number was given before, and whose transaction ended after another's", async () => {
    const here = world();
    const { seen, stop } = following(here.exchanges);
    await begun(here, seen);
    const slow = await new Promise<{ end(): void; done: Promise<void> }>((ready) => {
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const bound = {
        run: here.db.run.bind(here.db),
        transaction: <T>(work: Parameters<typeof here.db.transaction<T>>[0]) =>
          here.db.transaction<T>(async (run, copy) => {
            const result = await work(run, copy);
            ready({ end, done });
            await ended;
            return result;
          }),
      };
      const done = world(bound).keep([{ route: "slow" }]);
    });
    await here.keep([{ route: "fast" }]);
    const has = (route: string) => seen.some((one) => one.route === route);
    await expect.poll(() => has("fast"), { timeout: 10_000 }).toBe(true);
    expect(has("slow")).toBe(false);
    slow.end();
    await slow.done;
    await expect.poll(() => has("slow"), { timeout: 10_000 }).toBe(true);
    expect(seen.filter(({ route }) => route === "fast")).toHaveLength(1);
    stop();
  });
});

describe("recordings", () => {
  it("are on until they are over, full or stopped", async () => {
    const { recordings, rows, keep, db } = world();
    const timed = await recordings.add(recordingOf({ name: "timed" }), "ada");
    const full = await recordings.add(recordingOf({ most: 2, spec: { protocol: "dsc" } }), "ada");
    const heavy = await recordings.add(recordingOf({ most: 10 }), "ada");
    const stopped = await recordings.add(recordingOf({ name: "stopped" }), "ada");
    expect(full).toMatchObject({ state: "on", recorded: 0, spec: { protocol: "dsc" }, createdBy: "ada", name: null });
    expect((await recordings.stop("stopped", "ada"))?.id).toBe(stopped.id);
    expect(await recordings.stop("stopped", "ada")).toBeUndefined();
    const large = { requestBody: Buffer.alloc(MOST_BODY), responseBody: Buffer.alloc(MOST_BODY) };
    await keep([large, large], [full.id, heavy.id]);
    await db.run("update recordings set ends_at = now() where id = $1", [timed.id]);
    const states = new Map((await recordings.list()).map(({ id, state, recorded }) => [id, [state, recorded]]));
    expect(states.get(full.id)).toEqual(["full", 2]);
    expect(states.get(heavy.id)).toEqual(["full", 2]);
    expect(states.get(timed.id)).toEqual(["over", 0]);
    expect(states.get(stopped.id)).toEqual(["stopped", 0]);
    expect(await rows.live()).toEqual([]);
  });

  it("take no more than they may, however many gateways record at once", async () => {
    const { recordings, keep, exchanges } = world();
    const small = await recordings.add(recordingOf({ most: 7 }), "ada");
    const wide = await recordings.add(recordingOf({ most: 15 }), "ada");
    await Promise.all(Array.from({ length: 6 }, () => keep([{}, {}, {}], [wide.id, small.id])));
    const recorded = new Map((await recordings.list()).map((recording) => [recording.id, recording.recorded]));
    expect(recorded).toEqual(
      new Map([
        [small.id, 7],
        [wide.id, 15],
      ]),
    );
    expect((await exchanges.list({}, { limit: 100 })).exchanges).toHaveLength(15);
  });

  it("store nothing of those that none of them takes", async () => {
    const { db, recordings, rows, exchanges } = world();
    const { id } = await recordings.add(recordingOf({ most: 2 }), "ada");
    const batch = rows.newBatch();
    const bodies = [1, 2, 3, 4].map(() => randomBytes(10_000));
    for (const [i, requestBody] of bodies.entries()) batch.put(exchangeOf({ requestBody, route: `r${i}` }));
    expect([batch.count, batch.bytes > 40_000]).toEqual([4, true]);
    await batch.store([[], [id], [id], [id]]);
    const { exchanges: page } = await exchanges.list({}, { limit: 10 });
    expect(page.map(({ route }) => route)).toEqual(["r2", "r1"]);
    const found = await Promise.all(page.map((one) => exchanges.find(one.id)));
    expect(found.map((one) => one?.content.request.bytes)).toEqual([bodies[2], bodies[1]]);
    const [kept] = await db.run<{ bytes: number }>("select octet_length(content) as bytes from exchange_contents");
    expect(kept?.bytes).toBeLessThan(22_000);
    const none = rows.newBatch();
    none.put(exchangeOf());
    await none.store([[]]);
    expect(await db.run("select from exchange_contents")).toHaveLength(1);
  });

  it("that were stopped take nothing that was on its way", async () => {
    const { recordings, keep, exchanges } = world();
    const { id } = await recordings.add(recordingOf(), "ada");
    await recordings.stop(id, "ada");
    await keep([{}], [id]);
    expect((await exchanges.list({}, { limit: 1 })).exchanges).toEqual([]);
  });

  it("have one name each, as long as they are on", async () => {
    const { recordings } = world();
    const first = await recordings.add(recordingOf({ name: "web" }), "ada");
    await expect(recordings.add(recordingOf({ name: "web" }), "ada")).rejects.toMatchObject({ code: "conflict" });
    await recordings.stop(first.id, "ada");
    expect((await recordings.add(recordingOf({ name: "web" }), "ada")).id).not.toBe(first.id);
  });

  it.each<[string, Partial<NewRecording>]>([
    ["for ever", { seconds: 366 * 86_400 }],
    ["no time", { seconds: 0 }],
    ["half a second", { seconds: 0.5 }],
    ["everything", { most: 1_000_000_000 }],
    ["nothing", { most: 0 }],
    ["all of the disk", { megabytes: 1e9 }],
    ["a name that is none", { name: "a b" }],
    ["a status that is none", { spec: { leastStatus: 7 } }],
  ])("are refused: %s", async (_, said) => {
    await expect(world().recordings.add(recordingOf(said), "ada")).rejects.toMatchObject({ code: "request-malformed" });
  });

  it("are a hundred at the most, whoever adds them at once", async () => {
    const { recordings } = world();
    const added = await Promise.allSettled(Array.from({ length: 105 }, () => recordings.add(recordingOf(), "ada")));
    expect(added.filter(({ status }) => status === "rejected")).toHaveLength(5);
  });

  it("that ended long ago are forgotten, those that are on never", async () => {
    const { recordings, db } = world();
    await recordings.add(recordingOf({ name: "old" }), "ada");
    await recordings.add(recordingOf({ name: "on" }), "ada");
    await db.run("update recordings set created_at = now() - interval '60 days'");
    await db.run("update recordings set ends_at = now() - interval '30 days' where name = 'old'");
    expect(await dropOldRecordings(db)).toBe(1);
    expect((await recordings.list()).map(({ name }) => name)).toEqual(["on"]);
  });
});
