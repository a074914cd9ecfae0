import { randomBytes, randomUUID } from "node:crypto";
import { MOST_BODY } from "@gatehouse/core/exchanges";
import { describe, expect, it } from "vitest";
import { dropOldExchanges } from "../retention.js";
import { exchangeOf, recordingOf, useExchanges } from "./exchanges.test.helper.js";

const world = useExchanges();

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
