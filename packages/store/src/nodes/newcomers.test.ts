import { randomUUID } from "node:crypto";
import type { Enrolment, EnrolmentResult } from "@gatehouse/core/nodes";
import { beforeEach, describe, expect, it } from "vitest";
import { count, enrolmentOf, until, useDatabase } from "../store.test.helper.js";
import { enrol, lockNameOf, prepared } from "./enrol.js";
import { houseOf, machine, said } from "./identity.test.helper.js";
import { createNewcomers } from "./newcomers.js";

const database = useDatabase();
beforeEach(() => database.db.run("delete from nodes"));

const knocking = (more: Partial<Enrolment> = {}): Enrolment => {
  const { name, serial } = machine();
  return {
    ...enrolmentOf(randomUUID(), { nodeName: name, evidence: [said("name", name), said("serial", serial)] }),
    otherAliases: [{ family: "inventory", kind: "deviceid", value: `${name}-2024` }],
    traits: { version: "1.12", tags: ["paris"] },
    merge: (before) => ({ ...before, deviceId: `${name}-2024` }),
    detail: { name, __proto__x: [1] },
    ...more,
  };
};
const many = (length: number, more: Partial<Enrolment> = {}) => Array.from({ length }, () => knocking(more));
/** All at once, in one process. */
const together = async (...all: readonly Enrolment[]): Promise<(EnrolmentResult | undefined)[]> => {
  const newcomers = createNewcomers(database.db);
  return Promise.all(all.map((each) => newcomers(prepared(each))));
};
const viaRegistry = (...all: readonly Enrolment[]) => {
  const { registry } = houseOf(database.db);
  return Promise.allSettled(all.map((each) => registry.enrol(each)));
};
const transactions = () => count(database.db, "(select distinct xmin::text from nodes) t");
/** All that is stored of an agent, but for ids and times. */
const stored = async ({ agentId, nodeId }: EnrolmentResult) => {
  const rows = await Promise.all(
    [
      `select to_jsonb(n) - '{id,named_by,created_at,state_since,revision}'::text[] as r, named_by = $1 as own from nodes n where id = $2`,
      `select to_jsonb(a) - '{id,node_id,created_at}'::text[] as r from agents a where id = $1 and node_id = $2`,
      `select to_jsonb(l) - '{agent_id,created_at}'::text[] as r from agent_aliases l join agents a on a.id = l.agent_id
       where a.id = $1 and a.node_id = $2 order by l.kind, l.value`,
      `select to_jsonb(e) - '{id,node_id,agent_id,seen_at}'::text[] as r from node_evidence e where agent_id = $1 and node_id = $2 order by kind`,
      `select to_jsonb(d) - '{id,agent_id,at}'::text[] as r from identity_decisions d join agents a on a.id = agent_id
       where a.id = $1 and a.node_id = $2`,
      `select to_jsonb(r) - '{agent_id,first_at,last_at}'::text[] as r from registrations r join agents a on a.id = agent_id
       where a.id = $1 and a.node_id = $2`,
      `select last_seen > now() - interval '1 minute' as r from agent_contacts join agents a on a.id = agent_id
       where a.id = $1 and a.node_id = $2`,
    ].map((text) => database.db.run(text, [agentId, nodeId])),
  );
  expect(rows.map(({ length }) => length > 0)).toEqual(rows.map(() => true));
  return rows;
};

describe("newcomers", () => {
  it("that come at once are made in few transactions", async () => {
    const made = await together(...many(100));
    expect(made.map((each) => each?.created)).toEqual(made.map(() => true));
    expect(new Set(made.map((each) => each?.nodeId)).size).toBe(100);
    expect(await transactions()).toBe(4);
  });

  it("are stored as one that comes alone", async () => {
    const each = knocking({ alias: { family: "inventory", kind: "agentid", value: "AbC\u{1f418}" }, role: "register" });
    const alone = await enrol(database.db, prepared(each));
    const before = await stored(alone);
    await database.db.run("delete from nodes");
    const [made] = await together(each, ...many(3));
    if (made === undefined) throw new Error("it was not made");
    expect(await stored(made)).toEqual(before);
  });

  it("have a revision of their own each, which follows what is said of them later", async () => {
    const { registry } = houseOf(database.db);
    const fleet = many(5);
    await together(...fleet);
    const revisions = async () =>
      Promise.all(fleet.map(async ({ alias }) => (await registry.findAgent(alias))?.revision ?? Number.NaN));
    const before = await revisions();
    expect(new Set(before).size).toBe(5);
    await Promise.all(
      fleet.map((each) => registry.enrol({ ...each, evidence: [said("serial", `LATER-${each.nodeName}`)] })),
    );
    expect((await revisions()).map((revision, i) => revision > (before[i] ?? Number.NaN))).toEqual(
      fleet.map(() => true),
    );
  });

  it("keep any text that one alone may have, and fail nobody by it", async () => {
    const hostile = "a'; drop table nodes;--\0\ud800";
    const detail = JSON.parse(`{"__proto__": {"x": "\\u0000"}, "n": 1e400}`) as Record<string, unknown>;
    const each = knocking({ nodeName: hostile, role: hostile, detail, merge: () => ({ [hostile]: hostile }) });
    const [one, other] = await together(each, knocking());
    if (one === undefined || other === undefined) throw new Error("one was not made");
    const kept = JSON.stringify(await stored(one));
    expect([kept.includes("drop table nodes;--\ufffd"), kept.includes("__proto__")]).toEqual([true, true]);
  });

  it("are enrolled alone where they are known by one of their names", async () => {
    const first = knocking();
    await together(first);
    const { alias, otherAliases = [] } = first;
    const again = await together(first, knocking({ alias }), knocking({ otherAliases }), knocking());
    expect(again.map((each) => each?.created)).toEqual([undefined, undefined, undefined, true]);
    expect(await count(database.db, "nodes")).toBe(2);
  });

  it("are enrolled alone where some node has what they show, or another of them", async () => {
    const first = knocking();
    await together(first);
    const { evidence } = first;
    const twin = knocking();
    const shown = [said("serial", "SAME-XY-1")];
    const of = await together(
      knocking({ evidence }),
      knocking({ evidence: shown }),
      knocking({ evidence: shown }),
      knocking({ otherAliases: twin.otherAliases ?? [] }),
      twin,
    );
    expect(of.map((each) => each?.created)).toEqual([undefined, true, undefined, true, undefined]);
  });

  it("go along with what too many have to tell anything", async () => {
    const evidence = [said("address", "198.51.100.7", "observed")];
    for (let i = 0; i < 5; i++) await houseOf(database.db).registry.enrol(knocking({ evidence }));
    const made = await together(...many(8, { evidence }));
    expect(made.map((each) => each?.created)).toEqual(made.map(() => true));
    const [row] = await database.db.run<{ decision: unknown }>(
      "select decision from identity_decisions where agent_id = $1",
      [made[0]?.agentId],
    );
    expect(row?.decision).toMatchObject({ outcome: "new", ignored: [{ why: "more than 2 nodes have it" }] });
  });

  it("never wait for what somebody else holds: whoever needs that is enrolled alone", async () => {
    const [byName, byEvidence, free] = [knocking(), knocking({ evidence: [said("serial", "HELD-77")] }), knocking()];
    await database.db.transaction(async (run) => {
      await run("select pg_advisory_xact_lock(hashtextextended($1, 0))", [lockNameOf(byName.alias)]);
      await run("select pg_advisory_xact_lock(hashtextextended('evidence/serial/held77', 0))");
      const made = await together(byName, byEvidence, free);
      expect(made.map((each) => each?.created)).toEqual([undefined, undefined, true]);
    });
    expect((await together(byName, byEvidence)).map((each) => each?.created)).toEqual([true, true]);
  });

  it("that say very much do not go along with others", async () => {
    const detail = { said: "x".repeat(700_000) };
    const made = await together(knocking({ detail }), knocking({ detail }), knocking());
    expect(made.map((each) => each?.created)).toEqual([true, undefined, undefined]);
    const [alone] = await together(knocking({ detail: { said: "x".repeat(2_000_000) } }));
    expect(alone?.created).toBe(true);
  });

  it("in quarantine, or with much evidence or many names, are enrolled alone", async () => {
    const evidence = Array.from({ length: 7 }, (_, i) => said("serial", `MUCH-${i}-X`));
    const otherAliases = ["a", "b"].map((value) => ({ family: "inventory", kind: "deviceid", value }) as const);
    const refused = await together(knocking({ quarantined: true }), knocking({ evidence }), knocking({ otherAliases }));
    expect(refused).toEqual([undefined, undefined, undefined]);
    expect(await count(database.db, "nodes")).toBe(0);
  });
});

describe("NodeRegistry.enrol of newcomers that come at once", () => {
  it("fails none for what is wrong with another", async () => {
    const [known] = await together(knocking());
    const settled = await viaRegistry(
      knocking(),
      knocking({ keyId: "00000000-0000-4000-8000-000000000000" }),
      knocking({ alias: { family: "inventory", kind: "agentid", value: known?.nodeId ?? "" } }),
      knocking({
        merge: () => {
          throw new Error("no");
        },
      }),
      knocking(),
    );
    expect(settled.map((each) => (each.status === "fulfilled" ? "made" : String(each.reason)))).toEqual([
      "made",
      expect.stringContaining("foreign key"),
      expect.stringContaining("the id of a node"),
      "Error: no",
      "made",
    ]);
    expect(await count(database.db, "nodes")).toBe(3);
  });

  it("puts two agents of one machine together, from one gateway and from two", async () => {
    for (const gateways of [1, 2]) {
      const { name, address } = machine();
      const [one, two] = [houseOf(database.db), houseOf(database.db)];
      const dsc = one.enrolment({ evidence: [said("name", name), said("address", address, "observed")] });
      const certname = `${name}.example.org`;
      const puppet = one.enrolment({
        ...{ family: "puppet", alias: certname },
        evidence: [said("name", certname, "attested"), said("address", address, "observed")],
      });
      const [a, b] = await Promise.all([one.registry.enrol(dsc), (gateways === 1 ? one : two).registry.enrol(puppet)]);
      expect(a.nodeId).toBe(b.nodeId);
    }
  });

  it("makes one node of each of a fleet that registers on two gateways at once", async () => {
    const fleet = many(60);
    const [one, two] = [houseOf(database.db), houseOf(database.db)];
    const results = await Promise.all([one, two].flatMap(({ registry }) => fleet.map((each) => registry.enrol(each))));
    expect(results.filter(({ created }) => created)).toHaveLength(60);
    expect(new Set(results.map(({ nodeId }) => nodeId)).size).toBe(60);
    expect(await count(database.db, "registrations where times = 2")).toBe(60);
  });

  it("waits while people move agents, and goes on after it", async () => {
    const { registry } = houseOf(database.db);
    let enrolled: Promise<EnrolmentResult> | undefined;
    await database.db.transaction(async (run) => {
      await run("select pg_advisory_xact_lock(1768187246)");
      enrolled = registry.enrol(knocking());
      await until("it waits for the lock", async () => (await count(database.db, "pg_locks where not granted")) > 0);
      expect(await count(database.db, "nodes")).toBe(0);
    });
    expect((await enrolled)?.created).toBe(true);
  });
});
