import type { AgentAttributes } from "@gatehouse/core/nodes";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aliasOf, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { ALIAS_LOCK, lockNameOf } from "./enrol.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
let other: pg.Client;
beforeAll(async () => {
  other = new pg.Client({ connectionString: house.url });
  await other.connect();
});
afterAll(() => other.end());

const enrolled = async (alias: string, attributes: AgentAttributes = { n: 1 }) =>
  registry().enrol(enrolmentOf(alias, { merge: () => attributes }));
const attributes = async (alias: string) => (await registry().findAgent(aliasOf(alias)))?.attributes;

describe("NodeRegistry.amendAgent", () => {
  it("changes the attributes, given those before, in any spelling of the alias", async () => {
    await enrolled("Amended");
    const seen: unknown[] = [];
    await registry().amendAgent(aliasOf("aMENDED"), (before) => {
      seen.push(before);
      return { ...before, more: "x" };
    });
    expect(seen).toEqual([{ n: 1 }]);
    expect(await attributes("amended")).toEqual({ n: 1, more: "x" });
  });

  it("is a conflict while another holds the agent, and not afterwards", async () => {
    await enrolled("held");
    await other.query(`select pg_advisory_lock(${ALIAS_LOCK})`, [lockNameOf(aliasOf("HELD"))]);
    let asked = false;
    const change = (before: AgentAttributes) => {
      asked = true;
      return { ...before, n: 2 };
    };
    await expect(registry().amendAgent(aliasOf("held"), change)).rejects.toMatchObject({
      code: "conflict",
      status: 409,
    });
    expect([asked, await attributes("held")]).toEqual([false, { n: 1 }]);
    // Another agent's lock is not this one's.
    await enrolled("free");
    await registry().amendAgent(aliasOf("free"), change);
    await other.query("select pg_advisory_unlock_all()");
    await registry().amendAgent(aliasOf("held"), change);
    expect(await attributes("held")).toEqual({ n: 2 });
  });

  it("is a conflict where the change does not fit, and passes on what it throws; nothing is changed", async () => {
    await enrolled("unfit");
    await expect(registry().amendAgent(aliasOf("unfit"), () => undefined)).rejects.toMatchObject({ code: "conflict" });
    const thrown = new Error("no");
    await expect(
      registry().amendAgent(aliasOf("unfit"), () => {
        throw thrown;
      }),
    ).rejects.toBe(thrown);
    expect(await attributes("unfit")).toEqual({ n: 1 });
    // The lock went with the transaction.
    await registry().amendAgent(aliasOf("unfit"), () => ({ n: 3 }));
    expect(await attributes("unfit")).toEqual({ n: 3 });
  });

  it.each(["nobody", "", "\0", "'; drop table agents;--"])("knows no agent %j", async (alias) => {
    await expect(registry().amendAgent(aliasOf(alias), (before) => before)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("loses no change of twenty at once: each is made or refused", async () => {
    await enrolled("crowd", { n: 0 });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => registry().amendAgent(aliasOf("crowd"), ({ n }) => ({ n: Number(n) + 1 }))),
    );
    const done = results.filter(({ status }) => status === "fulfilled").length;
    expect(done).toBeGreaterThan(0);
    expect(await attributes("crowd")).toEqual({ n: done });
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
    }
  });

  it("keeps enrolments waiting rather than losing one", async () => {
    await enrolled("both", { n: 0 });
    const add = ({ n }: AgentAttributes) => ({ n: Number(n) + 1 });
    const enrolments = Array.from({ length: 10 }, () => registry().enrol(enrolmentOf("both", { merge: add })));
    const amendments = await Promise.allSettled(
      Array.from({ length: 10 }, () => registry().amendAgent(aliasOf("both"), add)),
    );
    await Promise.all(enrolments);
    const amended = amendments.filter(({ status }) => status === "fulfilled").length;
    expect(await attributes("both")).toEqual({ n: 10 + amended });
  });

  it("is seen by the routers at once, cleaned of what PostgreSQL cannot hold", async () => {
    const one = registry();
    await one.enrol(enrolmentOf("recently"));
    expect((await one.recentAgent(aliasOf("recently")))?.attributes).toEqual({});
    await one.amendAgent(aliasOf("recently"), () => JSON.parse('{"a\\u0000":"b\\ud800","__proto__":1}'));
    expect(JSON.stringify((await one.recentAgent(aliasOf("recently")))?.attributes)).toBe(
      '{"a":"b\ufffd","__proto__":1}',
    );
  });
});
