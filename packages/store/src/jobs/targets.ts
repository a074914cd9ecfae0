import { GatehouseError } from "@gatehouse/core/errors";
import { chainOf, type Group, groupKey, membershipRule } from "@gatehouse/core/groups";
import type { JobTarget } from "@gatehouse/core/jobs";
import { Conditions } from "../conditions.js";
import { indexedFacts } from "../facts/indexed.js";
import { ruleToSql } from "../groups/rule-to-sql.js";
import { leadsFrom } from "../nodes/merged.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";

/** Whom an order is for. */
export interface Targeted {
  /** As it is stored: a group by its own name. */
  readonly target: JobTarget;
  /** A condition on nodes `n`, with its values. */
  readonly conditions: Conditions;
}

const notFound = (message: string) => new GatehouseError("not-found", message);

/** @throws not-found for a group that is not there, and for ids of no nodes */
export const targeted = (run: Run, target: JobTarget): Promise<Targeted> =>
  "group" in target ? ofGroup(run, target.group) : ofNodes(run, target.nodes);

async function ofGroup(run: Run, name: string): Promise<Targeted> {
  const documents = await run<{ document: Group }>("select document from groups");
  const byKey = new Map(documents.map(({ document }) => [groupKey(document.name), document]));
  const group = byKey.get(groupKey(name));
  if (group === undefined) throw notFound(`There is no group ${JSON.stringify(name.slice(0, 100))}.`);
  const conditions = new Conditions();
  const indexed = await indexedFacts({ run });
  conditions.also(ruleToSql(membershipRule(chainOf(group, byKey)), (value) => conditions.value(value), indexed));
  return { target: { group: group.name }, conditions };
}

const UNKNOWN = `
  select id from unnest($1::uuid[]) as said (id)
  where not exists (select from nodes where nodes.id = said.id)
    and not exists (select from nodes n where ${leadsFrom("n", "array[said.id]")}) limit 1`;

/** A node that was merged into another stands for that. */
async function ofNodes(run: Run, said: readonly string[]): Promise<Targeted> {
  const none = said.find((id) => !isUuid(id));
  if (none !== undefined) throw notFound(`There is no node ${JSON.stringify(none.slice(0, 100))}.`);
  const ids = [...new Set(said.map((id) => id.toLowerCase()))];
  const [unknown] = await run<{ id: string }>(UNKNOWN, [ids]);
  if (unknown !== undefined) throw notFound(`There is no node ${unknown.id}.`);
  const conditions = new Conditions();
  const place = conditions.value(ids);
  conditions.also(
    `n.id in (select unnest(${place}::uuid[]) union all select m.id from nodes m where ${leadsFrom("m", `${place}::uuid[]`)})`,
  );
  return { target: { nodes: ids }, conditions };
}
