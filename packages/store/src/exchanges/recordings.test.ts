import { randomBytes } from "node:crypto";
import { MOST_BODY, type NewRecording } from "@gatehouse/core/exchanges";
import { describe, expect, it } from "vitest";
import { exchangeOf, recordingOf, useExchanges } from "./exchanges.test.helper.js";
import { dropOldRecordings } from "./recordings.js";

const world = useExchanges();

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
