import { expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";

it("the status is put together from the ports", async () => {
  const since: Date[] = [];
  const { call } = await serveApi({
    registry: {
      counts: async () => ({
        nodes: { active: 3, expired: 1, quarantined: 0, deactivated: 0 },
        latestReports: { success: 2, hung: 1 },
      }),
    },
    reports: {
      counts: async (from) => {
        since.push(from);
        return { failure: 4 };
      },
    },
    jobs: {
      counts: async (from) => {
        since.push(from);
        return { open: { sent: 2 }, ended: { ok: 7, "timed-out": 1 }, unproven: 1 };
      },
    },
    identity: { openConflicts: async () => 5 },
    certificates: { requests: async () => [] },
    inbox: { backlog: async () => ({ waiting: 1, oldestAt: AT, deadLetters: 2 }) },
    taskLog: { list: async () => [{ name: "expire", startedAt: AT, endedAt: null, error: null }] },
    database: { facts: async () => ({ version: "18.4", sizeBytes: 1, now: AT, milliseconds: 0.5 }) },
    compiler: () => ({ state: "missing", reason: "no Ruby" }),
    protocols: [{ id: "dsc", artifactKinds: [], settings: [], nodeSettings: {}, checkEnrolmentKey: () => [] }],
  });
  const at = AT.toISOString();
  expect((await call("viewer", "GET", "/status")).json).toEqual({
    version: "0.0.1",
    startedAt: at,
    nodes: { active: 3, expired: 1, quarantined: 0, deactivated: 0 },
    latestReports: { success: 2, hung: 1 },
    reports24h: { failure: 4 },
    jobs: { open: { sent: 2 }, ended24h: { ok: 7, "timed-out": 1 }, unproven: 1 },
    backlog: { waiting: 1, oldestAt: at, deadLetters: 2 },
    pending: { identityConflicts: 5, certificateRequests: 0 },
    tasks: [{ name: "expire", startedAt: at, endedAt: null, error: null }],
    database: { version: "18.4", sizeBytes: 1, now: at, milliseconds: 0.5 },
    protocols: ["dsc"],
    compiler: { state: "missing", reason: "no Ruby" },
  });
  const dayAgo = new Date(AT.getTime() - 86_400_000);
  expect(since).toEqual([dayAgo, dayAgo]);
});

it("the doctor is for operators", async () => {
  const checks = [{ id: "clock", state: "warning", finding: "It is slow.", advice: null }] as const;
  const { call } = await serveApi({ doctor: { examine: async () => [...checks] } });
  expect((await call("viewer", "GET", "/doctor")).status).toBe(403);
  expect((await call("operator", "GET", "/doctor")).json).toEqual({ checks });
});

it("the audit trail is for admins, narrowed as asked", async () => {
  const asked: unknown[] = [];
  const list = async (...said: unknown[]) => {
    asked.push(said);
    const event = { id: "1", at: AT, actor: "ann", action: "node.label", subject: "n", detail: { before: {} } };
    return { events: [event], next: null };
  };
  const { call } = await serveApi({ audit: { list } });
  expect((await call("operator", "GET", "/audit-events")).status).toBe(403);
  const query =
    "actor=ann&action=node.&subject=n&since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z&limit=2&after=c";
  expect((await call("admin", "GET", `/audit-events?${query}`)).json.events[0].action).toBe("node.label");
  await call("admin", "GET", "/audit-events");
  const [since, until] = [new Date("2026-01-01T00:00:00Z"), new Date("2026-01-02T00:00:00Z")];
  expect(asked).toStrictEqual([
    [
      { actor: "ann", action: "node.", subject: "n", since, until },
      { limit: 2, after: "c" },
    ],
    [{}, { limit: 100 }],
  ]);
});
