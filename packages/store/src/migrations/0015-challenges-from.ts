import type { MigrationInterface, QueryRunner } from "typeorm";

/** Challenges live for minutes: those that wait meanwhile are asked for anew. */
const rekeyed = (change: string, key: string) => [
  "delete from registration_challenges",
  "alter table registration_challenges drop constraint registration_challenges_pkey",
  `alter table registration_challenges ${change}`,
  `alter table registration_challenges add primary key (${key})`,
];

/** Challenges of REGISTER: one of each agent and network, so that who asks in an agent's name takes nothing from it. */
export class ChallengesFrom15 implements MigrationInterface {
  readonly name = "ChallengesFrom1700000000015";

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of rekeyed("add asked_from text not null default ''", "agent_id, asked_from"))
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of rekeyed("drop asked_from", "agent_id")) await runner.query(statement);
  }
}
