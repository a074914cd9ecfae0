import { DataSource, type MigrationInterface } from "typeorm";
import { afterAll, beforeAll, inject } from "vitest";
import { COMMON } from "../migrate.js";
import { createTestDatabase, type TestDatabase } from "../testing/databases.js";
import { migrations } from "./index.js";

/** An empty database for the tests of a file, which migrate it themselves. */
export function useEmptyDatabase() {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await createTestDatabase(inject("databaseUrl"), { empty: true });
  });
  afterAll(() => database?.drop());
  const house = {
    get url(): string {
      return database?.url ?? "";
    },
    /** @param known the migrations of that version of Gatehouse; all of them unless told */
    async withSource<T>(
      work: (source: DataSource) => Promise<T>,
      known: readonly (new () => MigrationInterface)[] = migrations,
    ): Promise<T> {
      const source = new DataSource({
        ...COMMON,
        url: house.url,
        migrations: [...known],
        migrationsTransactionMode: "each",
      });
      await source.initialize();
      try {
        return await work(source);
      } finally {
        await source.destroy();
      }
    },
  };
  return house;
}
