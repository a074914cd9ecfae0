import type { Evidence } from "@gatehouse/core/nodes";
import type { Fact } from "@gatehouse/core/submissions";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inventory, rules } from "../inventories/inventories.test.helper.js";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { finish, LIMITS } from "../submissions/reporting.test.helper.js";
import { houseOf, said } from "./identity.test.helper.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
beforeAll(async () => {
  await makePartitions(database.db);
  house = houseOf(database.db);
});
beforeEach(() => database.db.run("delete from nodes"));

const BOARD = [said("uuid", "4c4c4544-0051-3610-8052-c8c04f4e4232"), said("serial", "CN7079209")];
const CARD = said("mac", "3c:ec:ef:00:00:01");

async function hand(agentId: string, fact: Fact) {
  await createSubmissions(database.db).accept({ agentId, kind: "test", body: Buffer.from("x") });
  const inbox = createInbox(database.db, undefined, rules);
  await finish(await inbox.claim(LIMITS), (submission) => ({ submission, facts: [fact] }));
  await inbox.close();
}
const facts = (evidence: readonly Evidence[], values = { a: "1" }): Fact => ({
  fact: "facts",
  source: "puppet",
  facts: values,
  evidence,
});
const puppet = () =>
  house.knock({
    family: "puppet",
    alias: "web01.example.org",
    evidence: [said("name", "web01.example.org", "attested"), said("address", "10.0.0.5", "observed")],
  });
const glpi = (trust: "anonymous" | "certificate", evidence: readonly Evidence[]) =>
  house.knock({ family: "inventory", trust, name: "web01", evidence });
const decided = async (nodeId: string) => (await house.identity.decisions(nodeId)).at(-1)?.decision;

describe("an inventory agent on a machine with another agent", () => {
  it("is asked about where anybody could have said all of it, with the reasons", async () => {
    const { agentId, nodeId } = await puppet();
    await hand(agentId, facts([...BOARD, CARD, said("name", "web01")]));
    const came = await glpi("anonymous", [said("name", "web01"), ...BOARD, CARD]);
    expect(came.nodeId).not.toBe(nodeId);
    expect(await house.waits(nodeId)).toEqual(["unproven web01"]);
    const decision = await decided(came.nodeId);
    expect(decision?.considered[0]?.counted.map(({ kind }) => kind).toSorted()).toEqual([
      "mac",
      "name",
      "serial",
      "uuid",
    ]);
    expect(decision?.why).toMatch(/could have been copied/);
  });

  it("joins it where something proves it: it calls from the same address", async () => {
    const { agentId, nodeId } = await puppet();
    await hand(agentId, facts(BOARD));
    const came = await glpi("anonymous", [said("name", "web01"), ...BOARD, said("address", "10.0.0.5", "observed")]);
    expect(came.nodeId).toBe(nodeId);
    expect((await house.node(nodeId)).agents.map(({ family }) => family).toSorted()).toEqual(["inventory", "puppet"]);
  });

  it("joins a DSC agent that was seen at its address", async () => {
    const dsc = await house.knock({ evidence: [said("name", "WEB01"), said("address", "10.0.0.5", "observed")] });
    const came = await glpi("anonymous", [said("name", "web01"), ...BOARD, said("address", "10.0.0.5", "observed")]);
    expect(came.nodeId).toBe(dsc.nodeId);
  });

  it("is asked about when its inventory tells what its enrolment did not", async () => {
    const { agentId, nodeId } = await puppet();
    await hand(agentId, facts([...BOARD, CARD]));
    const came = await glpi("anonymous", [said("name", "pc-77")]);
    expect(await house.waits(nodeId)).toEqual([]);
    await hand(came.agentId, inventory({ bios: "x" }, { evidence: [said("name", "pc-77"), ...BOARD, CARD] }));
    expect(await house.waits(nodeId)).toEqual(["unproven web01"]);
  });
});

describe("what facts tell of their machine", () => {
  const known = async () =>
    (
      await database.db.run<{ value: string }>("select value from node_evidence where source = 'facts' order by value")
    ).map(({ value }) => value);

  it("takes the place of what earlier ones told, and of nothing else", async () => {
    const { agentId } = await puppet();
    await hand(agentId, facts([CARD, said("serial", "SN-1")]));
    expect(await known()).toEqual([CARD.value, "SN-1"]);
    await hand(agentId, facts([said("serial", "SN-2"), said("name", "web01.example.org")]));
    expect(await known()).toEqual(["SN-2"]);
    expect(await count(database.db, "node_evidence where source = 'enrolment'")).toBe(2);
  });

  it("is not written again when it is the same", async () => {
    const { agentId, nodeId } = await puppet();
    await hand(agentId, facts([CARD]));
    const rows = () => database.db.run("select xmin::text, revision from nodes where id = $1", [nodeId]);
    const evidence = () => database.db.run("select id, seen_at from node_evidence order by id");
    const before = [await rows(), await evidence()];
    await hand(agentId, facts([CARD]));
    expect([await rows(), await evidence()]).toEqual(before);
  });
});
