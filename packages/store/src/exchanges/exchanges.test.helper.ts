import { randomUUID } from "node:crypto";
import type { Exchange, NewRecording, Recording } from "@gatehouse/core/exchanges";
import { afterEach, beforeEach } from "vitest";
import { makePartitions } from "../partitions.js";
import { SecretBox } from "../secret-box.js";
import { useDatabase } from "../store.test.helper.js";
import { createExchanges } from "./exchanges.js";
import { createRecordings } from "./recordings.js";
import { createExchangeRows } from "./rows.js";

export const exchangeOf = (said: Partial<Exchange> = {}): Exchange => ({
  ...{ requestId: randomUUID(), protocol: "dsc", route: "dsc.get-action", method: "POST", status: 200 },
  ...{ url: "/PSDSCPullServer.svc/Nodes(AgentId='1')/GetDscAction?secret=hush", durationMs: 2.5 },
  ...{ requestHeaders: ["Authorization", "Bearer hush"], responseHeaders: { "Content-Type": "application/json" } },
  ...{ from: "192.0.2.7", peer: undefined, caller: undefined },
  ...{ requestBody: Buffer.from("hush \0\ud800"), responseBody: Buffer.from("{}") },
  ...said,
});
export const recordingOf = (said: Partial<NewRecording> = {}): NewRecording => ({
  ...{ spec: {}, seconds: 60, most: 10, megabytes: 1 },
  ...said,
});

/** A database without exchanges for each test of a file. @returns gateways of it: what they record, and what is seen there */
export function useExchanges() {
  const database = useDatabase();
  const box = new SecretBox(Buffer.alloc(32, 7));
  const open: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    await makePartitions(database.db);
    await database.db.run("truncate exchanges, exchange_contents, recordings");
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  /** @param on where exchanges are stored */
  return (on: Parameters<typeof createExchangeRows>[0] = database.db) => {
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
}
