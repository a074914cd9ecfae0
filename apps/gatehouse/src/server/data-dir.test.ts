import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makeDataDir } from "./data-dir.js";

it.skipIf(process.platform === "win32")("a data folder is closed to others, and those above it are not", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const umask = process.umask(0o022);
  onTestFinished(() => void process.umask(umask));
  const dataDir = path.join(folder, "srv/fleet/data");
  makeDataDir(dataDir);
  makeDataDir(dataDir);
  expect([dataDir, path.dirname(dataDir)].map((made) => statSync(made).mode & 0o777)).toEqual([0o700, 0o755]);
});

it("a data folder that cannot be made is refused with why", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "file");
  writeFileSync(file, "");
  for (const dataDir of [file, path.join(file, "data")])
    expect(() => makeDataDir(dataDir)).toThrow(
      `The data folder ${dataDir} cannot be made: something there is no folder.`,
    );
});
