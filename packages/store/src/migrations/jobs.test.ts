import { expect, it } from "vitest";
import { Jobs16 } from "./0016-jobs.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();
const TABLES = ["job_events", "job_orders", "jobs", "package_parts", "package_versions"];

it("the migration to jobs can be undone and done again, with data", () =>
  withSource(
    async (source) => {
      const tables = async (): Promise<string[]> =>
        (
          await source.query(
            "select tablename from pg_tables where schemaname = current_schema() and tablename = any($1) order by 1",
            [TABLES],
          )
        ).map(({ tablename }: { tablename: string }) => tablename);
      await source.runMigrations();
      expect(await tables()).toEqual(TABLES);
      await source.query("insert into nodes (name) values ('n')");
      await source.query("insert into agents (node_id, family) select id, 'inventory' from nodes");
      await source.query(
        "insert into blobs (sha256, size) select decode(repeat(x, 32), 'hex'), 1 from unnest(array['01', '02']) x",
      );
      await source.query("insert into artifacts (kind, name, name_key) values ('deploy-package', 'p', 'p')");
      await source.query(
        `insert into artifact_versions (artifact_id, channel, number, blob_id, published_by)
         select a.id, 'current', 1, min(b.id), 'o' from artifacts a, blobs b group by a.id`,
      );
      await source.query(
        "insert into package_versions (version_id, digest, files, bytes) select id, decode(repeat('00', 32), 'hex'), 1, 1 from artifact_versions",
      );
      await source.query(
        `insert into package_parts (sha512, version_id, blob_id)
         select decode(repeat('00', 64), 'hex'), v.id, (select max(id) from blobs) from artifact_versions v`,
      );
      const order = `insert into job_orders (id, name, task, spec, target, needs_proof, package_version_id, wait_seconds, silence_seconds, wake, created_by)
                     select gen_random_uuid(), 'o', 'deploy', '{}', '{}', true, version_id, 1, 1, false, 'o' from package_versions`;
      await source.query(order);
      await source.query(
        `insert into jobs (id, order_id, agent_id, task, due_at, look_at)
         select gen_random_uuid(), o.id, a.id, 'deploy', now(), now() from job_orders o, agents a`,
      );
      await source.query("insert into job_events (job_id, seq, by) select id, 1, 'agent' from jobs");
      await expect(source.query(order)).rejects.toThrow(/job_orders_name/);
      await expect(source.query("update jobs set state = 'ok'")).rejects.toThrow(/jobs_ended/);
      await expect(source.query("update jobs set state = 'done', ended_at = now()")).rejects.toThrow(
        /jobs_state_check/,
      );
      // A version that an order names stays.
      await expect(source.query("delete from package_versions")).rejects.toThrow(/job_orders_package_version_id_fkey/);

      await source.undoLastMigration();
      expect(await tables()).toEqual([]);
      // What nobody knows any more as a part is to be collected, and what a version is stays.
      expect(await source.query("select id::int, staged_at is not null as staged from blobs order by id")).toEqual([
        { id: 1, staged: false },
        { id: 2, staged: true },
      ]);
      await source.runMigrations();
      expect(await tables()).toEqual(TABLES);
      // An agent goes with its jobs, and they with what was said of them.
      await source.query("delete from nodes");
    },
    migrations.slice(0, migrations.indexOf(Jobs16) + 1),
  ));
