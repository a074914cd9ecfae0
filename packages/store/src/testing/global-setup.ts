import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { Database } from "../database.js";
import { startEmbedded } from "../embedded/index.js";
import { createTemplate, dropTemplate } from "./databases.js";

declare module "vitest" {
  interface ProvidedContext {
    /** A database that tests may make their own databases beside. */
    databaseUrl: string;
  }
}

/** One PostgreSQL for the whole run: the one that DATABASE_URL names, else the embedded one without fsync. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["DATABASE_URL"];
  const say = (line: string) => process.stderr.write(`gatehouse: ${line}\n`);
  say(given === undefined ? "testing on the embedded PostgreSQL" : "testing on the PostgreSQL of DATABASE_URL");
  const dir = await mkdtemp(path.join(tmpdir(), "gatehouse-test-"));
  const embedded = given === undefined ? await startEmbedded({ dataDir: dir, durable: false, say }) : undefined;
  const url = given ?? embedded?.url ?? "";
  const template = await createTemplate(url, async (templateUrl) =>
    (await Database.open({ url: templateUrl })).close(),
  );
  project.provide("databaseUrl", `${template.base}#${template.name}`);
  return async () => {
    await dropTemplate(template);
    await embedded?.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
