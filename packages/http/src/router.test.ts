import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import type { VerifiedPeer } from "./peer.js";
import { createRouter, tableOf } from "./router.js";
import { row, serve, tableOfRows } from "./server.test.helper.js";

const ok = () => ({ status: 200, body: "ok" });
const viewer = async () => ({ kind: "token", name: "v", role: "viewer" }) as const;

describe("which row", () => {
  const table = tableOfRows(
    row({ id: "one", pattern: /^\/one$/, handle: ok }),
    row({ id: "one.put", method: "PUT", pattern: /^\/one$/, handle: ok }),
    row({
      id: "named",
      pattern: /^\/n\/(?<name>[^/]+)$/,
      handle: ({ params, path, query }) => ({
        status: 200,
        body: JSON.stringify([params["name"], path, query.get("q")]),
      }),
    }),
  );

  it("passes on what is not its own", async () => {
    const { send, lines } = await serve(table);
    expect((await send("GET", "/other/one")).status).toBe(599);
    expect(lines).toEqual([]);
  });

  it("passes on what came in by a listener that does not mount it", async () => {
    const { send } = await serve(table, { accepts: (req) => req.headers["x-mount"] === "yes" });
    expect((await send("GET", "/one")).status).toBe(599);
    expect((await send("GET", "/one", { "X-Mount": "yes" })).status).toBe(200);
  });

  it("hands the handler the canonical path, its names and the query", async () => {
    const { send } = await serve(table);
    expect(JSON.parse((await send("GET", "/N/Some%2FName?q=a%20b")).text)).toEqual([
      "some%2fname",
      "/n/some%2fname",
      "a b",
    ]);
  });

  it.each(["/", "/two", "/one/", "/one/more", "//one"])("denies %s, which has no row", async (path) => {
    const { send } = await serve(table);
    const answer = await send("GET", path);
    expect(answer.status).toBe(404);
    expect(answer.headers["x-common"]).toBe("yes");
  });

  it.each(["POST", "DELETE", "PATCH", "OPTIONS", "HEAD"])("denies %s with the verbs that there are", async (verb) => {
    const { send } = await serve(table);
    const answer = await send(verb, "/one");
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe("GET, PUT");
    if (verb === "HEAD") expect(answer.body).toHaveLength(0);
  });

  it("answers a path that it cannot read in its own dialect", async () => {
    const { send } = await serve(table);
    const answer = await send("GET", "/%zz");
    expect([answer.status, answer.text.split(" ")[0]]).toEqual([400, "request-malformed"]);
  });

  it("keeps a login out of the log where it is taken for a proxy", async () => {
    const { raw, lines } = await serve({ ...table, canonicalPath: (path) => path });
    await raw("GET http://ada:hush@gatehouse.test/one?x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(lines.map(({ fields }) => fields["path"])).toEqual(["http://***@gatehouse.test/one"]);
  });

  it("is known by the table behind it", () => {
    const handler = createRouter(table, {} as never);
    expect(tableOf(handler)).toBe(table);
    expect(tableOf(() => undefined)).toBeUndefined();
  });
});

describe("who may call", () => {
  const table = tableOfRows(
    row({
      pattern: /^\/view$/,
      access: { who: "operator", role: "viewer" },
      handle: ({ principal }) => ({ status: 200, body: principal?.name ?? "" }),
    }),
    row({ pattern: /^\/admin$/, access: { who: "operator", role: "admin" }, handle: ok }),
    row({ pattern: /^\/open$/, handle: ({ principal }) => ({ status: 200, body: String(principal) }) }),
  );

  it("refuses an operator's route where nobody can prove to be one", async () => {
    const { send } = await serve(table);
    expect((await send("GET", "/view")).status).toBe(401);
  });

  it("asks for the role, and says whose was too low in the log alone", async () => {
    const { send, lines } = await serve(table, { authenticate: viewer });
    expect(await send("GET", "/view")).toMatchObject({ status: 200, text: "v" });
    const refused = await send("GET", "/admin");
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain("viewer");
    expect(lines.map(({ fields }) => [fields["by"], fields["detail"]])).toEqual([
      ["v", undefined],
      [undefined, "v has the role viewer"],
    ]);
  });

  it("does not ask who calls what is open to anyone", async () => {
    const authenticate = () => Promise.reject(new Error("asked"));
    const { send } = await serve(table, { authenticate });
    expect(await send("GET", "/open")).toMatchObject({ status: 200, text: "undefined" });
  });

  it("refuses before it reads or admits anything", async () => {
    const put = row({ method: "PUT", access: { who: "operator", role: "admin" }, bodyLimit: 100, handle: ok });
    const authenticate = () => Promise.reject(new GatehouseError("unauthenticated", "Who are you?"));
    const { send, admission } = await serve(tableOfRows(put), { authenticate }, { bodyBytes: 0 });
    expect((await send("PUT", "/", {}, "body")).status).toBe(401);
    expect(admission.inFlight("operator")).toBe(0);
  });
});

describe("the peer", () => {
  const verified = { kind: "verified", name: "web01", profile: "puppet", serial: "0001" } as VerifiedPeer;
  const unverified = { kind: "unverified", thumbprint: "00", why: "it has ended" } as const;
  const table = tableOfRows(
    row({ handle: ({ peer }) => ({ status: 200, body: peer.kind }) }),
    row({ pattern: /^\/refused$/, handle: () => Promise.reject(new GatehouseError("forbidden", "No.")) }),
  );

  it.each([
    ["verified", verified, ["web01", "web01"]],
    ["unverified", unverified, [undefined, "unverified: it has ended"]],
    ["none", { kind: "none" }, [undefined, undefined]],
  ] as const)("is shown to the handler, and named in the log: %s", async (kind, peer, logged) => {
    const { send, lines } = await serve(table, { peerOf: () => peer });
    expect((await send("GET", "/")).text).toBe(kind);
    expect((await send("GET", "/refused")).status).toBe(403);
    expect(lines.map(({ fields }) => fields["peer"])).toEqual(logged);
  });

  it("is shown to the table's rules before a row is looked for", async () => {
    const asked: unknown[] = [];
    const ruled = { ...table, authorize: (call: object) => asked.push(call) };
    const { send } = await serve(ruled, { peerOf: () => verified });
    expect((await send("GET", "/nothing?x=1")).status).toBe(404);
    expect(asked).toEqual([{ method: "GET", path: "/nothing", query: "x=1", peer: verified }]);
  });
});

describe("how an error looks", () => {
  it.each([
    [
      "an error of ours",
      new GatehouseError("conflict", "It does not fit.", { detail: "SECRET", cause: new Error("SECRET") }),
      409,
    ],
    ["a fault", new Error("SECRET"), 500],
    ["what is no error", "SECRET", 500],
  ])("never tells the detail or the stack of %s", async (_, thrown, status) => {
    const { send, lines } = await serve(tableOfRows(row({ handle: () => Promise.reject(thrown) })));
    const answer = await send("GET", "/");
    expect(answer.status).toBe(status);
    expect(JSON.stringify([answer.text, answer.headers])).not.toMatch(/SECRET|\.ts|at /);
    expect(lines[0]?.fields["detail"]).toBe("SECRET");
    expect(lines[0]?.level).toBe(status === 500 ? "error" : "warn");
    if (thrown instanceof Error && status === 500) expect(lines[0]?.fields["stack"]).toContain("router.test");
  });

  it("says when to come again", async () => {
    const thrown = new GatehouseError("database-unavailable", "Away.", { retryAfterSeconds: 7 });
    const { send } = await serve(tableOfRows(row({ handle: () => Promise.reject(thrown) })));
    expect((await send("GET", "/")).headers["retry-after"]).toBe("7");
  });

  it("gives every answer an id of its own, the one in the log", async () => {
    const { send, lines } = await serve(tableOfRows(row({ handle: ok })));
    const ids = [await send("GET", "/"), await send("GET", "/none")].map(({ headers }) => headers["x-request-id"]);
    expect(new Set(ids).size).toBe(2);
    expect(lines.map(({ fields }) => fields["requestId"])).toEqual(ids);
  });
});
