import { describe, expect, it } from "vitest";
import { type Waiting, whyWaiting } from "./waiting.js";

const NOW = new Date("2026-11-22T10:00:00Z");
const EARLIER = new Date("2026-11-22T09:00:00Z");
const waiting = (said: Partial<Waiting> = {}): Waiting => ({
  ...{ task: "deploy", state: "prepared", dueAt: EARLIER, nodeState: "active", lastSeen: NOW },
  ...{ installedTasks: [], enabledTasks: [], isUnproven: false, timesSent: 0, ...said },
});
const why = (said: Partial<Waiting>) => whyWaiting(waiting(said), NOW)?.code;

describe("why an agent has not taken its job", () => {
  it.each<[string | undefined, Partial<Waiting>]>([
    [undefined, { state: "running" }],
    [undefined, { state: "cancelled", nodeState: "quarantined" }],
    ["quarantined", { nodeState: "quarantined" }],
    ["node-not-active", { nodeState: "deactivated" }],
    ["not-due", { dueAt: new Date(NOW.getTime() + 1) }],
    ["no-answer", { state: "sent", timesSent: 2 }],
    ["no-answer", { task: "wake", state: "sent", timesSent: 1 }],
    ["not-proven", { isUnproven: true }],
    ["not-seen-since", { lastSeen: null }],
    ["not-seen-since", { lastSeen: new Date(EARLIER.getTime() - 1) }],
    ["not-asked", { task: "wake", installedTasks: ["inventory"] }],
    ["module-missing", { installedTasks: ["inventory", "collect"] }],
    ["task-off", { installedTasks: ["Inventory", "Deploy"], enabledTasks: ["inventory"] }],
    ["not-asked", { installedTasks: ["inventory", "Deploy"], enabledTasks: ["DEPLOY"] }],
    ["not-asked", {}],
  ])("%s: %j", (code, said) => {
    expect(why(said)).toBe(code);
  });

  it("is no missing module where only some of the agent's tasks are known", () => {
    expect(why({ task: "netdiscovery", installedTasks: ["collect", "deploy", "esx"] })).toBe("not-asked");
    expect(why({ task: "netdiscovery", installedTasks: ["collect", "inventory"] })).toBe("module-missing");
  });

  it("says how often it was handed over, and when the agent was seen", () => {
    expect(whyWaiting(waiting({ state: "sent", timesSent: 1 }), NOW)?.text).toContain("handed over once");
    const wake = whyWaiting(waiting({ task: "wake", state: "sent", timesSent: 3 }), NOW)?.text;
    expect(wake).toMatch(/^Waking the agent was tried 3 times/);
    expect(whyWaiting(waiting({ lastSeen: new Date(0) }), NOW)?.text).toContain("1970-01-01T00:00:00.000Z");
  });
});
