import { encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { recordings } from "../recordings.test.helper.js";
import { readFacts } from "./facts.js";

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const said = { name: "web01", values: { os: { family: "Debian" } }, timestamp: "2026-11-20T19:39:08+00:00" };

describe("facts", () => {
  it("are a name and values, in each coding", () => {
    const expected = { name: "web01", values: { os: { family: "Debian" } } };
    expect(readFacts(bytes(said))).toEqual(expected);
    expect(readFacts(encode(said), "msgpack")).toEqual(expected);
    expect(readFacts(Buffer.from("name: web01\nvalues: {os: {family: Debian}}"), "yaml")).toEqual(expected);
  });

  it("have texts and dates in msgpack that JSON has too", () => {
    const values = { bytes: Buffer.from("caf\u00e9"), at: new Date(0), big: 2 ** 53, nan: Number.NaN };
    expect(readFacts(encode({ name: "a", values }), "msgpack").values).toEqual({
      bytes: "caf\u00e9",
      at: "1970-01-01T00:00:00.000Z",
      big: 2 ** 53,
      nan: null,
    });
  });

  it("do not state what only the server may", () => {
    const values = { trusted: { certname: "other" }, server_facts: {}, facts: {}, trusted_2: 1 };
    expect(readFacts(bytes({ name: "a", values })).values).toEqual({ trusted_2: 1 });
  });

  it("may hold bytes that are no UTF-8, and names that every object has", () => {
    const body = Buffer.concat([
      Buffer.from('{"name":"a","values":{"__proto__":{"x":1},"k":"'),
      Buffer.from([0xe9]),
      Buffer.from('"}}'),
    ]);
    expect(Object.entries(readFacts(body).values)).toEqual([
      ["__proto__", { x: 1 }],
      ["k", "\ufffd"],
    ]);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", Buffer.from("")],
    ["no JSON", Buffer.from("x")],
    ["half of it", bytes(said).subarray(0, 30)],
    ["a list", bytes([said])],
    ["no values", bytes({ name: "a" })],
    ["values that are a list", bytes({ name: "a", values: [] })],
    ["no name", bytes({ values: {} })],
    ["a name that is no text", bytes({ name: 1, values: {} })],
    ["larger than what is stored", bytes({ name: "a", values: { text: "x".repeat(1 << 20) } })],
    [
      "deeper than what is stored",
      bytes({ name: "a", values: { a: JSON.parse(`${"[".repeat(20)}1${"]".repeat(20)}`) } }),
    ],
    ["a nest", Buffer.from(`{"name":"a","values":${'{"a":'.repeat(30)}1${"}".repeat(31)}`)],
    ["too many values", bytes({ name: "a", values: { list: Array.from({ length: 200_001 }, () => 0) } })],
  ])("are refused where they are %s", (_, body) => {
    expect(() => readFacts(body)).toThrow(
      expect.objectContaining({
        code: "request-malformed",
        message: expect.stringMatching(/^Could not intern from json: /),
      }),
    );
  });

  it.each(recordings.size === 0 ? [] : ([["p7-09-cli-variants", 1]] as const))(
    "of a real agent are read (%s)",
    (file, n) => {
      const recorded = recordings.get(file)?.find((one) => one.n === n);
      const { name, values } = readFacts(Buffer.from(recorded?.request.body ?? ""));
      expect(name).toBe("lab1.lab.test");
      expect(values).toMatchObject({ os: { family: "Debian" }, clientcert: "lab1.lab.test", clientversion: "7.23.0" });
    },
  );
});
