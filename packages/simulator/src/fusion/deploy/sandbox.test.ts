import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { judged, pretendCommand, runCommand } from "./command.js";
import { Sandbox } from "./sandbox.js";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.make(runCommand, { "HKEY_LOCAL_MACHINE/SOFTWARE/X": { Version: "1.2" } });
});
afterEach(() => sandbox.close());

const act = (type: string, settings: object) =>
  sandbox.act({ type, name: type, checks: [], settings: settings as Record<string, unknown> });
const fault = (type: string, path: string, value = "") =>
  sandbox.fault({ type, path, value, otherwise: "error", name: type });

describe("a sandbox", () => {
  it("has the machine's paths below itself, and nothing else", () => {
    const root = dirname(dirname(sandbox.at("/etc")));
    expect(sandbox.at("/../../etc/passwd")).toBe(`${root}/root/etc/passwd`);
    expect(sandbox.at("a/../b")).toBe(`${root}/work/b`);
    expect(sandbox.at("..x")).toBe(`${root}/work/..x`);
    expect(() => sandbox.at("../x")).toThrow("leads out");
    expect(() => sandbox.at("a/../../x")).toThrow("leads out");
  });

  it("is gone when it is closed", async () => {
    const at = sandbox.at("/");
    expect(existsSync(at)).toBe(true);
    await sandbox.close();
    expect(existsSync(at)).toBe(false);
  });

  it("looks at files and folders", async () => {
    await act("mkdir", { list: ["/opt/x"] });
    await writeFile(sandbox.at("/opt/x/a"), "hello");
    const digest = createHash("sha512").update("hello").digest("hex");
    const holds = [
      ["directoryExists", "/opt/x"],
      ["directoryMissing", "/opt/y"],
      ["fileExists", "/opt/x/a"],
      ["fileMissing", "/opt/x/b"],
      ["fileSizeEquals", "/opt/x/a", "5"],
      ["fileSizeGreater", "/opt/x/a", "4"],
      ["fileSizeLower", "/opt/x/a", "6"],
      ["fileSHA512", "/opt/x/a", digest],
      ["fileSHA512mismatch", "/opt/x/a", "0".repeat(128)],
      ["freespaceGreater", "/opt", "0"],
      ["winkeyExists", "HKEY_LOCAL_MACHINE/SOFTWARE/X"],
      ["winkeyMissing", "HKEY_LOCAL_MACHINE/SOFTWARE/Y"],
      ["winkeyEquals", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Version", "1.2"],
      ["winkeyNotEquals", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Version", "1.3"],
      ["winvalueExists", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Version"],
      ["winvalueMissing", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Name"],
      ["winvalueType", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Version"],
      ["nobodyKnowsThisOne", "/"],
    ] as const;
    for (const [type, path, value] of holds) expect([type, await fault(type, path, value)]).toEqual([type, undefined]);
    const fails = [
      ["directoryExists", "/opt/x/a"],
      ["directoryMissing", "/opt/x"],
      ["fileExists", "/opt/x"],
      ["fileMissing", "/opt/x/a"],
      ["fileSizeEquals", "/opt/x/a", "6"],
      ["fileSizeGreater", "/opt/x/a", "5"],
      ["fileSizeLower", "/opt/x/a", "5"],
      ["fileSizeLower", "/opt/x/none", "5"],
      ["fileSHA512", "/opt/x/a", "0".repeat(128)],
      ["fileSHA512mismatch", "/opt/x/a", digest],
      ["freespaceGreater", "/opt", "1e15"],
      ["winkeyExists", "HKEY_LOCAL_MACHINE/SOFTWARE/Y"],
      ["winkeyMissing", "HKEY_LOCAL_MACHINE/SOFTWARE/X"],
      ["winkeyEquals", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Version", "1.3"],
      ["winkeyNotEquals", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Version", "1.2"],
      ["winvalueExists", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Name"],
      ["winvalueMissing", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Version"],
      ["winvalueType", "HKEY_LOCAL_MACHINE/SOFTWARE/X/Name"],
    ] as const;
    for (const [type, path, value] of fails)
      expect([type, await fault(type, path, value)]).toEqual([type, expect.stringContaining(path)]);
  });

  it("copies and moves what a pattern stands for, and deletes", async () => {
    for (const name of ["a.txt", "b.txt", "c.log"]) await writeFile(sandbox.at(name), name);
    expect(await act("mkdir", { list: ["/target", "/target/deep"] })).toEqual({ ok: true, lines: [] });
    expect(await act("copy", { from: "*.txt", to: "/target" })).toMatchObject({ ok: true });
    expect(await act("move", { from: "c.lo?", to: "/target/d.log" })).toMatchObject({ ok: true });
    expect(await readFile(sandbox.at("/target/b.txt"), "utf8")).toBe("b.txt");
    expect(await readFile(sandbox.at("/target/d.log"), "utf8")).toBe("c.log");
    expect(existsSync(sandbox.at("c.log"))).toBe(false);
    expect(await act("delete", { list: ["/target"] })).toMatchObject({ ok: true });
    expect(existsSync(sandbox.at("/target"))).toBe(false);
  });

  it.each([
    ["copy", { from: "nothing*", to: "/" }, "nothing* is missing"],
    ["delete", { list: ["/nothing"] }, "no such file"],
    ["delete", { list: ["../../.."] }, "leads out"],
    ["format", {}, "Unknown action format"],
  ])("fails with words: %s %j", async (type, settings, words) => {
    const { ok, lines } = await act(type, settings);
    expect([ok, lines.join().toLowerCase()]).toEqual([false, expect.stringContaining(words.toLowerCase())]);
  });

  it("runs a command among the package's files, with its own variables", async () => {
    await writeFile(sandbox.at("a.txt"), "inside");
    const { ok, lines } = await act("cmd", { exec: 'cat a.txt; echo; echo "$X" >&2', envs: { X: "seen" } });
    expect(ok).toBe(true);
    expect(lines).toEqual(expect.arrayContaining(["inside", "seen", "exit status: `0'"]));
  });
});

describe("a command's end", () => {
  const of = (settings: object, code: number, output = "") => judged({ exec: "x", ...settings }, { code, output });
  const checks = (type: string, ...values: string[]) => ({ retChecks: [{ type, values }] });

  it.each([
    ["always good without checks", {}, 7, "", true],
    ["good with a code that is one of the good ones", checks("okCode", "0", "3010"), 3010, "", true],
    ["bad with any other", checks("okCode", "0"), 1, "", false],
    ["bad with a code that is a bad one", checks("errorCode", "1"), 1, "", false],
    ["good with any other", checks("errorCode", "1"), 2, "", true],
    ["good with words that fit", checks("okPattern", "done$"), 0, "all done", true],
    ["bad without them", checks("okPattern", "done$"), 0, "failed", false],
    ["bad with words of an error", checks("errorPattern", "E\\d+"), 0, "E17", false],
  ] as const)("is %s", (_, settings, code, output, ok) => {
    expect(of(settings, code, output).ok).toBe(ok);
  });

  it("is told with as many lines as are wanted", () => {
    const output = Array.from({ length: 20 }, (_, n) => `line ${n}`).join("\n");
    const lines = (logLineLimit: number | undefined, code = 0) =>
      of({ logLineLimit, ...checks("okCode", "0") }, code, output).lines.filter((line) => line.startsWith("line"));
    expect(lines(undefined)).toHaveLength(10);
    expect(lines(3)).toEqual(["line 17", "line 18", "line 19"]);
    expect(lines(-1)).toHaveLength(20);
    expect(lines(0)).toEqual([]);
    expect(lines(0, 1)).toHaveLength(20);
  });

  it("is good where it is pretended", async () => {
    expect(await pretendCommand({ exec: "rm -rf /" }, "/")).toEqual({ code: 0, output: "pretended: rm -rf /" });
  });
});
