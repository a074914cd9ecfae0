import type { NodeQuery } from "@gatehouse/core/groups";
import { describe, expect, it } from "vitest";
import { AT, aNode, anAgent, serveApi } from "../api.test.helper.js";

describe("the list of nodes", () => {
  const listing = async () => {
    const asked: [page: object, filter: NodeQuery | undefined][] = [];
    const list = async (page: object, filter?: NodeQuery) => {
      asked.push([page, filter]);
      return { nodes: [aNode({ agents: [anAgent("a")] })], next: "more" };
    };
    const { call } = await serveApi({ nodes: { list } });
    return { asked, get: (query: string) => call("viewer", "GET", `/nodes?${query}`) };
  };

  it("is narrowed by nothing that was not asked for", async () => {
    const { asked, get } = await listing();
    const { status, json } = await get("");
    expect([status, json.next, json.nodes[0].stateSince]).toEqual([200, "more", AT.toISOString()]);
    expect(asked).toStrictEqual([[{ limit: 100, sort: "name" }, {}]]);
  });

  it("is narrowed by everything that was", async () => {
    const { asked, get } = await listing();
    await get(
      "limit=5&after=c&state=expired&name=we&label=site=a%3Db&label=role=&family=dsc&reportStatus=hung&notSeenDays=2&sort=facts.os.family&where=%7B%22field%22%3A%22name%22%2C%22eq%22%3A%22a%22%7D",
    );
    expect(asked).toStrictEqual([
      [
        { limit: 5, after: "c", sort: "facts.os.family" },
        {
          state: "expired",
          name: "we",
          family: "dsc",
          reportStatus: "hung",
          where: { field: "name", eq: "a" },
          labels: { site: "a=b", role: "" },
          notSeenSince: new Date(AT.getTime() - 2 * 86_400_000),
        },
      ],
    ]);
  });

  it("takes a label of any name as data, and the same one twice", async () => {
    const { asked, get } = await listing();
    await get("label=__proto__=x&label=__proto__=x");
    expect(Object.entries(asked[0]?.[1]?.labels ?? {})).toEqual([["__proto__", "x"]]);
  });

  it.each([
    "label=site=a&label=site=b",
    "label=site",
    "label==a",
    "label=a%20b=c",
    "label=a=%07",
    "label=a=%E2%80%AE",
    `label=a=${"x".repeat(256)}`,
    "state=purged",
    "family=linux",
    "notSeenDays=0",
    "notSeenDays=1.5",
    "reportStatus=fine",
  ])("is refused with %s", async (query) => {
    const { asked, get } = await listing();
    expect(await get(query)).toMatchObject({ status: 400, json: { code: "request-malformed" } });
    expect(asked).toEqual([]);
  });
});

describe("a node", () => {
  it("is shown as it is after what its agents handed in", async () => {
    const done: string[] = [];
    const agents = [anAgent("a"), anAgent("b")];
    const { call } = await serveApi({
      registry: {
        find: async (reference) => {
          done.push(`find ${reference}`);
          return [aNode({ id: "the-id", agents, lastSeen: done.length > 1 ? AT : null })];
        },
      },
      submissions: {
        settled: async (agentId, timeoutMs) => {
          await new Promise((resolve) => setImmediate(resolve));
          done.push(`settled ${agentId} ${timeoutMs}`);
          return false;
        },
      },
    });
    const { json } = await call("viewer", "GET", "/nodes/Web%2F1");
    expect(done).toEqual(["find Web/1", "settled a 2000", "settled b 2000", "find the-id"]);
    expect(json.lastSeen).toBe(AT.toISOString());
  });

  it.each(["", "/explain"])("has to be one: GET /nodes/x%s", async (more) => {
    const found = [aNode({ id: "one" }), aNode({ id: "two" })];
    const many = await serveApi({ registry: { find: async () => found } });
    const answer = await many.call("viewer", "GET", `/nodes/x${more}`);
    expect([answer.status, answer.json.title]).toEqual([409, expect.stringContaining("one, two")]);
    const none = await serveApi({ registry: { find: async () => [] } });
    expect((await none.call("viewer", "GET", `/nodes/x${more}`)).status).toBe(404);
    expect((await none.call("viewer", "GET", `/nodes/%E0%A4%A${more}`)).status).toBe(400);
  });
});
