import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { run } from "./program.js";

const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-test-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("serve says where a data folder cannot be, and ends", { timeout: 60_000 }, async () => {
  const file = path.join(folder, "file");
  writeFileSync(file, "");
  const told: string[] = [];
  const context = { env: {}, out: () => undefined, warn: (text: string) => void told.push(text) };
  const dataDir = path.join(file, "data");
  expect(await run(["--data", dataDir, "serve", "--http", "127.0.0.1:0", "--https", "off"], context)).toBe(1);
  expect(told.join("")).toMatch(`gatehouse: The data folder ${dataDir} cannot be made: something there is no folder.`);
});
