import type { DeadLetter } from "@gatehouse/core/submissions";
import { describe, expect, it } from "vitest";
import { AT, type Fakes, serveApi } from "../api.test.helper.js";

const letter = (id: string): DeadLetter => ({
  id,
  agentId: "a",
  nodeId: "n",
  nodeName: null,
  kind: "dsc.report",
  size: 2,
  acceptedAt: AT,
  failedAt: AT,
  failure: { code: "request-malformed", message: "It says 'secret'.", detail: null },
  redrives: 1,
});

/** The API over dead letters with these ids. */
async function houseOf(ids: string[], said: Fakes["deadLetters"] = {}) {
  const kept = new Set(ids);
  const { call, events } = await serveApi({
    deadLetters: {
      find: async (id) => (kept.has(id) ? letter(id) : undefined),
      body: async (id) => (kept.has(id) ? Buffer.from([0, 255]) : undefined),
      redrive: async (id) => kept.delete(id),
      discard: async (id) => kept.delete(id),
      redriveAll: async () => {
        const { size } = kept;
        kept.clear();
        return size;
      },
      ...said,
    },
  });
  return { call, events, kept };
}
const detail = { agentId: "a", nodeId: "n", kind: "dsc.report", size: 2, code: "request-malformed", redrives: 1 };

describe("dead letters", () => {
  it("are listed page by page", async () => {
    const asked: unknown[] = [];
    const list = async (page: object) => {
      asked.push(page);
      return { deadLetters: [letter("1")], next: null };
    };
    const { call } = await houseOf([], { list });
    expect((await call("viewer", "GET", "/dead-letters?limit=500&after=c")).json.deadLetters).toHaveLength(1);
    expect(asked).toEqual([{ limit: 500, after: "c" }]);
  });

  it("are shown to viewers, their bytes to operators, as a file", async () => {
    const { call } = await houseOf(["5"]);
    expect((await call("viewer", "GET", "/dead-letters/5")).json).toMatchObject({ id: "5", failure: { detail: null } });
    expect((await call("viewer", "GET", "/dead-letters/5/body")).status).toBe(403);
    const answer = await call("operator", "GET", "/dead-letters/5/body");
    expect(answer.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="dead-letter-5.bin"',
      "content-length": "2",
    });
  });

  it("are put back one by one", async () => {
    const { call, events, kept } = await houseOf(["5", "6"]);
    expect((await call("operator", "POST", "/dead-letters/5/redrive")).status).toBe(204);
    expect([...kept]).toEqual(["6"]);
    expect(events).toEqual([{ actor: "the-operator", action: "dead-letter.redrive", subject: "5", detail }]);
    expect((await call("operator", "POST", "/dead-letters/5/redrive")).status).toBe(404);
    expect(events).toHaveLength(1);
  });

  it("are put back all at once, which leaves no trace where there was none", async () => {
    const { call, events } = await houseOf(["5", "6"]);
    expect((await call("operator", "POST", "/dead-letters/redrive")).json).toEqual({ redriven: 2 });
    expect((await call("operator", "POST", "/dead-letters/redrive")).json).toEqual({ redriven: 0 });
    const all = { actor: "the-operator", action: "dead-letter.redrive", subject: "all", detail: { redriven: 2 } };
    expect(events).toEqual([all]);
  });

  it("are thrown away by admins", async () => {
    const { call, events, kept } = await houseOf(["5"]);
    expect((await call("operator", "DELETE", "/dead-letters/5")).status).toBe(403);
    expect((await call("admin", "DELETE", "/dead-letters/5")).status).toBe(204);
    expect([...kept]).toEqual([]);
    expect(events).toEqual([{ actor: "the-admin", action: "dead-letter.discard", subject: "5", detail }]);
  });

  it("may be gone in between", async () => {
    const gone = async () => false;
    const { call, events } = await houseOf(["5"], { redrive: gone, discard: gone });
    expect((await call("operator", "POST", "/dead-letters/5/redrive")).status).toBe(404);
    expect((await call("admin", "DELETE", "/dead-letters/5")).status).toBe(404);
    expect(events).toEqual([]);
  });

  it.each(["x", "0", "9223372036854775808", "redrive"])("are none called %s", async (id) => {
    const { call } = await serveApi();
    const asked = [
      ["GET", ""],
      ["GET", "/body"],
      ["POST", "/redrive"],
      ["DELETE", ""],
    ] as const;
    for (const [method, more] of asked)
      expect((await call("admin", method, `/dead-letters/${id}${more}`)).status, `${method} ${more}`).toBe(404);
  });
});
