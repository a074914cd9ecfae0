import type { Explanation, SettingExplanation } from "@gatehouse/core/assignment";
import { CURRENT } from "@gatehouse/core/content";
import type { AgentView, NodeView } from "@gatehouse/core/nodes";
import type { ApiDeps } from "../deps.js";
import { NodeExplanation } from "../models/node.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { NODE_PART, nodeOf } from "../resolve.js";

type Thing = Readonly<Record<string, unknown>>;

/** Of a node that was purged a moment ago. */
const NOTHING: Pick<Explanation, "settings" | "groups"> = { settings: [], groups: [] };

export const explainNode = operation({
  id: "api.nodes.explain",
  method: "GET",
  path: "/nodes/{node}/explain",
  parts: { node: NODE_PART },
  summary: "Why a node is this node, in this state, and gets what it gets",
  role: "viewer",
  answers: { 200: json("The reasons.", NodeExplanation) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path }) => {
      const node = await nodeOf(deps, path.node);
      const [registrations, identity, explained] = await Promise.all([
        deps.registry.registrations(node.id),
        identityOf(deps, node),
        deps.assignments.explain(node.id),
      ]);
      const { settings, groups } = explained ?? NOTHING;
      const agents = await Promise.all(
        node.agents.map(async (agent) => ({
          id: agent.id,
          family: agent.family,
          aliases: agent.aliases,
          firstSeen: agent.firstSeen,
          lastSeen: agent.lastSeen,
          registrations: registrations
            .filter(({ agentId }) => agentId === agent.id)
            .map(({ agentId: _, ...registration }) => registration),
          configurations: await configurationsOf(deps, settings, agent),
        })),
      );
      const { id, name, state, stateSince, stateBy, evidence } = node;
      const lifeCycle = { state, since: stateSince, by: stateBy };
      return ok({ id, name, lifeCycle, evidence, identity, agents, settings, groups });
    },
});

async function identityOf({ identity }: ApiDeps, { id, agents }: NodeView) {
  const [decisions, evidence] = await Promise.all([identity.decisions(id), identity.evidence(id)]);
  return {
    agents: agents.map(({ id: agentId, family, trust, isAlive }) => {
      const {
        at = null,
        by = null,
        changeId = null,
        decision = null,
      } = decisions.find((each) => each.agentId === agentId) ?? {};
      return { agentId, family, trust, isAlive, at, by, changeId, decision };
    }),
    evidence,
  };
}

async function configurationsOf(
  { protocols, content }: ApiDeps,
  settings: readonly SettingExplanation[],
  { family, attributes }: AgentView,
): Promise<Thing[]> {
  const found = protocols.flatMap(({ explain, artifactKinds }) => {
    const kinds = new Set(artifactKinds.map(({ id }) => id));
    const things = explain?.({ family, attributes }, settings) ?? [];
    return things.map((thing) => ({ thing, place: placeOf(thing, kinds) }));
  });
  return Promise.all(
    found.map(async ({ thing, place }) => {
      if (place === undefined) return thing;
      const [head] = await content.heads(place.kind, [place.name], place.channel);
      return { ...thing, published: head ?? null };
    }),
  );
}

/** Where the content of a thing is published, if it is such a thing. */
function placeOf(thing: Thing, kinds: ReadonlySet<string>) {
  const { kind, name, channel } = thing;
  if (typeof kind !== "string" || !kinds.has(kind) || typeof name !== "string") return undefined;
  return { kind, name, channel: typeof channel === "string" ? channel : CURRENT };
}
