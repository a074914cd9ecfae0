import { apiDocument, documented, type Operated, operationsOf } from "@gatehouse/api/testing";
import type { Role } from "@gatehouse/core/access";
import { describe, expect, it } from "vitest";
import { useGateway } from "./gateway.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const ROLES: readonly Role[] = ["viewer", "operator", "admin"];
const operations = operationsOf(apiDocument());

/** A path that fits; nothing that there is. */
const pathOf = ({ path }: Operated) =>
  `/api/v1${path.replace("{kind}", "dsc-configuration").replace("{protocol}", "dsc").replace("{setting}", "dsc.configurations")}`.replaceAll(
    /\{\w+\}/g,
    "1",
  );
/** What is long enough to be read, and fits nothing. */
const bodyOf = ({ requestBody }: Operated) => (requestBody === undefined ? {} : { body: { "no such field": 1 } });

describe("the document", () => {
  it("is served as it is committed, to anyone", async () => {
    const { status, json } = await house.call("GET", "/api/v1/openapi.json");
    expect([status, json]).toEqual([200, apiDocument()]);
  });
});

describe.each(operations)("$id", (operation) => {
  const { id, method, role } = operation;
  const call = (who: { token?: string }) => house.call(method, pathOf(operation), { ...who, ...bodyOf(operation) });

  it("is for nobody without a token, unless it is for anyone", async () => {
    if (role === "anyone") expect((await call({})).status).toBe(200);
    else expect((await call({})).json).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("is for its role and those above", async () => {
    const needed = ROLES.indexOf(role as Role);
    for (const [rank, name] of ROLES.entries()) {
      const answer = await call({ token: house.tokens[name] });
      if (rank < needed) expect(answer.json, name).toMatchObject({ status: 403, code: "forbidden" });
      else expect([401, 403, 500], `${name}: ${answer.text}`).not.toContain(answer.status);
    }
  });

  it("knows its query parameters, each once, and no other", async () => {
    const ask = (query: string) => house.call(method, `${pathOf(operation)}?${query}`, { token: house.tokens.admin });
    const names = operation.parameters.flatMap(({ in: where, name, schema }) =>
      where === "query" && (schema as { type?: string }).type !== "array" ? [String(name)] : [],
    );
    const other = await ask("no-such-parameter=1");
    expect([other.status, other.json.title]).toEqual([400, expect.stringContaining('"no-such-parameter"')]);
    const needed = operation.parameters.filter((each) => each.in === "query" && each["required"] === true);
    for (const name of names) {
      expect(other.json.title).toContain(name);
      const others = needed.filter((each) => each.name !== name).map((each) => `${each.name}=1&`);
      const twice = await ask(`${others.join("")}${name}=1&${name}=1`);
      expect([twice.status, twice.json.title]).toEqual([400, expect.stringContaining(`${name} may stand once`)]);
    }
  });

  it("has words for a body with fields that it does not have", async () => {
    if (operation.requestBody === undefined || ["api.artifacts.publish", "api.apply.stage-file"].includes(id)) return;
    const answer = await call({ token: house.tokens.admin });
    expect([answer.status, answer.json.title]).toEqual([400, expect.stringContaining('"no such field"')]);
  });
});

/** Every place that a page may begin at which is none of this list's. */
const FOREIGN = [
  "noise",
  "e30",
  "WyJhIiwiYiJd",
  ...[
    ["2026-01-01T00:00:00.000Z", "x"],
    ["2026-01-01T00:00:00.000Z", "99999999999999999999"],
    ["tomorrow", "1"],
    // Years that JavaScript has and PostgreSQL has not.
    ["-271820-01-01T00:00:00.000Z", "1"],
    ["+275760-01-01T00:00:00.000Z", "1"],
    ["7", "-1"],
    ["\0", "0b8a0e0a-0000-4000-8000-000000000001"],
    [1, 2],
    ["a", "b", "c"],
  ].map((place) => Buffer.from(JSON.stringify(place)).toString("base64url")),
];

describe("a list", () => {
  const lists = ["/nodes", "/reports", "/dead-letters", "/audit-events", "/certificates"];
  const get = (target: string) => house.call("GET", `/api/v1${target}`, { token: house.tokens.admin });

  it.each(lists.flatMap((list) => FOREIGN.map((after) => [list, after])))(
    "%s has no page after %s",
    async (list, after) => {
      const { status, json } = await get(`${list}?after=${after}`);
      expect([status, json.code]).toEqual([400, "request-malformed"]);
    },
  );

  it("has nothing past its end, wherever that is", async () => {
    const after = (...place: string[]) => Buffer.from(JSON.stringify(place)).toString("base64url");
    const uuid = "ffffffff-ffff-4fff-bfff-ffffffffffff";
    expect((await get(`/nodes?after=${after("\uffff", uuid)}`)).json).toEqual({ nodes: [], next: null });
    const certificates = await get(`/certificates?after=${after("\uffff", "puppet 9")}`);
    expect(certificates.json).toEqual({ certificates: [], next: null });
    const place = after("1970-01-01T00:00:00.000Z", "1");
    expect((await get(`/reports?after=${place}`)).json).toEqual({ reports: [], next: null });
    expect((await get(`/dead-letters?after=${place}`)).json).toEqual({ deadLetters: [], next: null });
    // By its number: what comes after the first event of all.
    expect((await get(`/audit-events?after=${place}`)).json).toEqual({ events: [], next: null });
  });
});
