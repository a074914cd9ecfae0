import { describe, expect, it, onTestFinished } from "vitest";
import { FakeInbox, recordLog } from "./inbox.test.helper.js";
import { createInboxLoop } from "./inbox-loop.js";
import { createTasks, type TasksOptions } from "./tasks.js";
import { tasks as inline, moduleUrl } from "./tasks.test.helper.js";

const HEAVY = 64;

/** The loop with the threads that it has in a gateway. */
function make(limits: Partial<TasksOptions> = {}) {
  const inbox = new FakeInbox();
  const log = recordLog();
  const tasks = createTasks({ module: moduleUrl, inline, inlineBytes: HEAVY, ...limits });
  const loop = createInboxLoop({ inbox, tasks, log, heavyBytes: HEAVY });
  onTestFinished(async () => {
    await loop.stop();
    await tasks.close();
  });
  return { inbox, log, loop };
}

describe("a heavy submission that is poison to its thread", () => {
  const poisons: [string, Partial<TasksOptions>, string][] = [
    ["refuse", {}, "The report has no job."],
    ["exit", {}, "The work ended its thread."],
    ["spin", { timeoutMs: 2_000 }, "The work did not end within 2 s."],
    ["eat", { heapMb: 24 }, "The work ended its thread."],
  ];

  it.each(poisons)("%s: is a dead letter, and its agent's later ones are processed", async (kind, limits, message) => {
    const { inbox, log, loop } = make(limits);
    const heavy = new Uint8Array(HEAVY + 1);
    inbox.put("a", { kind: "look", body: heavy });
    const { id } = inbox.put("a", { kind, body: heavy });
    inbox.put("a", { kind: "look", body: heavy });
    inbox.put("a", { kind: "look" });
    inbox.put("b", { kind: "look", body: heavy });
    loop.start();
    await loop.idle();
    expect(inbox.deadLetters).toMatchObject({ [id]: { message } });
    expect(inbox.settled.filter((one) => one.submission.agentId === "a").map((one) => one.submission.id)).toEqual([
      "s1",
      "s2",
      "s3",
      "s4",
    ]);
    expect(inbox.done).toContain("s5");
    expect(log.lines.map(({ level, fields }) => [level, fields["id"], fields["kind"]])).toEqual([["warn", id, kind]]);
  });
});

it("every fiftieth of five hundred being poison, all others are processed, in order", async () => {
  const { inbox, loop } = make();
  const kinds = ["refuse", "stumble", "throwText", "none such"];
  for (let n = 0; n < 500; n++) {
    const kind = n % 50 === 49 ? (kinds[(n / 50) & 3] ?? "refuse") : "look";
    inbox.put(`agent ${n % 7}`, { kind, body: new Uint8Array(n % 40 === 9 ? HEAVY + 1 : HEAVY) });
  }
  loop.start();
  await loop.idle();
  expect(Object.keys(inbox.deadLetters)).toHaveLength(10);
  expect(inbox.done).toHaveLength(490);
  expect(inbox.waiting).toEqual([]);
});
