import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatehouse } from "./command/gatehouse.js";
import { type GatewayProcess, newSite, type Site } from "./gateway.js";
import { missingPgBouncer, startPgBouncer } from "./pgbouncer.js";

const missing = missingPgBouncer();
if (missing !== undefined) console.error(`not tried, for it is not installed: ${missing}`);

describe.skipIf(missing !== undefined)("PgBouncer before the database", () => {
  let site: Site;
  let gateway: GatewayProcess;
  let other: string;
  beforeAll(async () => {
    other = mkdtempSync(path.join(tmpdir(), "gatehouse-pooled-"));
    site = await newSite();
    gateway = await site.start();
  });
  afterAll(async () => {
    await gateway.stop();
    await site.remove();
    rmSync(other, { recursive: true, force: true });
  });
  const settingsOf = (url: string) => ({
    DATABASE_URL: url,
    GATEHOUSE_INSTANCE_KEY_FILE:
      site.settings["GATEHOUSE_INSTANCE_KEY_FILE"] ?? path.join(site.dataDir, "instance.key"),
  });

  it("in transaction mode is refused at the start, with what to do, before anything is done there", async () => {
    const pooler = await startPgBouncer(site, "transaction");
    try {
      const { code, err } = await gatehouse(["--data", other, "migrate"], settingsOf(pooler.url));
      expect(err).toContain("pool_mode = session");
      expect(code).not.toBe(0);
    } finally {
      await pooler.stop();
    }
  });

  it("in session mode serves", async () => {
    const pooler = await startPgBouncer(site, "session");
    try {
      const second = await site.start({ args: ["--data", other], env: settingsOf(pooler.url) });
      const token = { GATEHOUSE_TOKEN: gateway.token, ...settingsOf(pooler.url) };
      const { out } = await gatehouse(["--data", other, "doctor"], token);
      expect(out).toMatch(/Each connection has a backend of its own/);
      expect(await second.stop()).toBe(0);
    } finally {
      await pooler.stop();
    }
  });
});
