import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aProblem, gatewayOf } from "./gateway.test.helper.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), "gatehouse-facts-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const fileOf = (name: string, text: string | Buffer) => {
  const file = path.join(dir, name);
  writeFileSync(file, text);
  return file;
};

const catalog = {
  ...{ tags: [], name: "web01", version: 1, code_id: "7-ab", catalog_uuid: "u", catalog_format: 2 },
  environment: "production",
  resources: [
    { type: "Notify", title: "a", tags: [], exported: false, kind: "compilable_type", parameters: { message: "hi" } },
  ],
  edges: [],
  classes: [],
};
const made = {
  ...{ environment: "production", version: 7, milliseconds: 12.5, error: null, catalog },
  logs: [{ level: "warning", message: "old\u001b", file: "/site.pp", line: 3 }],
};
const error = "Evaluation Error: no (file: /site.pp, line: 3, column: 1) on node web01";
const said = { level: "err", message: "Evaluation Error: no (file: /site.pp, line: 3, column: 1)" };
const failed = { ...made, milliseconds: null, error, logs: [...made.logs, said], catalog: null };
const CALL = "POST /nodes/web01/catalog";

describe("gatehouse puppet compile", () => {
  it("shows the catalog, and what was said", async () => {
    const { gatehouse, asked } = await gatewayOf({ [CALL]: made });
    const { code, out } = await gatehouse(["puppet", "compile", "web01"]);
    expect([code, out]).toEqual([
      0,
      `Environment production, version 7, made in 13 ms

Log
  warning: old\ufffd (/site.pp:3)

web01: 1 resources, environment production, version 7-ab

Notify[a]
  message: hi
`,
    ]);
    expect(asked).toEqual([[CALL, {}]]);
  });

  it.each<[string, string, unknown]>([
    ["a.json", '{"os": {"family": "Debian"}}', { os: { family: "Debian" } }],
    ["b.yaml", "os:\n  family: Debian\nx: [1, true]\n", { os: { family: "Debian" }, x: [1, true] }],
    [
      "c.yaml",
      "--- !ruby/object:Puppet::Node::Facts\nname: web01\nvalues:\n  a: '1'\n",
      { name: "web01", values: { a: "1" } },
    ],
  ])("hands over what is asked for, with facts of %s", async (name, text, facts) => {
    const { gatehouse, asked } = await gatewayOf({ [CALL]: made });
    const flags = ["--facts", fileOf(name, text), "--version", "3", "--environment", "staging"];
    expect(await gatehouse(["puppet", "compile", "web01", ...flags])).toMatchObject({ code: 0, err: "" });
    expect(asked).toEqual([[CALL, { facts, version: 3, environment: "staging" }]]);
  });

  it("says where the code fails, after what it said, and exits with 1", async () => {
    const { gatehouse } = await gatewayOf({ [CALL]: failed });
    const { code, out, err } = await gatehouse(["puppet", "compile", "web01"]);
    expect([code, out, err]).toEqual([
      1,
      "Environment production, version 7\n\nLog\n  warning: old\ufffd (/site.pp:3)\n",
      `gatehouse: There is no catalog: ${error}\n`,
    ]);
    const asJson = await gatehouse(["puppet", "compile", "web01", "--json"]);
    expect([asJson.code, asJson.json]).toEqual([1, failed]);
  });

  it("says what the gateway refuses", async () => {
    const full = aProblem(503, "overloaded", "The compiler has 100 catalogs to make already.");
    const { gatehouse } = await gatewayOf({ [CALL]: full });
    const { code, out, err } = await gatehouse(["puppet", "compile", "web01"]);
    expect([code, out, err]).toEqual([1, "", expect.stringContaining("has 100 catalogs to make already")]);
  });

  it.each<[string, () => string, string]>([
    ["is not there", () => path.join(dir, "none"), "none: There is no such file"],
    ["is a folder", () => dir, "EISDIR"],
    ["is a list", () => fileOf("list", "[1]"), "holds no facts"],
    ["is empty", () => fileOf("empty", ""), "holds no facts"],
    ["is half", () => fileOf("half", '{"a": '), "is neither JSON nor YAML"],
    ["is broken YAML", () => fileOf("broken", "a: [\n"), "is neither JSON nor YAML"],
    ["is a bomb", () => fileOf("bomb", bomb()), "is neither JSON nor YAML"],
    ["is too large", () => fileOf("large", Buffer.alloc((4 << 20) + 1, 0x20)), "has more than 4 MiB"],
  ])("asks for nothing with a file that %s", async (_, file, message) => {
    const { gatehouse, asked } = await gatewayOf({ [CALL]: made });
    const { code, err } = await gatehouse(["puppet", "compile", "web01", "--facts", file()]);
    expect([code, err, asked]).toEqual([2, expect.stringContaining(message), []]);
  });

  it.each([["--version", "0"], ["--version", "x"], ["--facts"]])("is used wrongly with %s %s", async (...flags) => {
    const { gatehouse, asked } = await gatewayOf({});
    expect((await gatehouse(["puppet", "compile", "web01", ...flags])).code).toBe(2);
    expect(asked).toEqual([]);
  });
});

/** Aliases that would grow without end. */
function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(", ")}]`,
    );
  return `${lines.join("\n")}\n`;
}
