import type { AgentFamily, Node, NodeState } from "@gatehouse/client";
import { agentFamilies, nodeStates } from "@gatehouse/core/nodes";
import { reportStatuses } from "@gatehouse/core/reports";
import type { Api } from "../api.js";
import { isLike, isMapping } from "../like.js";
import { counted, fieldsText, isSince, type Kind, MOST_NAMED, parts, single } from "./kind.js";

interface Spec {
  readonly name?: string;
  readonly state?: NodeState | readonly NodeState[];
  readonly agents?: readonly AgentFamily[];
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly reportStatus?: (typeof reportStatuses)[number];
  readonly where?: object;
}

/** Nodes: one by its name, or those that are so. `since` is about when they were seen last. */
export const node: Kind<Spec> = {
  schema: parts.mapping({
    name: { ...parts.name, description: "Name, id or alias; the beginning of a name and `*`: all that are called so." },
    state: parts.oneOf(nodeStates, "A list: any of them."),
    agents: {
      ...{ type: "array", items: { enum: agentFamilies }, minItems: 1, uniqueItems: true },
      description: "It has agents of all these families.",
    },
    labels: {
      ...{ type: "object", minProperties: 1, additionalProperties: parts.pattern("The label's value.") },
      description: "What operators call it by.",
    },
    reportStatus: { enum: reportStatuses, description: "The newest report of one of its agents has this status." },
    where: { type: "object", description: "A rule as groups have them." },
  }),
  since: "ever",
  title: ({ where, agents, ...spec }) => {
    const rule = where === undefined ? [] : [JSON.stringify(where)];
    const families = agents === undefined ? [] : [`agents ${agents.join(" and ")}`];
    return `a node: ${[...(Object.keys(spec).length > 0 ? [fieldsText(spec)] : []), ...families, ...rule].join(", ")}`;
  },
  async look(api, spec, { since, enough }) {
    const fits = (item: Node) => isSince(item.lastSeen ?? item.createdAt, since) && isAsSaid(spec, item);
    const found = await nodesOf(api, spec, (items) => items.filter(fits).length >= enough);
    return counted(found, fits, nodeText, enough);
  },
  async instead(api, { name }) {
    if (name === undefined) return ["No more nodes are so."];
    const found = await nodesOf(api, { name }, () => true);
    if (found.length === 0) return [`No node's name begins so.`];
    return found.slice(0, MOST_NAMED).map(nodeText);
  },
};

async function nodesOf(
  api: Api,
  { name, state, agents, reportStatus, where }: Spec,
  isEnough: (items: readonly Node[]) => boolean,
): Promise<readonly Node[]> {
  const isOne = name !== undefined && !name.includes("*");
  // A rule and a report's status are looked at by lists only.
  if (isOne && where === undefined && reportStatus === undefined) return [await api.node(name)];
  const only = isOne ? (await api.node(name)).id : undefined;
  const beginning = isOne ? undefined : name?.slice(0, name.indexOf("*"));
  const filter = {
    state: single(state),
    name: beginning === "" ? undefined : beginning,
    family: agents?.[0],
    reportStatus,
    where: where === undefined ? undefined : JSON.stringify(where),
  };
  const query = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const found = await api.list(async (part) => {
    const page = await api.ask((client) => client.GET("/nodes", { params: { query: { ...query, ...part } } }));
    return { items: page.nodes.filter(({ id }) => only === undefined || only === id), next: page.next };
  }, isEnough);
  return found;
}

function isAsSaid({ name, state, agents, labels }: Spec, item: Node): boolean {
  const families = item.agents.map(({ family }) => family);
  return (
    (name === undefined || !name.includes("*") || isLike(name, item.name)) &&
    (state === undefined || isLike(state, item.state)) &&
    (agents === undefined || agents.every((family) => families.includes(family))) &&
    (labels === undefined || isLike(labels, item.labels))
  );
}

function nodeText({ name, state, agents, labels, lastSeen }: Node): string {
  const families = [...new Set(agents.map(({ family }) => family))].join(", ") || "none";
  const called = isMapping(labels) && Object.keys(labels).length > 0 ? `, labels ${fieldsText(labels)}` : "";
  return `${name} is ${state}, agents ${families}${called}, ${lastSeen === null ? "never seen" : `seen at ${lastSeen}`}`;
}
