import { userInfo } from "node:os";
import { findRuby } from "@gatehouse/catalogs";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { CompilerConfig } from "../../config/compiler.js";
import { loadConfig } from "../../config/load.js";
import { type CompilerParts, createGatewayCompiler } from "./compiler.js";

const found = await findRuby();
if ("missing" in found) console.warn(`Not run: the gateway's compiler. ${found.missing}`);

const text = Buffer.from("notify { 'a': }\n");
const version = (name: string, withCode: boolean): EnvironmentVersion => {
  const file = { type: "file" as const, mode: 0o644, mtime: 0, size: text.length, sha256: "0".repeat(64), md5: "" };
  const directory = { type: "directory" as const, path: "manifests", mode: 0o755, mtime: 0 };
  const entries = new Map(
    withCode ? [directory, { ...file, path: "manifests/site.pp" }].map((entry) => [entry.path, entry] as const) : [],
  );
  return { name, version: 1, codeId: "1", deployedAt: new Date(0), entries };
};
const versions = new Map([version("coded", true), version("plain", false)].map((one) => [one.name, one]));

function compilerOf(said: Partial<CompilerConfig> = {}, known: Partial<CompilerParts["environments"]> = {}) {
  const lines: { level: string; message: string; fields: Record<string, unknown> | undefined }[] = [];
  const noteAt = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void lines.push({ level, message, fields });
  const opened: string[] = [];
  const compiler = createGatewayCompiler({
    config: { ...loadConfig({}, {}).puppet.compiler, workers: 1, ...said },
    serverNames: [],
    content: {
      open: async (ref) => {
        opened.push(ref.sha256);
        return { ...ref, bytes: text };
      },
    },
    environments: { names: async () => [...versions.keys()], current: async (name) => versions.get(name), ...known },
    hasCode: async ({ entries }) => entries.size > 0,
    queries: { exported: async () => [], puppetdb: async () => [] },
    log: { debug: noteAt("debug"), info: noteAt("info"), warn: noteAt("warn"), error: noteAt("error") },
  });
  onTestFinished(() => compiler.stop());
  return { compiler, lines, opened };
}

describe("the gateway's compiler", () => {
  it("that is turned off says so, and warms nothing", async () => {
    const { compiler } = compilerOf({ enabled: false });
    expect(compiler.facts()).toEqual({ state: "disabled" });
    expect(await compiler.source()).toEqual({ missing: expect.stringContaining("puppet.compiler.enabled is false") });
    await compiler.warm(version("coded", true));
    await expect(compiler.classes(version("coded", true))).rejects.toMatchObject({ code: "not-available" });
  });

  it("without Ruby says what was looked for, and what to do", async () => {
    const { compiler, lines } = compilerOf({ ruby: "/nonexistent/ruby" });
    expect(compiler.facts()).toEqual({ state: "starting" });
    await compiler.warm(version("coded", true));
    const reason = expect.stringMatching(/\/nonexistent\/ruby: not there.*install puppet-agent/);
    expect(compiler.facts()).toEqual({ state: "missing", reason });
    await expect(compiler.classes(version("coded", true))).rejects.toMatchObject({
      ...{ code: "not-available", message: reason },
    });
    expect(lines).toMatchObject([{ level: "info", message: "Puppet code is not compiled" }]);
  });

  it("knows which environments need it", async () => {
    expect(await compilerOf().compiler.neededBy()).toEqual(["coded"]);
  });

  it("is not started by a version without code", async () => {
    const { compiler } = compilerOf();
    await compiler.warm(version("plain", false));
    expect(compiler.facts()).toEqual({ state: "starting" });
  });

  it.skipIf("missing" in found)("that cannot run as its user says so", async () => {
    const { compiler, lines } = compilerOf({ keys: { eyaml: "/nonexistent/key" } });
    expect(await compiler.source()).toEqual({ missing: expect.stringContaining("The key eyaml") });
    expect(lines).toMatchObject([{ level: "error", message: "the compiler of Puppet code does not start" }]);
  });

  it("is not started by what moves, where nobody started it", async () => {
    const { compiler } = compilerOf({ ruby: "/nonexistent/ruby" });
    compiler.moved();
    await new Promise((resolve) => setImmediate(resolve));
    expect(compiler.facts()).toEqual({ state: "starting" });
    await compiler.source();
    compiler.moved();
  });

  it.skipIf("missing" in found)(
    "says nothing of a database that is away when environments may have moved",
    async () => {
      const away = vi.fn(() => Promise.reject(new GatehouseError("database-unavailable", "PostgreSQL is away.")));
      const { compiler, lines } = compilerOf({}, { names: away });
      await compiler.source();
      compiler.moved();
      await vi.waitFor(() => expect(away).toHaveBeenCalledOnce());
      away.mockRejectedValueOnce(new Error("broken"));
      compiler.moved();
      await vi.waitFor(() => expect(lines.filter(({ level }) => level === "warn")).toHaveLength(1));
      await compiler.stop();
      compiler.moved();
      await compiler.source();
      expect(away).toHaveBeenCalledTimes(2);
    },
  );

  it.skipIf("missing" in found)("reads what agents get when it starts, and ends when it is stopped", async () => {
    const { compiler, lines, opened } = compilerOf();
    compiler.start();
    await compiler.source();
    // It is laid out, for nobody asked.
    await vi.waitFor(() => expect(opened).toHaveLength(1), { timeout: 20_000 });
    await compiler.warm(version("coded", true));
    expect(lines.filter(({ level }) => level !== "info")).toEqual([]);
    expect(compiler.facts()).toMatchObject({
      ...{ state: "ready", workers: 1, lost: 0, restarts: 0 },
      ...{ path: expect.stringMatching(/^\/.*ruby/), user: process.getuid?.() === 0 ? "nobody" : userInfo().username },
    });
    await compiler.stop();
    await compiler.warm(version("coded", true));
  });
});
