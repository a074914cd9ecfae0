import type { NodeFilter } from "@gatehouse/core/nodes";
import { beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../database.js";
import { count, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { countNodes, listNodes } from "./list.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const at = (minute: number) => new Date(Date.UTC(2020, 1, 29, 12, minute));

const STATES = ["active", "expired", "deactivated"] as const;
const FAMILIES = ["dsc", "puppet", "inventory"] as const;
const STATUSES = ["success", "failure", "hung", null] as const;
const NAMES = ["web", "WEB", "Web%", "we_b", "we\\b", "ünit", "ÜNIT"];
const LABELS = [{ site: "north" }, { site: "south", tier: "1" }, { site: "north", tier: "1" }, {}, { "a.b": "%" }];

interface Made {
  readonly id: string;
  readonly i: number;
}
const made: Made[] = [];

/** 84 nodes: node i has the i-th of each list, over and over, and was last seen in minute i mod 10 (or never). */
beforeAll(async () => {
  for (let i = 0; i < 84; i++) {
    const name = `${NAMES[i % 7]} ${i}`;
    const family = FAMILIES[i % 3] ?? "dsc";
    const enrolment = enrolmentOf(`listed ${i}`, {
      nodeName: name,
      alias: { family, kind: "k", value: `listed ${i}` },
    });
    const { nodeId, agentId } = await registry().enrol(enrolment);
    made.push({ id: nodeId, i });
    await house.db.run("update nodes set state = $2, labels = $3 where id = $1", [
      nodeId,
      STATES[i % 3],
      JSON.stringify(LABELS[i % 5]),
    ]);
    if (i % 10 === 9) await house.db.run("delete from agent_contacts where agent_id = $1", [agentId]);
    else await house.db.run("update agent_contacts set last_seen = $2 where agent_id = $1", [agentId, at(i % 10)]);
    const status = STATUSES[i % 4];
    if (status) await house.db.run("insert into agent_reports values ($1, $2, $3, now())", [agentId, i, status]);
  }
});

async function all(filter: NodeFilter, limit: number): Promise<number[]> {
  const seen: number[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<ReturnType<typeof registry>["list"]>> = await registry().list(
      after === null ? { limit } : { limit, after },
      filter,
    );
    expect(page.nodes.length).toBeLessThanOrEqual(limit);
    seen.push(...page.nodes.map(({ id }) => made.find((one) => one.id === id)?.i ?? -1));
    after = page.next;
  } while (after !== null);
  return seen;
}
const numbers = (keep: (i: number) => boolean) => made.map(({ i }) => i).filter(keep);
const sorted = (list: number[]) => list.toSorted((a, b) => a - b);
const isWeb = (i: number) => [0, 1, 2].includes(i % 7);

describe("NodeRegistry.list", () => {
  it.each<[string, NodeFilter, (i: number) => boolean]>([
    ["nothing", {}, () => true],
    ["a state", { state: "expired" }, (i) => i % 3 === 1],
    ["the beginning of a name, in any case", { name: "wEb" }, isWeb],
    ["a whole name", { name: "WEB 21" }, (i) => i === 21],
    ["no name at all", { name: "" }, () => true],
    ["a percent sign, for itself", { name: "web%" }, (i) => i % 7 === 2],
    ["an underscore, for itself", { name: "WE_" }, (i) => i % 7 === 3],
    ["a backslash, for itself", { name: "we\\" }, (i) => i % 7 === 4],
    ["the middle of a name", { name: "eb" }, () => false],
    ["a letter outside of ASCII, as it is written", { name: "ünit" }, (i) => i % 7 === 5 || i % 7 === 6],
    ["what PostgreSQL cannot hold, cleaned", { name: "we\0b%" }, (i) => i % 7 === 2],
    ["an injection", { name: "' or '1'='1" }, () => false],
    ["a label", { labels: { site: "north" } }, (i) => i % 5 === 0 || i % 5 === 2],
    ["two labels", { labels: { site: "north", tier: "1" } }, (i) => i % 5 === 2],
    ["a label's beginning", { labels: { site: "nor" } }, () => false],
    ["a label that looks like a pattern", { labels: { "a.b": "%" } }, (i) => i % 5 === 4],
    ["no labels", { labels: {} }, () => true],
    ["a label that nobody has", { labels: JSON.parse('{"__proto__":"x"}') }, () => false],
    ["a family", { family: "puppet" }, (i) => i % 3 === 1],
    ["the status of the newest run", { reportStatus: "failure" }, (i) => i % 4 === 1],
    ["a status that there is not", { reportStatus: "'\0" }, () => false],
    ["silence, and those who never called", { notSeenSince: at(3) }, (i) => i % 10 < 3 || i % 10 === 9],
    ["silence up to a moment that is not in it", { notSeenSince: at(0) }, (i) => i % 10 === 9],
    [
      "everything at once",
      {
        state: "active",
        name: "we",
        labels: { site: "north" },
        family: "dsc",
        reportStatus: "success",
        notSeenSince: at(9),
      },
      (i) => i % 3 === 0 && i % 7 < 5 && [0, 2].includes(i % 5) && i % 4 === 0,
    ],
    [
      "label, state and silence",
      { state: "deactivated", labels: { tier: "1" }, notSeenSince: at(5) },
      (i) => i % 3 === 2 && [1, 2].includes(i % 5) && (i % 10 < 5 || i % 10 === 9),
    ],
    ["what excludes itself", { state: "active", family: "puppet" }, () => false],
  ])("narrows by %s, on one page and on many", async (_, filter, keep) => {
    // Outside of ASCII, lower() is the database's affair: some know only ASCII.
    const [folds] = await house.db.run<{ ok: boolean }>("select lower('Ü') = 'ü' as ok");
    const wanted = numbers(keep).filter((i) => filter.name !== "ünit" || folds?.ok || i % 7 === 5);
    expect(sorted(await all(filter, 500))).toEqual(wanted);
    const paged = await all(filter, 5);
    expect(sorted(paged)).toEqual(wanted);
    expect(paged).toEqual(await all(filter, 500));
  });

  it("does not take a label's value for its key, or a part for the whole", async () => {
    const { nodeId } = await registry().enrol(enrolmentOf("labelled"));
    await registry().label(nodeId, { north: "site" });
    const { nodes } = await registry().list({ limit: 500 }, { labels: { site: "north" } });
    expect(nodes.some(({ id }) => id === nodeId)).toBe(false);
    await registry().purge(nodeId);
  });

  it("counts a node as silent only when all of its agents are", async () => {
    const [one, two] = made;
    const silent = async () =>
      (await registry().list({ limit: 500 }, { notSeenSince: at(1) })).nodes.map(({ id }) => id);
    expect(await silent()).toContain(one?.id);
    await house.db.run("update agents set node_id = $1 where node_id = $2", [one?.id, two?.id]);
    expect(await silent()).not.toContain(one?.id);
  });

  it("takes no cursor for what it is not", async () => {
    const after = Buffer.from(JSON.stringify(["x' or 1=1--", "00000000-0000-4000-8000-000000000000"])).toString(
      "base64url",
    );
    const { nodes } = await registry().list({ limit: 500, after });
    expect(nodes.length).toBeLessThan(84);
    expect(await count(house.db, "nodes")).toBe(84);
  });
});

describe("NodeRegistry.counts", () => {
  it("counts nodes by state, all states, and agents by the status of their newest run", async () => {
    expect(await registry().counts()).toEqual({
      nodes: { active: 28, expired: 28, deactivated: 28, quarantined: 0 },
      latestReports: { success: 21, failure: 21, hung: 21 },
    });
    await house.db.run("delete from nodes where state <> 'active'");
    expect((await registry().counts()).nodes).toEqual({ active: 28, expired: 0, deactivated: 0, quarantined: 0 });
  });
});

describe("a rule that takes longer than a statement may", () => {
  it("is refused as such, and is no fault of ours", async () => {
    const db = Object.create(house.db) as Database;
    // As the server ends a statement whose time is over.
    db.run = (statement, values) =>
      String(statement).includes("from nodes n")
        ? house.db.transaction(async (run) => {
            await run("set local statement_timeout = 1");
            return run("select pg_sleep(60)");
          })
        : house.db.run(statement, values);
    const slow = { where: { field: "facts.a", glob: "*a*" } };
    await expect(countNodes(db, slow)).rejects.toMatchObject({ code: "overloaded" });
    await expect(listNodes(db, { limit: 5 }, slow)).rejects.toMatchObject({ code: "overloaded" });
  });
});
