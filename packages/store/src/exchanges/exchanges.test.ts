import { randomUUID } from "node:crypto";
import { type Exchange, type ExchangeSummary, MOST_BODY, type NewRecording } from "@gatehouse/core/exchanges";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { dropOldExchanges } from "../retention.js";
import { SecretBox } from "../secret-box.js";
import { useDatabase } from "../store.test.helper.js";
import { createExchanges } from "./exchanges.js";
import { createRecordings, dropOldRecordings } from "./recordings.js";
import { createExchangeRows } from "./rows.js";
import { packExchange } from "./sealed.js";

const database = useDatabase();
const box = new SecretBox(Buffer.alloc(32, 7));
const open: { close(): Promise<void> }[] = [];

const world = () => {
  const { db } = database;
  const exchanges = createExchanges(db, box);
  open.push(exchanges);
  return { db, exchanges, recordings: createRecordings(db), rows: createExchangeRows(db, box) };
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
  ...{ requestHeaders: { authorization: "Bearer hush" }, responseHeaders: { "Content-Type": "application/json" } },
  ...{ from: "192.0.2.7", peer: undefined, caller: undefined },
  ...{ requestBody: Buffer.from("hush \0\ud800"), responseBody: Buffer.from("{}") },
  ...said,
});
const packedOf = (said: Partial<Exchange> = {}) => packExchange(exchangeOf(said));
const recordingOf = (said: Partial<NewRecording> = {}): NewRecording => ({
  ...{ spec: {}, seconds: 60, most: 10, megabytes: 1 },
  ...said,
});

describe("a recorded exchange", () => {
  it("comes back whole, and stands nowhere in the clear", async () => {
    const { db, exchanges, rows } = world();
    const caller = { agentId: randomUUID(), nodeId: randomUUID() };
    const { requestId, url, requestHeaders, responseHeaders, ...said } = exchangeOf({ caller });
    const packed = packExchange({ requestId, url, requestHeaders, responseHeaders, ...said });
    await rows.add([{ packed, recordings: [] }]);
    const [summary] = (await exchanges.list({}, { limit: 10 })).exchanges;
    expect(summary).toMatchObject({
      ...{ requestId, path: "/PSDSCPullServer.svc/Nodes(AgentId='1')/GetDscAction", status: 200, durationMs: 2.5 },
      ...{ from: "192.0.2.7", requestBytes: 9, responseBytes: 2, nodeId: caller.nodeId, nodeName: null, peer: null },
    });
    expect((await exchanges.find(summary?.id ?? ""))?.content).toEqual({
      ...{ url, requestHeaders, responseHeaders },
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
    const { db, exchanges, rows } = world();
    const of = (i: number) => ({
      url: `/${i}é?\ud800\0`,
      requestBody: Buffer.alloc(i, i),
      responseBody: Buffer.alloc(2 * i, i),
    });
    await rows.add([1, 2, 3].map((i) => ({ packed: packedOf(of(i)), recordings: [] })));
    await rows.add([{ packed: packedOf(of(4)), recordings: [] }]);
    const page = await exchanges.list({}, { limit: 10 });
    const found = await Promise.all(page.exchanges.map(({ id }) => exchanges.find(id)));
    expect(found.map((one) => one?.content.url.slice(0, 3))).toEqual(["/4é", "/3é", "/2é", "/1é"]);
    expect(found.map((one) => one?.content.request.bytes)).toEqual([4, 3, 2, 1].map((i) => Buffer.alloc(i, i)));
    expect(found.map((one) => one?.content.response?.bytes)).toEqual([4, 3, 2, 1].map((i) => Buffer.alloc(2 * i, i)));
    expect(await db.run("select from exchange_contents")).toHaveLength(2);
  });

  it("of an answer from disk has no answer's bytes", async () => {
    const { exchanges, rows } = world();
    await rows.add([{ packed: packedOf({ responseBody: undefined }), recordings: [] }]);
    const [summary] = (await exchanges.list({}, { limit: 10 })).exchanges;
    expect(summary?.responseBytes).toBeNull();
    expect((await exchanges.find(summary?.id ?? ""))?.content).toMatchObject({ response: undefined });
  });

  it("has of huge bodies the beginnings, and how large they were", async () => {
    const { exchanges, rows } = world();
    const [requestBody, responseBody] = [Buffer.alloc(MOST_BODY + 1, 1), Buffer.alloc(5 << 20, 2)];
    const packed = packedOf({ requestBody, responseBody });
    await rows.add([{ packed, recordings: [] }]);
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
    const { db, exchanges, rows } = world();
    await rows.add([{ packed: packedOf(), recordings: [] }]);
    for (const statement of change.split(";")) await db.run(statement);
    const [summary] = (await exchanges.list({}, { limit: 1 })).exchanges;
    await expect(exchanges.find(summary?.id ?? "")).rejects.toThrow();
  });

  it("goes with all that is older when there is too much, the newest last", async () => {
    const { db, exchanges, rows } = world();
    const large = { requestBody: Buffer.alloc(MOST_BODY), responseBody: Buffer.alloc(MOST_BODY) };
    for (const status of [201, 202, 203, 204])
      await rows.add([1, 2].map(() => ({ packed: packedOf({ ...large, status }), recordings: [] })));
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
    const { exchanges, rows } = world();
    const all = Array.from({ length: 120 }, (_, i) => exchangeOf({ status: 200 + i }));
    await rows.add(all.map((one) => ({ packed: packExchange(one), recordings: [] })));
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
    const { exchanges, rows } = world();
    const nodeId = randomUUID();
    const some = [
      exchangeOf({ status: 503, caller: { agentId: randomUUID(), nodeId } }),
      exchangeOf({ protocol: "puppet", route: "puppet.v3.catalog", status: 404 }),
      exchangeOf({ method: "GET", route: "dsc.content", status: 200 }),
    ];
    await rows.add(some.map((one) => ({ packed: packExchange(one), recordings: [] })));
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
  const begun = async ({ rows }: ReturnType<typeof world>, seen: readonly unknown[]) => {
    await expect
      .poll(
        async () => {
          await rows.add([{ packed: packedOf({ route: "begin" }), recordings: [] }]);
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
    await there.rows.add([
      { packed: packedOf({ status: 500, route: "a" }), recordings: [] },
      { packed: packedOf({ route: "b" }), recordings: [] },
    ]);
    const routes = () => all.seen.map(({ route }) => route).filter((route) => route !== "begin");
    await expect.poll(routes, { timeout: 10_000 }).toEqual(["a", "b"]);
    expect(errors.seen.map(({ route }) => route)).toEqual(["a"]);
    all.stop();
    await there.rows.add([{ packed: packedOf({ status: 500, route: "c" }), recordings: [] }]);
    await expect.poll(() => errors.seen.length, { timeout: 10_000 }).toBe(2);
    expect(routes()).toEqual(["a", "b"]);
    errors.stop();
  });

  it("misses nothing from when it has begun, and is told nothing from before", async () => {
    const { exchanges, rows } = world();
    await rows.add([{ packed: packedOf({ route: "before" }), recordings: [] }]);
    // One that goes at once, in the middle of its first look.
    following(exchanges).stop();
    const seen: string[] = [];
    const { stop, begun } = exchanges.follow({}, (some) => seen.push(...some.map(({ route }) => route)));
    await begun;
    await rows.add([{ packed: packedOf({ route: "after" }), recordings: [] }]);
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual(["after"]);
    const late = exchanges.follow({}, () => undefined);
    await late.begun;
    late.stop();
    stop();
  });

  it("is told by the same array as all who follow the same, and goes alone", async () => {
    const { exchanges, rows } = world();
    const told: (readonly ExchangeSummary[])[][] = [[], [], []];
    const one = { leastStatus: 400 };
    const following = [one, { ...one }, { leastStatus: 500 }].map((filter, i) =>
      exchanges.follow(filter, (some) => told[i]?.push(some)),
    );
    await Promise.all(following.map(({ begun }) => begun));
    await rows.add([404, 503, 200].map((status) => ({ packed: packedOf({ status }), recordings: [] })));
    await expect.poll(() => told.every((some) => some.length === 1), { timeout: 10_000 }).toBe(true);
    expect(told[0]?.[0]).toBe(told[1]?.[0]);
    expect(told.map((some) => some[0]?.map(({ status }) => status))).toEqual([[404, 503], [404, 503], [503]]);
    following[0]?.stop();
    following[0]?.stop();
    await rows.add([{ packed: packedOf({ status: 500 }), recordings: [] }]);
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
          here.db.transaction<T>(async (run) => {
            const result = await work(run);
            ready({ end, done });
            await ended;
            return result;
          }),
      };
      const done = createExchangeRows(bound, box).add([{ packed: packedOf({ route: "slow" }), recordings: [] }]);
    });
    await here.rows.add([{ packed: packedOf({ route: "fast" }), recordings: [] }]);
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
    const { recordings, rows, db } = world();
    const timed = await recordings.add(recordingOf({ name: "timed" }), "ada");
    const full = await recordings.add(recordingOf({ most: 2, spec: { protocol: "dsc" } }), "ada");
    const heavy = await recordings.add(recordingOf({ most: 10 }), "ada");
    const stopped = await recordings.add(recordingOf({ name: "stopped" }), "ada");
    expect(full).toMatchObject({ state: "on", recorded: 0, spec: { protocol: "dsc" }, createdBy: "ada", name: null });
    expect((await recordings.stop("stopped", "ada"))?.id).toBe(stopped.id);
    expect(await recordings.stop("stopped", "ada")).toBeUndefined();
    const large = { requestBody: Buffer.alloc(MOST_BODY), responseBody: Buffer.alloc(MOST_BODY) };
    await rows.add([
      { packed: packedOf(large), recordings: [full.id, heavy.id] },
      { packed: packedOf(large), recordings: [full.id, heavy.id] },
    ]);
    await db.run("update recordings set ends_at = now() where id = $1", [timed.id]);
    const states = new Map((await recordings.list()).map(({ id, state, recorded }) => [id, [state, recorded]]));
    expect(states.get(full.id)).toEqual(["full", 2]);
    expect(states.get(heavy.id)).toEqual(["full", 2]);
    expect(states.get(timed.id)).toEqual(["over", 0]);
    expect(states.get(stopped.id)).toEqual(["stopped", 0]);
    expect(await rows.live()).toEqual([]);
  });

  it("take no more than they may, however many gateways record at once", async () => {
    const { recordings, rows, exchanges } = world();
    const small = await recordings.add(recordingOf({ most: 7 }), "ada");
    const wide = await recordings.add(recordingOf({ most: 15 }), "ada");
    const one = () => ({ packed: packedOf(), recordings: [wide.id, small.id] });
    await Promise.all(Array.from({ length: 6 }, () => rows.add([one(), one(), one()])));
    const recorded = new Map((await recordings.list()).map((recording) => [recording.id, recording.recorded]));
    expect(recorded).toEqual(
      new Map([
        [small.id, 7],
        [wide.id, 15],
      ]),
    );
    expect((await exchanges.list({}, { limit: 100 })).exchanges).toHaveLength(15);
  });

  it("that were stopped take nothing that was on its way", async () => {
    const { recordings, rows, exchanges } = world();
    const { id } = await recordings.add(recordingOf(), "ada");
    await recordings.stop(id, "ada");
    await rows.add([{ packed: packedOf(), recordings: [id] }]);
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
