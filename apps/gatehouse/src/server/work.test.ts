import { randomUUID } from "node:crypto";
import type { Fact, Submission, Tasks } from "@gatehouse/core/submissions";
import {
  createDeadLetters,
  createFacts,
  createInbox,
  createNodeRegistry,
  createSubmissions,
  Database,
  makePartitions,
} from "@gatehouse/store";
import { createTestDatabase } from "@gatehouse/store/testing";
import { createInboxLoop } from "@gatehouse/work";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import "./gateway.test.helper.js";

async function database(): Promise<Database> {
  const made = await createTestDatabase(inject("databaseUrl"));
  const db = await Database.open({ url: made.url });
  onTestFinished(async () => {
    await db.close();
    await made.drop();
  });
  await makePartitions(db);
  return db;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Processes what a body says: a report, and facts of the node. */
const tasks: Tasks = {
  run: async <T>(_: string, { body }: Pick<Submission, "body">) => {
    const { facts } = JSON.parse(Buffer.from(body).toString());
    const report: Fact = { fact: "report", protocol: "test", run: randomUUID(), said: {} };
    return [report, { fact: "facts", source: "test", facts }] as T;
  },
};

const deep = (levels: number): object => (levels === 0 ? {} : { in: deep(levels - 1) });

describe("the inbox", () => {
  it("makes a dead letter of facts that are too large, with the reason, and stores those beside it", async () => {
    const db = await database();
    const registry = createNodeRegistry(db);
    const bodies = [
      { n: 1 },
      { long: "x".repeat(1 << 20) },
      { n: 2 },
      deep(30),
      { many: Array.from({ length: 20_001 }, () => ({})) },
      { n: 3 },
    ];
    const enrolled: { agentId: string; nodeId: string }[] = [];
    for (const _ of bodies)
      enrolled.push(
        await registry.enrol({
          alias: { family: "dsc", kind: "agentid", value: randomUUID() },
          nodeName: "a node",
          evidence: [],
          trust: "key",
          role: "test",
          keyId: null,
          detail: {},
          merge: (before) => before,
        }),
      );
    const submissions = createSubmissions(db);
    for (const [i, facts] of bodies.entries())
      await submissions.accept({
        agentId: enrolled[i]?.agentId ?? "",
        kind: "test",
        body: Buffer.from(JSON.stringify({ facts })),
      });
    const inbox = createInbox(db);
    const settled = { done: 0, failed: 0 };
    const loop = createInboxLoop({
      inbox,
      tasks,
      log: silent,
      workers: 1,
      // All of it is one batch.
      heavyBytes: 1 << 30,
      mostBytes: 1 << 30,
      metrics: {
        onSettled(done, failed) {
          settled.done += done;
          settled.failed += failed;
        },
      },
    });
    loop.start();
    await loop.idle();
    await loop.stop();
    const { deadLetters } = await createDeadLetters(db).list({ limit: 10 });
    expect(deadLetters.map(({ nodeId, failure }) => [nodeId, failure.code, failure.message])).toEqual(
      [4, 3, 1].map((i) => [
        enrolled[i]?.nodeId,
        "request-malformed",
        expect.stringMatching(/^Facts (have|nest) at most/),
      ]),
    );
    const stored = await Promise.all(enrolled.map(({ nodeId }) => createFacts(db).of(nodeId)));
    expect(stored.map(([one]) => one?.facts)).toEqual([{ n: 1 }, undefined, { n: 2 }, undefined, undefined, { n: 3 }]);
    expect(settled).toEqual({ done: 3, failed: 3 });
    expect(await inbox.backlog()).toMatchObject({ waiting: 0, deadLetters: 3 });
    await inbox.close();
  });
});
