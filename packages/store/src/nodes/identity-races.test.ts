import { expect, it } from "vitest";
import { useDatabase } from "../store.test.helper.js";
import { houseOf, machine, said } from "./identity.test.helper.js";
import { lockEvidence } from "./identity-candidates.js";

const database = useDatabase();

it("agents that come, agents that say something new, and people who move them never wait for each other in a circle", async () => {
  const house = houseOf(database.db);
  for (let round = 0; round < 15; round++) {
    const [m, n] = [machine(), machine()];
    const evidence = (of: typeof m, more: string) => [
      said("name", of.name),
      said("serial", of.serial),
      said("address", of.address, "observed"),
      said("mac", of.mac),
      said("serial", `MORE-${round}-${more}`),
    ];
    const a = await house.knock({ alias: m.name, evidence: [said("name", m.name)] });
    const b = await house.knock({ family: "puppet", alias: n.name, evidence: [said("name", n.name)] });
    await Promise.all([
      house.knock({ alias: m.name, evidence: evidence(n, "a") }),
      house.knock({ family: "puppet", alias: n.name, evidence: evidence(n, "b") }),
      house.knock({ family: "inventory", trust: "certificate", evidence: evidence(n, "c") }),
      house.identity.merge(a.nodeId, b.nodeId, "ann"),
      house.knock({ family: "inventory", trust: "certificate", evidence: evidence(m, "d") }),
      house.knock({ alias: m.name, evidence: evidence(m, "e") }),
      house.registry.label(a.nodeId, { round: String(round) }),
    ]);
    const { agents } = await house.node(b.nodeId);
    expect(agents.map(({ id }) => id)).toEqual(expect.arrayContaining([a.agentId, b.agentId]));
  }
});

it("more evidence than PostgreSQL's table of locks holds is locked all the same, against who brings some of it too", async () => {
  const many = Array.from({ length: 40_000 }, (_, i) => said("serial", `MANY-${i}-SER`));
  const order: string[] = [];
  let second: Promise<unknown> | undefined;
  await database.db.transaction(async (run) => {
    await lockEvidence(run, many);
    second = database.db.transaction(async (other) => {
      await lockEvidence(other, many.slice(0, 1));
      order.push("second");
    });
    for (let i = 0; i < 20; i++) await run("select 1");
    order.push("first");
  });
  await second;
  expect(order).toEqual(["first", "second"]);
});
