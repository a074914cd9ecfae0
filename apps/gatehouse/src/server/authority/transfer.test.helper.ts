import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTestDatabase } from "@gatehouse/store/testing";
import { inject, onTestFinished } from "vitest";
import "../gateway.test.helper.js";

/** A folder that goes when the test ends. */
export function folder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-transfer-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The variables of a gateway with a database of its own, which goes when the test ends. */
export async function emptyDatabase(): Promise<NodeJS.ProcessEnv> {
  const database = await createTestDatabase(inject("databaseUrl"));
  onTestFinished(() => database.drop());
  const key = path.join(folder(), "instance.key");
  writeFileSync(key, randomBytes(32).toString("hex"));
  return { DATABASE_URL: database.url, GATEHOUSE_INSTANCE_KEY_FILE: key, GATEHOUSE_CA_KEY_BITS: "2048" };
}

/** Every file below a folder with its text, by its path. */
export const contentOf = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(dir, file), readFileSync(file, "utf8")]),
  );
