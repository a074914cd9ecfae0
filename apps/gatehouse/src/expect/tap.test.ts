import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { aResult, HOSTILE, resultsOf } from "./results.test.helper.js";
import { tapOf } from "./tap.js";

const failed = { met: false, why: "It did not come in 300 s.", seen: ["failure of web-1", '[File]Bad: "broke"'] };

describe("tapOf", () => {
  it("says what is met, and why the rest is not", () => {
    expect(tapOf(resultsOf(aResult(), aResult({ ...failed, expectation: { name: "another" } })))).toBe(
      [
        "TAP version 13",
        "1..2",
        "ok 1 - web-1 runs",
        "not ok 2 - another",
        "  ---",
        "  message: |",
        "    It did not come in 300 s.",
        "  severity: fail",
        "  seconds: 1.5",
        "  at: |",
        "    ci.yaml:3",
        "  seen: |",
        "    failure of web-1",
        '    [File]Bad: "broke"',
        "  ...",
        "",
      ].join("\n"),
    );
  });

  it.each(HOSTILE)("has a line for a name such as %j, without a directive in it", (name) => {
    const lines = tapOf(resultsOf(aResult({ ...failed, expectation: { name }, why: name, seen: [name] }))).split("\n");
    expect(lines.filter((line) => /^(not )?ok|^\d|^TAP|^Bail/.test(line))).toEqual(lines.slice(0, 3));
    expect(lines[2]).toMatch(/^not ok 1 - /);
    expect(lines[2]).not.toMatch(/(?<!\\)(\\\\)*#/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(lines.join("")).not.toMatch(/[\u0000-\u001f\u202e]/);
    const yaml = lines
      .slice(4, -2)
      .map((line) => line.slice(2))
      .join("\n");
    expect(parse(yaml)).toMatchObject({ severity: "fail", at: "ci.yaml:3\n" });
  });

  const prove = spawnSync("prove", ["--version"]).status === 0;
  if (!prove) process.stderr.write("TAP: not read by Perl's TAP::Parser, for want of prove\n");
  it.skipIf(!prove)("is read by Perl's TAP::Parser, where no failure passes for less", () => {
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-tap-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const file = path.join(dir, "results.tap");
    const ok = aResult();
    writeFileSync(
      file,
      tapOf(resultsOf(ok, ...HOSTILE.map((name) => aResult({ ...failed, why: name, expectation: { name } })))),
    );
    const { stdout, status } = spawnSync("prove", ["-e", "cat", file], { encoding: "utf8" });
    expect({ stdout, status }).toMatchObject({
      stdout: expect.stringContaining(`Tests: ${HOSTILE.length + 1} Failed: ${HOSTILE.length}`),
      status: 1,
    });
    expect(stdout).not.toMatch(/TODO|Parse errors/);
    writeFileSync(file, tapOf(resultsOf(ok, ok)));
    expect(spawnSync("prove", ["-e", "cat", file], { encoding: "utf8" }).stdout).toContain("Result: PASS");
  });
});
