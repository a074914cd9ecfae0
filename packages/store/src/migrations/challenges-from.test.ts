import { expect, it } from "vitest";
import { ChallengesFrom15 } from "./0015-challenges-from.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();

it("challenges are of an agent and a network, and the other way; with challenges under way", () =>
  withSource(
    async (source) => {
      const challenge = (columns: string, values: string) =>
        source.query(
          `insert into registration_challenges (agent_id, of, token_id, server_secret, said, expires_at${columns})
           values ('a', 'a', gen_random_uuid(), '', '{}', now()${values})`,
        );
      await source.runMigrations();
      for (const from of ["192.0.2.1", "192.0.2.2"]) await challenge(", asked_from", `, '${from}'`);
      await expect(challenge(", asked_from", ", '192.0.2.2'")).rejects.toThrow(/registration_challenges_pkey/);
      await source.undoLastMigration();
      await challenge("", "");
      await expect(challenge("", "")).rejects.toThrow(/registration_challenges_pkey/);
      await source.runMigrations();
      await challenge("", "");
      const [row] = await source.query("select count(*)::int as n from registration_challenges");
      expect(row).toEqual({ n: 1 });
    },
    migrations.slice(0, migrations.indexOf(ChallengesFrom15) + 1),
  ));
