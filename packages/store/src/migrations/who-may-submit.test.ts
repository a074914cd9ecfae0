import { expect, it } from "vitest";
import { WhoMaySubmit14 } from "./0014-who-may-submit.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();
const before = migrations.slice(0, migrations.indexOf(WhoMaySubmit14));

it("the migration to who may submit can be undone and done again, with data", () =>
  withSource(
    async (source) => {
      const tables = async (): Promise<number> =>
        (
          await source.query(
            `select count(*)::int as n from pg_tables where schemaname = current_schema() and tablename in
             ('agent_logins', 'registration_tokens', 'registration_challenges', 'agent_keys')`,
          )
        )[0].n;
      const states = () => source.query("select n.state, a.trust from nodes n join agents a on a.node_id = n.id");
      await source.runMigrations();
      expect(await tables()).toBe(4);
      await source.query("insert into nodes (name, state) values ('n', 'quarantined')");
      await source.query("insert into agents (node_id, family, trust) select id, 'inventory', 'secret' from nodes");
      await source.query("create table submissions_all partition of submissions default");
      const submission = "insert into submissions (agent_id, kind, coding, size, body, held)";
      await source.query(
        `${submission} select id, 'k', 'identity', 0, '', h from agents, unnest(array[true, false]) h`,
      );
      await expect(source.query("update nodes set state = 'loose'")).rejects.toThrow(/nodes_state_check/);
      await expect(source.query("update agents set trust = 'blind'")).rejects.toThrow(/agents_trust_check/);

      await source.undoLastMigration();
      expect(await tables()).toBe(0);
      // A version that knows of no quarantine must not let it in.
      expect(await states()).toEqual([{ state: "deactivated", trust: "key" }]);
      await expect(source.query("update nodes set state = 'quarantined'")).rejects.toThrow(/nodes_state_check/);
      expect(await source.query("select count(*)::int as n from submissions")).toEqual([{ n: 2 }]);
      await source.runMigrations();
      expect(await tables()).toBe(4);
      expect(await source.query("select count(*)::int as n from submissions where not held")).toEqual([{ n: 2 }]);
      await source.query("update nodes set state = 'quarantined'");
    },
    [...before, WhoMaySubmit14],
  ));

it("leaves what was stored before it as it was, and lets the version before go on storing", async () => {
  await withSource(async (source) => {
    await source.runMigrations();
    const [index] = await source.query(
      "select indpred is not null as partial from pg_index where indexrelid = 'submissions_held'::regclass",
    );
    expect(index).toEqual({ partial: true });
    await source.query(
      "insert into submissions (agent_id, kind, coding, size, body) select id, 'k', 'identity', 0, '' from agents",
    );
    expect(await source.query("select held, count(*)::int as n from submissions group by 1")).toEqual([
      { held: false, n: 3 },
    ]);
  });
});
