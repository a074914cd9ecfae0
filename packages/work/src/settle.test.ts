import type { Claim, Outcome } from "@gatehouse/core/submissions";
import { describe, expect, it } from "vitest";
import { databaseAway, FakeInbox, recordLog } from "./inbox.test.helper.js";
import { settleBatch } from "./settle.js";

const LIMITS = { most: 200, mostBytes: 1 << 20, heavyBytes: 10 };

async function batchOf(...kinds: string[]) {
  const inbox = new FakeInbox();
  for (const kind of kinds) inbox.put("a", { kind });
  const claim = (await inbox.claim(LIMITS)) as Claim;
  const outcomes = claim.submissions.map(
    (submission): Outcome =>
      submission.kind === "poison"
        ? { submission, failure: { code: "request-malformed", message: "Poison.", detail: null } }
        : { submission, facts: [] },
  );
  return { inbox, claim, outcomes, log: recordLog() };
}

const refuseFactsOf =
  (id: string) =>
  ({ submission, ...rest }: Outcome) =>
    submission.id === id && "facts" in rest ? new Error("value too long for column") : undefined;

describe("settleBatch", () => {
  it("stores a batch at once", async () => {
    const { inbox, claim, outcomes, log } = await batchOf("look", "poison", "look");
    expect(await settleBatch(claim, outcomes, log)).toEqual({ done: 2, failed: 1, stuck: 0 });
    expect(inbox.settleCalls).toEqual([3]);
    expect(log.lines.map(({ level, fields }) => [level, fields["id"]])).toEqual([["warn", "s2"]]);
  });

  it("stores one by one what cannot be stored at once; what breaks it is a dead letter with the cause", async () => {
    const { inbox, claim, outcomes, log } = await batchOf("look", "look", "look");
    inbox.refuse = refuseFactsOf("s2");
    expect(await settleBatch(claim, outcomes, log)).toEqual({ done: 2, failed: 1, stuck: 0 });
    expect(inbox.settleCalls).toEqual([3, 1, 1, 1, 1]);
    expect(inbox.settled.map(({ submission }) => submission.id)).toEqual(["s1", "s2", "s3"]);
    expect(inbox.deadLetters).toEqual({
      s2: {
        code: "internal",
        message: "What came out of it could not be stored.",
        detail: "Error",
      },
    });
    expect(log.at("warn").at(-1)?.fields).toEqual({ id: "s2", agent: "a", kind: "look", code: "internal" });
  });

  it("does not log the words of what refused a batch: they may quote what an agent sent", async () => {
    const { inbox, claim, outcomes, log } = await batchOf("look", "look");
    inbox.refuse = ({ submission, ...rest }) =>
      submission.id === "s1" && "facts" in rest
        ? Object.assign(new Error('invalid input syntax: "my password"'), { code: "22P02" })
        : undefined;
    await settleBatch(claim, outcomes, log);
    expect(log.lines[0]).toEqual({
      level: "warn",
      message: "a batch could not be stored at once, and is stored one by one",
      fields: { code: "22P02" },
    });
    expect(JSON.stringify(log.lines)).not.toContain("my password");
    expect(inbox.deadLetters["s1"]?.detail).toBe("Error 22P02");
  });

  it("takes a second try for what it is when a batch failed by chance", async () => {
    const { inbox, claim, outcomes, log } = await batchOf("look", "poison");
    let first = true;
    inbox.refuse = () => {
      if (!first) return undefined;
      first = false;
      return new Error("deadlock detected");
    };
    expect(await settleBatch(claim, outcomes, log)).toEqual({ done: 1, failed: 1, stuck: 0 });
    expect(inbox.deadLetters).toMatchObject({ s2: { code: "request-malformed" } });
  });

  it("leaves in the inbox what cannot even be refused, says so, and stores the others", async () => {
    const { inbox, claim, outcomes, log } = await batchOf("look", "look", "poison");
    inbox.refuse = ({ submission }) => (submission.id === "s1" ? new Error("no partition for it") : undefined);
    expect(await settleBatch(claim, outcomes, log)).toEqual({ done: 1, failed: 1, stuck: 1 });
    expect(inbox.waiting.map(({ id }) => id)).toEqual(["s1"]);
    expect(log.at("error")).toEqual([
      {
        level: "error",
        message: "a submission can neither be processed nor be refused, and stays in the inbox",
        fields: { id: "s1", agent: "a", kind: "look", error: expect.stringContaining("no partition for it") },
      },
    ]);
  });

  it("gives a failure that cannot be stored a plainer one", async () => {
    const { inbox, claim, outcomes, log } = await batchOf("poison");
    inbox.refuse = (outcome) =>
      "failure" in outcome && outcome.failure.code === "request-malformed" ? new Error("odd text") : undefined;
    expect(await settleBatch(claim, outcomes, log)).toEqual({ done: 0, failed: 1, stuck: 0 });
    expect(inbox.deadLetters).toMatchObject({ s1: { code: "internal" } });
  });

  it.each([1, 2, 3, 4])("passes an outage on, at call %i", async (call) => {
    const { inbox, claim, outcomes, log } = await batchOf("look", "look");
    inbox.refuse = refuseFactsOf("s1");
    let calls = 0;
    inbox.before = () => {
      calls += 1;
      if (calls === call) throw databaseAway();
    };
    await expect(settleBatch(claim, outcomes, log)).rejects.toMatchObject({ code: "database-unavailable" });
    expect(calls).toBe(call);
    expect(log.at("error")).toEqual([]);
  });
});
