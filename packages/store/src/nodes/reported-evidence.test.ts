import type { Evidence } from "@gatehouse/core/nodes";
import type { Fact } from "@gatehouse/core/submissions";
import { beforeAll, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { factsOf, finish, LIMITS, say } from "../submissions/reporting.test.helper.js";
import { houseOf, machine, said } from "./identity.test.helper.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
beforeAll(async () => {
  await makePartitions(database.db);
  house = houseOf(database.db);
});

let run = 0;
/** Reports that tell this of their machines, processed together. */
async function report(...told: readonly (readonly [agentId: string, evidence?: readonly Evidence[]])[]) {
  const inbox = createInbox(database.db);
  const byRun = new Map<string, readonly Evidence[] | undefined>();
  for (const [agentId, evidence] of told) {
    const name = `run ${++run}`;
    byRun.set(name, evidence);
    await createSubmissions(database.db).accept({ agentId, kind: "test", body: say({ run: name }) });
  }
  const claim = await inbox.claim(LIMITS);
  expect(claim?.submissions).toHaveLength(told.length);
  await finish(claim, (submission) => ({
    submission,
    facts: factsOf(submission).map((fact): Fact => {
      if (fact.fact !== "report") return fact;
      const evidence = byRun.get(fact.run);
      return evidence === undefined ? fact : { ...fact, evidence };
    }),
  }));
  await inbox.close();
}
const values = async (nodeId: string) =>
  (await house.identity.evidence(nodeId)).map(({ kind, value }) => `${kind} ${value}`);

describe("what reports tell of their machines", () => {
  it("stands beside what the registration said, and in the place of what an earlier one told", async () => {
    const { name, mac, address } = machine();
    const alias = `agent of ${name}`;
    const { agentId, nodeId } = await house.knock({ alias, evidence: [said("name", name)] });
    await report(
      [agentId, [said("name", name), said("mac", mac)]],
      [agentId],
      [agentId, [said("mac", mac), said("address", address)]],
    );
    expect(await values(nodeId)).toEqual([`name ${name}`, `mac ${mac}`, `address ${address}`]);
    await report([agentId, [said("mac", mac)]]);
    expect(await values(nodeId)).toEqual([`name ${name}`, `mac ${mac}`]);
    await house.knock({ alias, evidence: [] });
    expect(await values(nodeId)).toEqual([`mac ${mac}`]);
  });

  it("takes no proof away from what the connection showed, and does not lend it any", async () => {
    const { name, mac, address } = machine();
    const alias = `agent of ${name}`;
    const proofs = async (nodeId: string) =>
      Object.fromEntries((await house.identity.evidence(nodeId)).map(({ value, proof }) => [value, proof]));
    const { agentId, nodeId } = await house.knock({ alias, evidence: [said("address", address, "observed")] });
    await report([agentId, [said("address", address), said("mac", mac)]]);
    expect(await proofs(nodeId)).toEqual({ [address]: "observed", [mac]: "claimed" });
    await report([agentId, [said("mac", mac)]]);
    expect(await proofs(nodeId)).toEqual({ [address]: "observed", [mac]: "claimed" });
    // It calls from elsewhere, and goes on saying that it has the address.
    await house.knock({ alias, evidence: [said("address", address)] });
    expect(await proofs(nodeId)).toEqual({ [address]: "claimed", [mac]: "claimed" });
    await house.knock({ alias, evidence: [said("mac", mac, "attested")] });
    expect(await proofs(nodeId)).toEqual({ [mac]: "attested" });
    await report([agentId, []]);
    expect(await proofs(nodeId)).toEqual({ [mac]: "attested" });
  });

  it("writes nothing while it is the same", async () => {
    const { name, mac } = machine();
    const { agentId } = await house.knock({ evidence: [said("name", name)] });
    const evidence = [said("name", name), said("mac", mac)];
    await report([agentId, evidence]);
    const rows = () =>
      database.db.run("select id, xmin::text from node_evidence where agent_id = $1 order by id", [agentId]);
    const before = await rows();
    await report([agentId, evidence], [agentId, evidence.toReversed()]);
    expect(await rows()).toEqual(before);
  });

  it("moves nobody: where a machine turns out to be another node too, a person is asked", async () => {
    const { name, mac } = machine();
    const first = await house.knock({ family: "puppet", evidence: [said("name", name), said("mac", mac)] });
    const second = await house.knock({ evidence: [said("name", machine().name)] });
    expect(await house.waits(second.nodeId)).toEqual([]);
    await report([second.agentId, [said("mac", mac), said("name", name)]]);
    expect(await house.waits(second.nodeId)).toEqual([`unproven ${name}`]);
    expect((await house.node(second.nodeId)).agents).toHaveLength(1);
    expect((await house.node(first.nodeId)).agents).toHaveLength(1);
  });

  it("of many agents at once, in two processes, is taken whole", async () => {
    const { mac } = machine();
    const agents = await Promise.all(
      Array.from({ length: 12 }, () => house.knock({ evidence: [said("name", machine().name)] })),
    );
    const evidence = [said("mac", mac), said("serial", `SHARED-${mac}`)];
    const accept = (agentId: string, i: number) =>
      createSubmissions(database.db).accept({ agentId, kind: "test", body: say({ run: `many ${i}` }) });
    await Promise.all(agents.map(({ agentId }, i) => accept(agentId, i)));
    const inboxes = [createInbox(database.db), createInbox(database.db)];
    const claims = [await inboxes[0]?.claim({ ...LIMITS, most: 6 }), await inboxes[1]?.claim(LIMITS)];
    expect(claims.map((claim) => claim?.submissions.length)).toEqual([6, 6]);
    await Promise.all(
      claims.map((claim, i) =>
        finish(claim, (submission) => ({
          submission,
          facts: factsOf(submission).map((fact) => ({ ...fact, evidence: i === 0 ? evidence : evidence.toReversed() })),
        })),
      ),
    );
    for (const inbox of inboxes) await inbox.close();
    expect(await count(database.db, "node_evidence where source = 'report' and value = $1", [mac])).toBe(12);
    expect(await count(database.db, "inbox")).toBe(0);
  });
});
