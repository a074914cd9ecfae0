import {
  type Exchange,
  type ExchangeBatch,
  MOST_BODY,
  type Recording,
  type RecordingSpec,
} from "@gatehouse/core/exchanges";
import { describe, expect, it } from "vitest";
import { Recorder } from "./recorder.js";

const NOW = new Date("2026-11-22T10:00:00Z");

const recordingOf = (id: string, spec: RecordingSpec = {}, most = 100_000): Recording => ({
  ...{ id, spec, most, megabytes: 1, name: null, createdAt: NOW, createdBy: "ada", recorded: 0, bytes: 0, state: "on" },
  endsAt: new Date(NOW.getTime() + 60_000),
});
const exchangeOf = (said: Partial<Exchange> = {}): Exchange => ({
  ...{ requestId: "r", protocol: "dsc", route: "dsc.get-action", method: "POST", url: "/", status: 200, durationMs: 1 },
  ...{ requestHeaders: [], requestBody: Buffer.from("a"), responseHeaders: {}, responseBody: Buffer.from("b") },
  ...{ from: "192.0.2.7", peer: undefined, caller: undefined },
  ...said,
});

interface Stored {
  readonly exchange: Exchange;
  readonly recordings: readonly string[];
}

/** As the store has it, as far as the recorder looks. */
function newBatch(store: (stored: readonly Stored[], bytes: number) => void): ExchangeBatch {
  const put: Exchange[] = [];
  const sum = () => put.reduce((bytes, { requestBody }) => bytes + Math.min(requestBody.length, MOST_BODY), 0);
  return {
    get count() {
      return put.length;
    },
    get bytes() {
      return sum();
    },
    put: (exchange) => void put.push(exchange),
    async store(wanted) {
      const all = put.map((exchange, i) => ({ exchange, recordings: wanted[i] ?? [] }));
      store(
        all.filter(({ recordings }) => recordings.length > 0),
        sum(),
      );
    },
  };
}

async function world(live: readonly Recording[]) {
  const state = {
    now: NOW,
    isAway: false,
    dropped: 0,
    batches: [] as { stored: readonly Stored[]; bytes: number }[],
    warned: 0,
    meanwhile: () => {},
  };
  const recorder = new Recorder({
    rows: {
      live: async () => live,
      newBatch: () =>
        newBatch((stored, bytes) => {
          if (state.isAway) throw new Error("the database is away");
          state.batches.push({ stored, bytes });
          state.meanwhile();
        }),
    },
    groupsOf: async (nodeId) => new Set(nodeId === "n1" ? ["web"] : []),
    clock: { now: () => state.now },
    log: { info: () => undefined, warn: () => void state.warned++ },
    onDropped: (exchanges) => {
      state.dropped += exchanges;
    },
  });
  await recorder.refresh();
  const stored = () => state.batches.flatMap((batch) => batch.stored);
  return { recorder, state, stored };
}
const caller = (nodeId: string) => ({ agentId: `a-${nodeId}`, nodeId });

describe("a recorder", () => {
  it("keeps a node's exchanges through a flood of others'", async () => {
    const { recorder, state, stored } = await world([recordingOf("1", { nodeId: "n1" })]);
    for (let i = 0; i < 20_000; i++) recorder.record(exchangeOf({ caller: caller("n2") }));
    recorder.record(exchangeOf());
    recorder.record(exchangeOf({ caller: caller("n1") }));
    await recorder.flush();
    expect(stored().map(({ exchange }) => exchange.caller?.nodeId)).toEqual(["n1"]);
    expect(state.dropped).toBe(0);
  });

  it("bounds what waits, and counts what it drops", async () => {
    const { recorder, state, stored } = await world([recordingOf("1")]);
    for (let i = 0; i < 6_000; i++) recorder.record(exchangeOf());
    await recorder.flush();
    expect(stored().length + state.dropped).toBe(6_000);
    expect(state.dropped).toBe(1_000);
  });

  it("stores hundreds in one go, and leaves those that come meanwhile for the next", async () => {
    const { recorder, state } = await world([recordingOf("1")]);
    state.meanwhile = () => {
      for (let i = 0; i < 10; i++) recorder.record(exchangeOf());
    };
    for (let i = 0; i < 500; i++) recorder.record(exchangeOf());
    const sizes = () => state.batches.map(({ stored }) => stored.length);
    await recorder.flush();
    expect(sizes()).toEqual([500]);
    await recorder.flush();
    expect(sizes()).toEqual([500, 10]);
  });

  it("stores large bodies a few at a time", async () => {
    const { recorder, state, stored } = await world([recordingOf("1")]);
    const huge = Buffer.alloc(5 << 20, 7);
    for (let i = 0; i < 40; i++) recorder.record(exchangeOf({ requestBody: huge }));
    await recorder.flush();
    expect(stored()).toHaveLength(40);
    expect(Math.max(...state.batches.map(({ bytes }) => bytes))).toBe(4 << 20);
  });

  it("holds no more bytes than it may, and counts what it drops", async () => {
    const { recorder, state, stored } = await world([recordingOf("1")]);
    const huge = Buffer.alloc(MOST_BODY);
    for (let i = 0; i < 300; i++) recorder.record(exchangeOf({ requestBody: huge }));
    await recorder.flush();
    expect([stored().length, state.dropped]).toEqual([256, 44]);
  });

  it("goes by the group, what is over by the clock, and never records operators", async () => {
    const { recorder, state, stored } = await world([recordingOf("1", { group: "WEB" })]);
    recorder.record(exchangeOf({ caller: caller("n1") }));
    recorder.record(exchangeOf({ caller: caller("n2") }));
    recorder.record(exchangeOf());
    await recorder.flush();
    expect(stored().map(({ exchange }) => exchange.caller?.nodeId)).toEqual(["n1"]);
    state.now = new Date(NOW.getTime() + 120_000);
    recorder.record(exchangeOf({ caller: caller("n1") }));
    await recorder.flush();
    expect(stored()).toHaveLength(1);
    expect(recorder.wants("api.nodes.list", "api")).toBe(false);
    expect(recorder.wants("dsc.get-action", "dsc")).toBe(true);
  });

  it("loses what a database that is away does not take, says so once, and goes on with the next", async () => {
    const { recorder, state, stored } = await world([recordingOf("1")]);
    state.isAway = true;
    for (let i = 0; i < 3; i++) {
      recorder.record(exchangeOf());
      await recorder.flush();
    }
    expect([state.dropped, state.warned]).toEqual([3, 1]);
    state.isAway = false;
    recorder.record(exchangeOf());
    await recorder.flush();
    expect(stored()).toHaveLength(1);
  });
});
