import { describe, expect, it } from "vitest";
import { AT, aNode, anAgent, serveApi } from "../api.test.helper.js";

const node = aNode({ agents: [anAgent("a")] });
const found = { registry: { find: async () => [node] }, submissions: { settled: async () => true } };
const at = AT.toISOString();

describe("facts of a node", () => {
  it("are those of each source, once what its agents handed in is processed", async () => {
    const waited: string[] = [];
    const facts = { source: "puppet", facts: { os: { family: "Debian" } }, seenAt: AT, changedAt: AT };
    const { call } = await serveApi({
      ...found,
      submissions: { settled: async (id: string) => waited.push(id) > 0 },
      facts: { of: async (id: string) => (id === node.id ? [facts] : []) },
    });
    const answer = await call("viewer", "GET", "/nodes/web-1/facts");
    expect([answer.status, answer.json]).toEqual([200, { facts: [{ ...facts, seenAt: at, changedAt: at }] }]);
    expect(waited).toEqual(["a"]);
  });

  it.each(["facts", "history"])("%s: nobody's are told, and whose is to be said", async (what) => {
    const twice = await serveApi({ registry: { find: async () => [node, node] } });
    expect((await twice.call("viewer", "GET", `/nodes/x/${what}`)).status).toBe(409);
    const none = await serveApi({ registry: { find: async () => [] } });
    expect((await none.call("viewer", "GET", `/nodes/x/${what}`)).status).toBe(404);
    expect((await none.call(undefined, "GET", `/nodes/x/${what}`)).status).toBe(401);
  });
});

describe("history of a node", () => {
  const change = { at: AT, subject: "facts", source: "puppet", path: "os.family", before: "a", after: null };

  it("is a page of changes; what was not there is left out", async () => {
    const asked: unknown[] = [];
    const { call } = await serveApi({
      ...found,
      history: {
        of: async (id: string, page: object) => {
          asked.push(id, page);
          return { changes: [change, { ...change, before: undefined, after: undefined }], next: "more" };
        },
      },
    });
    const answer = await call("viewer", "GET", "/nodes/web-1/history?limit=2&after=c&subject=facts");
    const { before: _, after: __, ...bare } = { ...change, at };
    expect([answer.status, answer.json]).toEqual([200, { changes: [{ ...change, at }, bare], next: "more" }]);
    expect(asked).toEqual([node.id, { limit: 2, after: "c", subject: "facts" }]);
  });

  it.each(["limit=0", "limit=501", "after=", "subject=", `subject=${"x".repeat(51)}`])(
    "does not take %s",
    async (query) => {
      const { call } = await serveApi(found);
      expect((await call("viewer", "GET", `/nodes/web-1/history?${query}`)).status).toBe(400);
    },
  );
});
