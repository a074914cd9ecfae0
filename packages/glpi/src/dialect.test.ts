import { randomUUID } from "node:crypto";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { AGENT, contact, DEVICE, inventory, world, zlibbed } from "./glpi.test.helper.js";

const IDS = Array.from({ length: 6 }, (_, i) => `0000000${i}-e51b-11f1-9f32-aaea530464d7`);
const headers = { "glpi-agent-id": AGENT, "content-type": "application/json", "user-agent": "GLPI-Agent_v1.12" };
const nested = (levels: number) => `{"deviceid":"x","content":{"a":${"[".repeat(levels)}${"]".repeat(levels)}}}`;
const text = (message: unknown) => Buffer.from(JSON.stringify(message));

/** Rows of wire/glpi.md section 6, and what else arrives. */
const REFUSED: readonly [string, Buffer, number, string | RegExp][] = [
  ["no body", Buffer.alloc(0), 400, "malformed json"],
  ["zlib that is cut off", zlibbed(inventory()).subarray(0, 60), 400, "malformed json"],
  ["what was packed twice", deflateSync(gzipSync("{}")), 400, "malformed json"],
  ["no JSON", Buffer.from("{nothing"), 400, "malformed json"],
  ["JSON that is cut off", text(inventory()).subarray(0, 50), 400, "malformed json"],
  ["more than JSON", Buffer.from('{"a":1} {"b":2}'), 400, "malformed json"],
  ["a list", Buffer.from("[1]"), 400, "malformed json"],
  ["a bomb", gzipSync(Buffer.alloc(70 << 20, " ")), 413, "bad-format"],
  ["a nest too deep", Buffer.from(nested(40)), 413, "bad-format"],
  ["a nest that ends a stack", Buffer.from(nested(2_000_000)), 413, "bad-format"],
  ["too many values", Buffer.from(`{"deviceid":"x","content":{"a":[${"1,".repeat(200_001)}1]}}`), 413, "bad-format"],
  [
    "a text over a mebibyte",
    Buffer.from(`{"deviceid":"x","content":{"a":"${"x".repeat((1 << 20) + 1)}"}}`),
    413,
    "bad-format",
  ],
  ["an unknown action", text({ action: "dance", deviceid: "x" }), 501, "Query 'dance' is not supported."],
  ["a REGISTER that says nothing more", text({ action: "register", deviceid: "x" }), 400, /^bad-format: \/port/],
  ["CONFIGURATION", text({ action: "configuration", deviceid: "x" }), 501, "Query 'configuration' is not supported."],
  ["an action that is none", text({ action: { toString: 1 } }), 400, "bad-format: /action must be text"],
  ["an INVENTORY without deviceid", text({ content: {} }), 400, /^bad-format: .*deviceid/],
  ["an INVENTORY whose deviceid is a list", text({ deviceid: [], content: {} }), 400, /^bad-format: .*deviceid/],
  ["an INVENTORY without content", text({ deviceid: "x" }), 400, /^bad-format: \/content/],
  ["an INVENTORY whose content is a list", text({ deviceid: "x", content: [] }), 400, /^bad-format: \/content/],
  ["a CONTACT without deviceid", text({ action: "contact" }), 400, /^bad-format: .*deviceid/],
  ["a CONTACT with an endless deviceid", text(contact({ deviceid: "x".repeat(300) })), 400, /^bad-format: \/deviceid/],
  ["a CONTACT whose name is an object", text(contact({ name: {} })), 400, /^bad-format: \/name/],
  [
    "a CONTACT with a thousand tasks",
    text(contact({ "installed-tasks": Array(1000).fill("x") })),
    400,
    /^bad-format: \/installed-tasks/,
  ],
];

describe("what cannot be taken", () => {
  it.each(REFUSED)("%s is refused in the protocol's words", async (_, body, status, message) => {
    const { call, calls } = world();
    const answer = await call({ headers, body });
    expect([answer.status, answer.json]).toEqual([
      status,
      {
        status: "error",
        message: typeof message === "string" ? message : expect.stringMatching(message),
        expiration: "24h",
      },
    ]);
    expect(answer.headers).toMatchObject({ "GLPI-Agent-ID": AGENT, "Content-Type": "application/json" });
    expect([calls.accepted, calls.enrolments]).toEqual([[], []]);
  });

  it("is told apart from a coding that nobody knows, with what is taken", async () => {
    const { call } = world();
    const answer = await call({ headers: { ...headers, "content-type": "text/plain" }, body: Buffer.from("hello") });
    expect([answer.status, answer.json.message]).toEqual([415, "unsupported content-type"]);
    expect(answer.headers["Accept"]).toContain("application/json");
  });

  it.each([
    ["GLPI-Agent-ID that is none", { "glpi-agent-id": "me" }, 400, /^bad-format: GLPI-Agent-ID/],
    ["proxy that is none", { "glpi-proxy-id": "me" }, 400, /^bad-format/],
    [
      "loop of proxies",
      { "glpi-proxy-id": `${IDS[0]},${IDS[1]},${IDS[0]?.toUpperCase()}` },
      404,
      /^proxy-loop-detected$/,
    ],
    ["row of proxies too long", { "glpi-proxy-id": IDS.join(", ") }, 404, /^too-many-proxy$/],
    [
      "row of ten thousand proxies",
      { "glpi-proxy-id": Array.from({ length: 10_000 }, () => randomUUID()).join(",") },
      404,
      /^too-many-proxy$/,
    ],
    ["row of proxies that ends in nonsense", { "glpi-proxy-id": `${IDS.join(",")},<x>` }, 404, /^too-many-proxy$/],
    ["key that nobody shared", { "glpi-cryptokey-id": AGENT }, 403, /^forbidden$/],
    ["key of another", { "glpi-cryptokey-id": IDS[0] }, 403, /^forbidden$/],
    ["key that is none", { "glpi-cryptokey-id": "mine" }, 400, /^malformed json$/],
  ])("a %s is refused", async (_, more, status, message) => {
    const { call, calls } = world();
    for (const body of [text(contact()), text(inventory())]) {
      const answer = await call({ headers: { ...headers, ...more }, body });
      expect([answer.status, answer.json.message]).toEqual([status, expect.stringMatching(message)]);
    }
    expect(calls.enrolments).toEqual([]);
  });

  it("keeps nothing of what an object of ours could take for its own", async () => {
    const { call, calls } = world();
    const hostile = `{"__proto__":{"action":"contact","polluted":1},"constructor":{"prototype":{"polluted":1}},
      "action":"dance","action":"inventory","deviceid":"web01","content":{"__proto__":{"polluted":1},"toString":1}}`;
    expect((await call({ headers, body: Buffer.from(hostile) })).status).toBe(200);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(calls.accepted[0]?.context?.["deviceId"]).toBe("web01");
    const inContact = JSON.stringify(contact()).replace(
      "{",
      '{"__proto__":{"deviceid":"x"},"httpd-plugins":{"__proto__":{"port":"1"}},',
    );
    expect((await call({ headers, body: Buffer.from(inContact) })).status).toBe(200);
    expect(({} as Record<string, unknown>)["port"]).toBeUndefined();
  });

  it("takes a text that is no UTF-8, and signs that PostgreSQL does not store", async () => {
    const { call, calls } = world();
    const latin = Buffer.from(JSON.stringify(inventory({ deviceid: "büro-1" })), "latin1");
    expect((await call({ headers, body: latin })).status).toBe(200);
    expect(calls.accepted[0]?.context?.["deviceId"]).toBe("büro-1");
    const odd = Buffer.from('{"deviceid":"a\\u0000b\\ud800","content":{}}');
    expect((await call({ headers, body: odd })).status).toBe(200);
    expect(calls.accepted[1]?.context?.["deviceId"]).toBe("ab\ufffd");
  });
});

describe("an answer", () => {
  it("repeats the agent's and the request's id, and the request's is in the log", async () => {
    const { say, calls } = world();
    const answer = await say(contact(), { "glpi-agent-id": AGENT, "glpi-request-id": "42E6A9AF" });
    expect(answer.headers).toMatchObject({ "GLPI-Agent-ID": AGENT, "GLPI-Request-ID": "42E6A9AF" });
    expect(calls.log).toContainEqual(["glpi request", { requestId: "request-1", glpiRequestId: "42E6A9AF" }]);
    const strange = await say(contact(), { "glpi-agent-id": AGENT, "glpi-request-id": "<script>" });
    expect(strange.headers).not.toHaveProperty("GLPI-Request-ID");
  });

  it.each([
    ["zlib", zlibbed(contact()), "application/x-compress-zlib"],
    ["gzip", gzipSync(JSON.stringify(contact())), "application/x-compress-gzip"],
    ["plain", text(contact()), "application/json"],
    ["brotli", brotliCompressSync(JSON.stringify(contact())), "application/x-compress-br"],
  ])("is packed as the question was: %s", async (_, body, type) => {
    const { call } = world();
    const answer = await call({ headers: { "glpi-agent-id": AGENT, "content-type": type }, body });
    expect([answer.status, answer.headers["Content-Type"]]).toEqual([200, type]);
    expect(answer.headers).not.toHaveProperty("Content-Encoding");
  });

  it.each([
    ["overloaded", 429],
    ["database-unavailable", 503],
  ] as const)("to who finds us %s says that we are busy, and when to come again", async (code, status) => {
    const { say } = world({ broken: new GatehouseError(code, "x") });
    const answer = await say(contact());
    expect([answer.status, answer.json]).toEqual([
      status,
      { status: "error", message: "busy server", expiration: "30m" },
    ]);
  });

  it("of a fault of ours says nothing of it", async () => {
    const { say } = world({ broken: new TypeError(`cannot read ${DEVICE} in /srv/secret`) as never });
    const { status, text: said } = await say(contact());
    expect([status, said]).toEqual([500, expect.not.stringContaining("secret")]);
  });
});

it("leaves to others what is not its own", async () => {
  const { call } = world();
  expect((await call({ method: "GET", query: "action=getConfig", headers })).code).toBe("method-not-allowed");
  expect((await call({ method: "POST", query: "action=setLog", headers, body: text({}) })).code).toBe("not-available");
});
