import type { DataSource } from "typeorm";
import { describe, expect, it } from "vitest";
import { ProfilesAndRules4 } from "./0004-profiles-and-rules.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();

const at = migrations.indexOf(ProfilesAndRules4);
const before = migrations.slice(0, at);
const request = (name: string, profile: string, receivedAt: string) =>
  `insert into certificate_requests (name, profile, pem, fingerprints, received_at) values ('${name}', '${profile}', '${profile}', '{}', '${receivedAt}')`;
const waiting = (source: DataSource): Promise<unknown> =>
  source.query("select name, profile from certificate_requests order by name, profile");
const indexes = (source: DataSource): Promise<unknown> =>
  source.query(
    `select indexdef from pg_indexes where schemaname = current_schema() and tablename in ('certificates', 'certificate_requests')
     order by indexname`,
  );

describe("the migration to names by profile", () => {
  it("has what waits sent again, lets two profiles have one name, and can be undone and done again", async () => {
    const old = await withSource(async (source) => {
      await source.runMigrations();
      await source.query(request("web01", "puppet", "2026-11-01"));
      await expect(source.query(request("web01", "inventory", "2026-11-02"))).rejects.toThrow(
        /certificate_requests_pkey/,
      );
      return indexes(source);
    }, before);
    await withSource(async (source) => {
      await source.runMigrations();
      const fresh = await indexes(source);
      expect(fresh).not.toEqual(old);
      // It was not sealed; hosts send theirs every two minutes.
      expect(await waiting(source)).toEqual([]);
      await source.query(request("web01", "puppet", "2026-11-01"));
      await source.query(request("web01", "inventory", "2026-11-02"));
      await expect(source.query(request("web01", "puppet", "2026-11-03"))).rejects.toThrow(/certificate_requests_pkey/);
      await source.query(request("web02", "puppet", "2026-11-04"));
      for (const _ of migrations.slice(at)) await source.undoLastMigration();
      expect(await indexes(source)).toEqual(old);
      // The version before cannot read what is sealed.
      expect(await waiting(source)).toEqual([]);
      await source.runMigrations();
      expect(await indexes(source)).toEqual(fresh);
    });
  });
});
