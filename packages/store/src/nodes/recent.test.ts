import { describe, expect, it } from "vitest";
import { enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();

describe("NodeRegistry.recentAgent", () => {
  it("answers from what was read just now, and sees this process's own changes at once", async () => {
    const registry = createNodeRegistry(house.db);
    const enrolment = enrolmentOf("recent");
    const { nodeId } = await registry.enrol(enrolment);
    expect((await registry.findAgent(enrolment.alias))?.settings).toEqual({});

    await house.db.run(`update nodes set settings = '{"by": "another replica"}' where id = $1`, [nodeId]);
    expect((await registry.recentAgent(enrolment.alias))?.settings).toEqual({});
    expect((await registry.findAgent(enrolment.alias))?.settings).toEqual({ by: "another replica" });
    expect((await registry.recentAgent(enrolment.alias))?.settings).toEqual({ by: "another replica" });

    await registry.setSetting(nodeId, "by", "us");
    expect((await registry.recentAgent(enrolment.alias))?.settings).toEqual({ by: "us" });
  });

  it("does not remember that there is nobody", async () => {
    const registry = createNodeRegistry(house.db);
    const enrolment = enrolmentOf("late to come");
    expect(await registry.recentAgent(enrolment.alias)).toBeUndefined();
    await createNodeRegistry(house.db).enrol(enrolment);
    expect(await registry.recentAgent(enrolment.alias)).toBeDefined();
  });
});
