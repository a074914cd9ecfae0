import { expect, it } from "vitest";
import { enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";
import { countNodesWithSetting } from "./with-setting.js";

const house = useDatabase();

it("active nodes that have something in a setting are counted", async () => {
  const registry = createNodeRegistry(house.db);
  const given = { one: { ntp: {} }, two: { ntp: {} }, none: {} };
  for (const [name, value] of Object.entries(given)) {
    const { nodeId } = await registry.enrol(enrolmentOf(name));
    await registry.setSetting(nodeId, "puppet.classes", value);
    if (name === "two") await house.db.run("update nodes set state = 'deactivated' where id = $1", [nodeId]);
  }
  await registry.enrol(enrolmentOf("other"));
  expect(await countNodesWithSetting(house.db, "puppet.classes")).toBe(1);
  expect(await countNodesWithSetting(house.db, "puppet.parameters")).toBe(0);
});
