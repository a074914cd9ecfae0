import { describe, expect, it } from "vitest";
import { useDatabase } from "../store.test.helper.js";

const house = useDatabase();

/** What information_schema calls TypeORM's names of types. */
const TYPES: Readonly<Record<string, string>> = { timestamptz: "timestamp with time zone" };

describe("the schema that the migrations make", () => {
  it("has every column that the entities name, in their type", async () => {
    const columns = await house.db.run<{ place: string; type: string; nullable: boolean }>(
      `select table_name || '.' || column_name as place, data_type as type, is_nullable = 'YES' as nullable
       from information_schema.columns where table_schema = current_schema()`,
    );
    const real = new Map(columns.map(({ place, type, nullable }) => [place, { type, nullable }]));
    const { entityMetadatas } = house.db.source;
    expect(entityMetadatas.length).toBeGreaterThan(7);
    for (const entity of entityMetadatas) {
      for (const column of entity.columns) {
        const found = real.get(`${entity.tableName}.${column.databaseName}`);
        expect(found, `${entity.tableName}.${column.databaseName}`).toBeDefined();
        // The column of a relation takes its type from the other side.
        if (column.relationMetadata !== undefined) continue;
        const type = house.db.source.driver.normalizeType(column);
        expect([entity.tableName, column.databaseName, found?.type, found?.nullable]).toEqual([
          entity.tableName,
          column.databaseName,
          TYPES[type] ?? type,
          column.isNullable,
        ]);
      }
    }
  });

  it("fills by itself every column that no entity names, so that an insert by entity works", async () => {
    const columns = await house.db.run<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns
       where table_schema = current_schema() and is_nullable = 'NO' and column_default is null and is_identity = 'NO'`,
    );
    // Written by named SQL only.
    const bySql = new Set(["node_evidence.agent_id"]);
    for (const entity of house.db.source.entityMetadatas) {
      const named = new Set(entity.columns.map(({ databaseName }) => databaseName));
      const needed = columns.filter(({ table, column }) => table === entity.tableName && !named.has(column));
      expect(needed.map(({ table, column }) => `${table}.${column}`).filter((place) => !bySql.has(place))).toEqual([]);
    }
  });

  it("gives every primary key that the entities know", async () => {
    const rows = await house.db.run<{ table: string; columns: string[] }>(
      `select c.relname as table, array_agg(a.attname::text order by a.attname) as columns
       from pg_index i join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
       where i.indisprimary and c.relnamespace = current_schema()::regnamespace group by c.relname`,
    );
    const real = new Map(rows.map(({ table, columns }) => [table, columns]));
    for (const { tableName, primaryColumns } of house.db.source.entityMetadatas) {
      expect([tableName, real.get(tableName)]).toEqual([
        tableName,
        primaryColumns.map(({ databaseName }) => databaseName).toSorted(),
      ]);
    }
  });
});
