import { encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { serve, verified } from "../../puppet.test.helper.js";

const NODE = "web01.example.org";
const PATH = `/puppet/v3/facts/${NODE}?environment=production`;
const said = { name: NODE, values: { os: { family: "Debian" } } };
const json = { "Content-Type": "application/json" };
const peer = verified(NODE);

describe("PUT facts", () => {
  it.each([
    ["application/json", "puppet.facts", Buffer.from(JSON.stringify(said))],
    ["text/pson", "puppet.facts", Buffer.from(JSON.stringify(said))],
    ["pson", "puppet.facts", Buffer.from(JSON.stringify(said))],
    ["application/json; charset=utf-8", "puppet.facts", Buffer.from(JSON.stringify(said))],
    ["application/x-msgpack", "puppet.facts.msgpack", Buffer.from(encode(said))],
  ])("in %s are stored as they came, for their agent", async (type, kind, body) => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", PATH, { peer, headers: { "Content-Type": type }, body });
    expect(answer).toMatchObject({ status: 200, text: "0", type: "application/json;charset=utf-8" });
    expect(submitted).toEqual([{ agentId: `agent of ${NODE}`, kind, body }]);
  });

  it("are taken without an environment", async () => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", `/puppet/v3/facts/${NODE}`, { peer, headers: json, body: JSON.stringify(said) });
    expect(answer.status).toBe(200);
    expect(submitted).toHaveLength(1);
  });

  const refusals: [string, number, string, string, string | Buffer][] = [
    [
      "of another node (G7)",
      500,
      "RUNTIME_ERROR",
      'Server Error: Instance name "other" does not match requested key "web01.example.org"',
      JSON.stringify({ ...said, name: "other" }),
    ],
    [
      "of a name that differs in case (T8)",
      500,
      "RUNTIME_ERROR",
      'Server Error: Instance name "WEB01.example.org" does not match requested key "web01.example.org"',
      JSON.stringify({ ...said, name: "WEB01.example.org" }),
    ],
    [
      "that are no JSON",
      400,
      "RUNTIME_ERROR",
      "Bad Request: The request body is invalid: Could not intern from json: it is no json, or not one that is read here",
      "x",
    ],
    [
      "that are nothing",
      400,
      "RUNTIME_ERROR",
      "Bad Request: The request body is invalid: Could not intern from json: the body is empty",
      "",
    ],
  ];
  it.each(refusals)("%s are refused with %i, and nothing is stored", async (_, status, issue_kind, message, body) => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", PATH, { peer, headers: json, body });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ message, issue_kind });
    expect(submitted).toEqual([]);
  });

  it.each([
    ["no Content-Type", {}, 400, "MISSING_HEADER_FIELD"],
    ["a type that facts never have", { "Content-Type": "text/yaml" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
  ])("with %s are refused", async (_, headers, status, kind) => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", PATH, { peer, headers, body: JSON.stringify(said) });
    expect([answer.status, JSON.parse(answer.text).issue_kind]).toEqual([status, kind]);
    expect(submitted).toEqual([]);
  });

  it("over the limit are refused before they are read", async () => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", PATH, {
      peer,
      headers: { ...json, "Content-Length": 3 << 20 },
      body: Buffer.alloc(3 << 20),
    });
    expect(answer.status).toBe(413);
    expect(submitted).toEqual([]);
  });

  it("that could not be stored are refused, and do not become dead letters", async () => {
    const { send, submitted } = await serve();
    const body = JSON.stringify({ ...said, values: { text: "x".repeat(1 << 20) } });
    const answer = await send("PUT", PATH, { peer, headers: json, body });
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([
      400,
      "Bad Request: The request body is invalid: Could not intern from json: Facts have at most 1048576 bytes of JSON.",
    ]);
    expect(submitted).toEqual([]);
  });

  it("under another node's name are refused by the rules", async () => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", PATH.replace(NODE, "other.example.org"), {
      peer,
      headers: json,
      body: JSON.stringify({ ...said, name: "other.example.org" }),
    });
    expect(answer.status).toBe(403);
    expect(submitted).toEqual([]);
  });

  it("of a node that never called are not taken from who a rule lets in", async () => {
    const rule = {
      name: "all",
      "sort-order": 1,
      "match-request": { path: "/puppet/v3/facts", type: "path" },
      allow: "*",
    } as const;
    const { send, submitted } = await serve({ config: { authorization: { rules: [rule] } } });
    const name = "other.example.org";
    const answer = await send("PUT", `/puppet/v3/facts/${name}`, {
      peer,
      headers: json,
      body: JSON.stringify({ ...said, name }),
    });
    expect([answer.status, JSON.parse(answer.text).issue_kind]).toEqual([404, "RESOURCE_NOT_FOUND"]);
    expect(submitted).toEqual([]);
  });

  it("sent twice are handed in twice: processing makes one of them", async () => {
    const { send, submitted } = await serve();
    for (const _ of [1, 2]) await send("PUT", PATH, { peer, headers: json, body: JSON.stringify(said) });
    expect(submitted).toHaveLength(2);
  });
});
