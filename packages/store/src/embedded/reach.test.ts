import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Cleanup, query } from "./fixture.test.helper.js";
import { hasEmbedded, reachEmbedded, startEmbedded } from "./index.js";

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe("reachEmbedded", () => {
  it("finds the server that runs on a folder, and none before and after", async () => {
    const dataDir = path.join(cleanup.folder(), "postgres");
    expect([hasEmbedded(dataDir), reachEmbedded(dataDir)]).toEqual([false, undefined]);
    const db = cleanup.add(await startEmbedded({ dataDir, durable: false }), (started) => started.stop());
    const url = reachEmbedded(dataDir);
    expect(url).toBe(db.url);
    expect(await query({ url: url ?? "" }, "select 1 as one")).toEqual([{ one: 1 }]);
    await db.stop();
    expect([hasEmbedded(dataDir), reachEmbedded(dataDir)]).toEqual([true, undefined]);
  });

  it("takes no other process for it", () => {
    const dataDir = cleanup.folder();
    mkdirSync(path.join(dataDir, "pg"));
    for (const said of ["", "no number\n", `${2 ** 30}\n`, `${process.pid}\n/elsewhere\n1\n5432\n/tmp\n`]) {
      writeFileSync(path.join(dataDir, "pg", "postmaster.pid"), said);
      if (process.platform === "linux") expect(reachEmbedded(dataDir), said).toBeUndefined();
    }
  });
});
