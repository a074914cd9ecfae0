import { describe, expect, it } from "vitest";
import { createPendingAnswers, dropOldAnswers } from "./pending-answers.js";
import { count, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const AGENT = "44b1d2c6-6d1e-4a2c-9f0f-9a7c53d1f0aa";
const pending = () => createPendingAnswers(house.db);

describe("an answer that is given later", () => {
  it("is pending until it is there, is given once, and then is unknown", async () => {
    const opened = await pending().open(60, AGENT);
    expect(opened.requestId).toMatch(/^[0-9A-F]{8}$/);
    expect(await pending().take(opened)).toBe("pending");
    expect(await pending().settle(opened, '{"status":"ok"}')).toBe(true);
    const both = await Promise.all([pending().take(opened), pending().take(opened)]);
    expect(both.filter((one) => one !== undefined)).toEqual([{ answer: '{"status":"ok"}' }]);
    expect(await pending().take(opened)).toBeUndefined();
    expect(await pending().settle(opened, "late")).toBe(false);
  });

  it("is nobody else's, and several of one agent are told apart", async () => {
    const [a, b] = [await pending().open(60, AGENT), await pending().open(60, AGENT)];
    expect(a.requestId).not.toBe(b.requestId);
    await pending().settle(a, "a");
    const foreign = { agentId: "someone else", requestId: a.requestId };
    expect([await pending().take(foreign), await pending().settle(foreign, "x")]).toEqual([undefined, false]);
    expect([await pending().take(b), await pending().take(a)]).toEqual(["pending", { answer: "a" }]);
    expect(await pending().take({ agentId: AGENT, requestId: "\0' or true --" })).toBeUndefined();
  });

  it("is forgotten when its time is over, and swept", async () => {
    const old = await pending().open(60, "old");
    const young = await pending().open(60, "young");
    await pending().settle(old, "too late");
    await house.db.run("update pending_answers set expires_at = now() - interval '1 second' where agent_id = 'old'");
    expect([await pending().take(old), await pending().settle(old, "x")]).toEqual([undefined, false]);
    expect([await dropOldAnswers(house.db), await dropOldAnswers(house.db)]).toEqual([1, 0]);
    expect(await pending().take(young)).toBe("pending");
    expect(await count(house.db, "pending_answers where agent_id = 'old'")).toBe(0);
  });

  it("with bytes that PostgreSQL takes nowhere is kept without them", async () => {
    const opened = await pending().open(60, AGENT);
    await pending().settle(opened, "a\0b\ud800");
    expect(await pending().take(opened)).toEqual({ answer: "ab\ufffd" });
  });
});
