import { beforeAll, describe, expect, it } from "vitest";
import { useOutage } from "../outage.test.helper.js";
import { makePartitions } from "../partitions.js";
import { count, until, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { newAgent } from "./reporting.test.helper.js";

const house = useDatabase();
const outage = useOutage(house);
let agentId = "";

beforeAll(async () => {
  await makePartitions(house.db);
  ({ agentId } = await newAgent(house.db));
});

const submission = (text: string) => ({ agentId, kind: "test", body: Buffer.from(text) });
const texts = (what: string) => Array.from({ length: 200 }, (_, i) => `${what} ${i}`);
const stored = async () => {
  const rows = await house.db.run<{ body: Buffer }>(
    "select s.body from submissions s join inbox i using (accepted_at, id)",
  );
  return rows.map(({ body }) => body.toString());
};
const settle = (accept: (of: ReturnType<typeof submission>) => Promise<void>, what: readonly string[]) =>
  Promise.allSettled(what.map((text) => accept(submission(text))));

describe("accepting while the database is away", () => {
  it("says so to every sender that waits, and stores nothing", async () => {
    let told = 0;
    const { accept } = createSubmissions(house.db, () => told++);
    await accept(submission("before"));
    await outage.away();
    const results = await settle(accept, texts("away"));
    for (const result of results) {
      expect(result).toMatchObject({
        status: "rejected",
        reason: { code: "database-unavailable", retryAfterSeconds: 10 },
      });
    }
    await outage.back();
    await until("an answer", () => house.db.isReachable());
    await accept(submission("after"));
    expect((await stored()).toSorted()).toEqual(["after", "before"]);
    expect(await count(house.db, "submissions")).toBe(2);
    expect(told).toBe(2);
  });

  it("has stored whatever it said yes to, however often the connections break", async () => {
    const { accept } = createSubmissions(house.db);
    const acknowledged: string[] = ["after", "before"];
    const doubtful: string[] = [];
    for (let round = 0; round < 5; round++) {
      const said = texts(`round ${round}`);
      const results = settle(accept, said);
      await outage.terminate();
      for (const [i, result] of (await results).entries()) {
        (result.status === "fulfilled" ? acknowledged : doubtful).push(said[i] ?? "");
        if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "database-unavailable" });
      }
      await until("an answer", () => house.db.isReachable());
    }
    const found = await stored();
    expect(new Set(found).size).toBe(found.length);
    expect(acknowledged.filter((text) => !found.includes(text))).toEqual([]);
    // What was committed and could not be acknowledged is there; nothing else is, and nothing is half there.
    expect(found.filter((text) => !acknowledged.includes(text) && !doubtful.includes(text))).toEqual([]);
    expect([await count(house.db, "submissions"), await count(house.db, "inbox")]).toEqual([
      found.length,
      found.length,
    ]);
  });
});
