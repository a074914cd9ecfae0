import { describe, expect, it } from "vitest";
import { databaseFacts } from "./facts.js";
import { schemaFacts } from "./migrate.js";
import { migrations } from "./migrations/index.js";
import { useOutage } from "./outage.test.helper.js";
import { until, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const outage = useOutage(house);

describe("databaseFacts", () => {
  it("tells version, size and time as the database says them", async () => {
    const [before] = await house.db.run<{ now: Date }>("select clock_timestamp() as now");
    const { version, sizeBytes, now, milliseconds } = await databaseFacts(house.db);
    const [after] = await house.db.run<{ now: Date; version: string }>(
      "select clock_timestamp() as now, current_setting('server_version') as version",
    );
    expect(version).toBe(after?.version);
    expect(sizeBytes).toBeGreaterThan(1_000_000);
    expect(Number.isInteger(sizeBytes)).toBe(true);
    expect(before !== undefined && after !== undefined && before.now <= now && now <= after.now).toBe(true);
    expect(milliseconds).toBeGreaterThanOrEqual(0);
  });

  it("says that the database is away", async () => {
    await outage.away();
    await expect(databaseFacts(house.db)).rejects.toMatchObject({ code: "database-unavailable" });
    await expect(schemaFacts(house.db)).rejects.toMatchObject({ code: "database-unavailable" });
    await outage.back();
    await until("an answer", () => house.db.isReachable());
  });
});

describe("schemaFacts", () => {
  it("finds nothing amiss where this version has migrated", async () => {
    expect(await schemaFacts(house.db)).toEqual({ missing: [], unknown: [] });
  });

  it("names what is missing and what it does not know, in the order of the migrations", async () => {
    const names = migrations.map((migration) => new migration().name);
    await house.db.run("delete from migrations where name = $1", [names[1]]);
    await house.db.run(
      "insert into migrations (timestamp, name) values (4102444800000, 'Tomorrow'), (4102444800001, 'After')",
    );
    expect(await schemaFacts(house.db)).toEqual({ missing: [names[1]], unknown: ["Tomorrow", "After"] });
    await house.db.run("delete from migrations");
    expect(await schemaFacts(house.db)).toEqual({ missing: names, unknown: [] });
  });
});
