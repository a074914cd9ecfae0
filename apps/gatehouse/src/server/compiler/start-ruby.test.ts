import { existsSync } from "node:fs";
import type { StartedRuby } from "@gatehouse/catalogs";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../config/load.js";
import { apartFrom, closeRuby, startCompilerRuby } from "./start-ruby.js";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const start = async () => {
  const started = await startCompilerRuby(loadConfig({}, {}).puppet.compiler, [], log);
  onTestFinished(() => closeRuby(started));
  return started;
};
const found = await startCompilerRuby(loadConfig({}, {}).puppet.compiler, [], log);
await closeRuby(found);
const isRoot = process.getuid?.() === 0;
const skip = "missing" in found || !isRoot;
if (skip)
  console.warn("Not run: modules' code apart from the database, for want of Ruby with Puppet's library or of root.");

describe("modules' code and the embedded database", () => {
  it.skipIf(skip)("are not of one user: then there is no compiler, and it says why", async () => {
    const started = (await start()) as StartedRuby;
    expect(started.uid).toBeGreaterThan(0);
    expect(await apartFrom(started.uid, started)).toEqual({
      missing: `Modules' code would run as the user of the embedded database (${started.uid}): set puppet.compiler.user to another one.`,
    });
    expect(existsSync(started.folder.path)).toBe(false);
  });

  it.skipIf(skip)("are of two users, or the database is the operator's own: it is as it was", async () => {
    const started = (await start()) as StartedRuby;
    expect(await apartFrom(0, started)).toBe(started);
    expect(await apartFrom(undefined, started)).toBe(started);
    expect(existsSync(started.folder.path)).toBe(true);
  });

  it("need nothing where there is no Ruby", async () => {
    const none = { missing: "there is none" };
    expect(await apartFrom(65534, none)).toBe(none);
  });
});
