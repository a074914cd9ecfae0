import { expect, it } from "vitest";
import { createNodeRegistry } from "../nodes/registry.js";
import { enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createFacts, putFacts } from "./facts.js";

const house = useDatabase();

it("facts of the same nodes from two sources, written at the same time in other orders, do not wait for each other", async () => {
  const nodes: string[] = [];
  for (let i = 0; i < 20; i++)
    nodes.push((await createNodeRegistry(house.db).enrol(enrolmentOf(`together ${i}`))).nodeId);
  const write = (source: string, order: readonly string[], v: number) =>
    house.db.transaction(async (run) => {
      // As the inbox plans, and row by row: in the order in which they come, where nothing else puts them in one.
      await run("set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off");
      await putFacts(
        run,
        order.map((nodeId) => ({ nodeId, source, facts: { v }, at: new Date(v) })),
      );
    });
  for (let v = 1; v <= 20; v++)
    await Promise.all([write("dsc", nodes, v), write("puppet", nodes.toReversed(), v), write("glpi", nodes, v)]);
  for (const nodeId of nodes)
    expect((await createFacts(house.db).of(nodeId)).map(({ facts }) => facts)).toEqual([
      { v: 20 },
      { v: 20 },
      { v: 20 },
    ]);
});
