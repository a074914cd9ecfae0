import { GatehouseError } from "@gatehouse/core/errors";
import { asRule, type Rule } from "@gatehouse/core/expression";
import type { Labels } from "@gatehouse/core/nodes";
import { AgentFamily } from "../models/agent.js";
import { given, page } from "../models/common.js";
import { labelPatterns, Node, NodePage, NodeState } from "../models/node.js";
import { ReportStatus } from "../models/report-status.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional, repeated, withDefault } from "../operation/parameters.js";
import { integer, listOf, text } from "../operation/schema.js";
import { NODE_PART, nodeOf, settle } from "../resolve.js";

const DAY_MS = 86_400_000;

export const listNodes = operation({
  id: "api.nodes.list",
  method: "GET",
  path: "/nodes",
  parts: {},
  summary: "Nodes by name, or by a fact",
  role: "viewer",
  query: {
    ...page(500),
    state: optional("In this state.", NodeState),
    name: optional("The beginning of the name, without regard to case.", text({ minLength: 1, maxLength: 255 })),
    label: repeated(
      "With this label, as `key=value`; every one of those given.",
      listOf(text({ pattern: labelPatterns.pair }), { maxItems: 20 }),
    ),
    family: optional("With an agent of this family.", AgentFamily),
    reportStatus: optional("The newest report of one of its agents has this status.", ReportStatus),
    where: optional(
      'What a rule of a group takes, as JSON: `{"field": "facts.os.family", "eq": "Debian"}`.',
      text({ minLength: 2, maxLength: 16_000 }),
    ),
    sort: withDefault(
      "name",
      "`name`, or a fact of `search.indexed` such as `facts.os.family`; nodes without it come last.",
      text({ pattern: "^(name|facts\\..{1,200})$" }),
    ),
    notSeenDays: optional("No agent of it was seen for this many days.", integer({ minimum: 1, maximum: 36_500 })),
  },
  answers: { 200: json("A page of nodes.", NodePage) },
  handle:
    ({ nodes, clock }) =>
    async ({ query: { limit, after, sort, where, label, notSeenDays, ...same } }) => {
      const filter = given({
        ...same,
        where: where === undefined ? undefined : ruleOf(where),
        labels: label.length === 0 ? undefined : labelsOf(label),
        notSeenSince: notSeenDays === undefined ? undefined : new Date(clock.now().getTime() - notSeenDays * DAY_MS),
      });
      return ok(await nodes.list({ limit, sort, ...given({ after }) }, filter));
    },
});

export const showNode = operation({
  id: "api.nodes.show",
  method: "GET",
  path: "/nodes/{node}",
  parts: { node: NODE_PART },
  summary: "One node with its agents, evidence, labels and settings",
  role: "viewer",
  answers: { 200: json("The node.", Node) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path }) => {
      const before = await nodeOf(deps, path.node);
      await settle(deps, before);
      return ok(await nodeOf(deps, before.id));
    },
});

/** @throws request-malformed for what is no rule, with the place of every problem */
function ruleOf(text: string): Rule {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw new GatehouseError("request-malformed", "where is not JSON.");
  }
  return asRule(said);
}

function labelsOf(pairs: readonly string[]): Labels {
  const labels = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [key, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if ((labels.get(key) ?? value) !== value)
      throw new GatehouseError("request-malformed", `label asks for two values of ${key}: no node has both.`);
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}
