import { checkRule, compileRule } from "@gatehouse/core/expression";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadSubject } from "../assignment/subjects.js";
import { cleanJson } from "../clean.js";
import { Conditions } from "../conditions.js";
import { indexFacts } from "../facts/indexed.js";
import { useDatabase } from "../store.test.helper.js";
import { ruleToSql } from "./rule-to-sql.js";
import { type GeneratedNode, IDS, node, rule } from "./rules.test.helper.js";

const house = useDatabase();
const NODES = 300;
const RULES = 600;
/** Another one with every run; the one of a run that failed can be set to see it again. */
const seed = Number(process.env["RULES_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

async function store(made: GeneratedNode, i: number): Promise<void> {
  await house.db.transaction(async (run) => {
    const [row] = await run<{ id: string }>(
      "insert into nodes (name, state, labels) values ($1, $2, $3) returning id",
      [made.name, made.state, JSON.stringify(made.labels)],
    );
    for (const [source, facts] of made.facts.entries())
      await run("insert into facts (node_id, source, facts, seen_at, changed_at) values ($1, $2, $3, now(), now())", [
        row?.id,
        `s${source}`,
        JSON.stringify(facts),
      ]);
    for (const [at, agent] of made.agents.entries()) {
      const [added] = await run<{ id: string }>(
        "insert into agents (node_id, family, traits) values ($1, $2, $3) returning id",
        [row?.id, agent.family, JSON.stringify(agent.traits)],
      );
      for (const [place, [kind, value]] of agent.aliases.entries())
        await run("insert into agent_aliases (family, kind, value_key, value, agent_id) values ($1, $2, $3, $4, $5)", [
          agent.family,
          kind,
          `${i}/${at}/${place}`,
          value,
          added?.id,
        ]);
      for (const [kind, value] of agent.evidence)
        await run("insert into node_evidence (node_id, agent_id, kind, value) values ($1, $2, $3, $4)", [
          row?.id,
          added?.id,
          kind,
          value,
        ]);
    }
  });
}

/** The ids as those of nodes that were merged, two of them into one. */
async function merge(): Promise<void> {
  const [first, second] = await house.db.run<{ id: string }>("select id from nodes order by id limit 2");
  const [a, b, c] = IDS;
  await house.db.run("update nodes set merged_ids = $2 where id = $1", [first?.id, [a, b]]);
  await house.db.run("update nodes set merged_ids = $2 where id = $1", [second?.id, [c]]);
}

describe("a rule as SQL and as a function", () => {
  it(`takes the same nodes either way (RULES_SEED=${seed})`, async () => {
    const fleet = cleanJson(fc.sample(node, { seed, numRuns: NODES }));
    for (const [i, made] of fleet.entries()) await store(made, i);
    await merge();
    const indexed = ["os", "os.family", "os.os", "family", "family.0", "0", "__proto__", "os.__proto__"];
    await indexFacts(house.db, indexed);
    const ids = await house.db.run<{ id: string }>("select id from nodes");
    const subjects = await Promise.all(ids.map(({ id }) => loadSubject(house.db, id)));
    let some = 0;
    await fc.assert(
      fc.asyncProperty(rule, async (made) => {
        expect(checkRule(made)).toEqual([]);
        const takes = compileRule(made);
        const expected = subjects.flatMap((loaded) => (loaded && takes(loaded.subject) ? [loaded.subject.id] : []));
        const conditions = new Conditions();
        conditions.also(ruleToSql(made, (value) => conditions.value(value), indexed));
        const rows = await house.db.run<{ id: string }>(
          `select n.id from nodes n ${conditions.where}`,
          conditions.values,
        );
        expect(rows.map(({ id }) => id).sort()).toEqual(expected.sort());
        if (expected.length > 0 && expected.length < NODES) some++;
      }),
      { seed, numRuns: RULES, endOnFailure: false },
    );
    // Rules that take all or none would prove little.
    expect(some).toBeGreaterThan(RULES / 5);
  });
});
