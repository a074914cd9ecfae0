import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { createDeadLetters } from "./dead-letters.js";
import { createInbox } from "./inbox.js";
import { finish, LIMITS, newAgent } from "./reporting.test.helper.js";

const house = useDatabase();
beforeAll(async () => void (await makePartitions(house.db)));

it("what was said beside the bytes comes with them, also out of the dead letters when their day is gone", async () => {
  const { agentId } = await newAgent(house.db, randomUUID());
  const submissions = createSubmissions(house.db);
  const inbox = createInbox(house.db);
  const context = { deviceId: "web01", of: "own", ["__proto__"]: "x", hostile: "'\"\\{}," };
  await Promise.all([
    submissions.accept({ agentId, kind: "with", body: Buffer.from("a"), context }),
    submissions.accept({ agentId, kind: "without", body: Buffer.from("b".repeat(1000)) }),
    submissions.accept({ agentId, kind: "dirty", body: Buffer.from("c"), context: { deviceId: "a\0b\ud800" } }),
  ]);
  const claim = await inbox.claim(LIMITS);
  const seen = () => claim?.submissions.map(({ kind, context: around }) => [kind, around]);
  expect(seen()).toEqual([
    ["with", context],
    ["without", undefined],
    ["dirty", { deviceId: "ab\ufffd" }],
  ]);
  const failure = { code: "internal", message: "no", detail: null };
  await finish(claim, (submission) => ({ submission, failure }));
  await house.db.run("delete from submissions");
  expect(await createDeadLetters(house.db).redriveAll()).toBe(3);
  const again = await inbox.claim(LIMITS);
  expect(again?.submissions.map(({ kind, context: around }) => [kind, around])).toEqual(seen());
  await finish(again, (submission) => ({ submission, facts: [] }));
  await inbox.close();
});
