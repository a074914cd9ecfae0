import { nodeStates } from "@gatehouse/core/nodes";
import {
  boolean,
  described,
  integer,
  listOf,
  looseObject,
  mapOf,
  moment,
  named,
  nullable,
  object,
  oneOf,
  text,
} from "../operation/schema.js";
import { AgentFamily } from "./agent.js";
import { next } from "./common.js";
import { ExplainedIdentity, Trust } from "./identity.js";
import { GroupExplanation, SettingExplanation } from "./setting.js";

export const NodeState = named(
  "NodeState",
  described(
    "active: its agents call; expired: they have been silent for too long, and their next call makes it active again; deactivated: out of service by an operator's word; quarantined: an agent made it that proved nothing: what it hands in is kept, and not processed until an operator activates it.",
    oneOf(nodeStates),
  ),
);

export const LABEL_KEY = "[A-Za-z0-9._/-]{1,63}";
// Printable: no controls, nothing without a width or that turns the reading direction, no lone surrogates.
const LABEL_VALUE =
  "[^\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ud800-\\udfff\\ufeff]{0,255}";
export const labelPatterns = {
  key: `^${LABEL_KEY}$`,
  value: `^${LABEL_VALUE}$`,
  pair: `^${LABEL_KEY}=${LABEL_VALUE}$`,
} as const;
/** Labels in one call. */
export const MOST_LABELS = 64;

export const Labels = named("Labels", mapOf(text(), { description: "What operators call the node by." }));

export const Alias = named(
  "Alias",
  object({
    family: AgentFamily,
    kind: text({ description: "Such as `agentid`, `certname`, `deviceid`." }),
    value: text(),
  }),
);

const Evidence = named(
  "Evidence",
  object({ kind: oneOf(["name", "address", "mac", "serial", "uuid"]), value: text() }),
);

const LatestReport = named(
  "LatestReport",
  object({ reportId: text(), status: text({ description: "A status of reports." }), at: moment() }),
);

const Agent = named(
  "Agent",
  object({
    id: text(),
    family: AgentFamily,
    aliases: listOf(Alias, { description: "The names that it gives itself." }),
    attributes: looseObject({ description: "What its protocol keeps of it." }),
    firstSeen: moment(),
    lastSeen: nullable(moment()),
    trust: Trust,
    isAlive: boolean({ description: "It called within the last three days." }),
    latestReport: nullable(LatestReport),
  }),
);

const Settings = looseObject({ description: "What it was given by hand, by setting." });

export const Node = named(
  "Node",
  object({
    id: text(),
    name: text(),
    state: NodeState,
    stateSince: moment(),
    stateBy: text({ description: "An operator's name, `policy`, or `enrolment`." }),
    labels: Labels,
    createdAt: moment(),
    lastSeen: nullable(moment()),
    agents: listOf(Agent),
    evidence: listOf(Evidence, { description: "What ties its agents to it." }),
    settings: Settings,
  }),
);

export const NodePage = named("NodePage", object({ nodes: listOf(Node), next }));

const Registration = named(
  "Registration",
  object({
    role: text({ description: "Which of the agent's roles it was about." }),
    keyName: nullable(text({ description: "The enrolment key that admitted it." })),
    keyRevoked: boolean(),
    firstAt: moment(),
    lastAt: moment(),
    times: integer(),
    detail: looseObject({ description: "What the agent said." }),
  }),
);

const ExplainedAgent = named(
  "ExplainedAgent",
  object({
    id: text(),
    family: AgentFamily,
    aliases: listOf(Alias),
    firstSeen: moment(),
    lastSeen: nullable(moment()),
    registrations: listOf(Registration, { description: "How it got in." }),
    configurations: listOf(looseObject(), {
      description:
        "What it gets and why, in its protocol's words; `published` says what is published of it, null for nothing.",
    }),
  }),
);

export const NodeExplanation = named(
  "NodeExplanation",
  object({
    id: text(),
    name: text(),
    lifeCycle: object({ state: NodeState, since: moment(), by: text() }),
    evidence: listOf(Evidence),
    identity: described("Why its agents are on this node.", ExplainedIdentity),
    agents: listOf(ExplainedAgent),
    settings: listOf(SettingExplanation, {
      description: "What it gets, from which group or hand, and what else was considered.",
    }),
    groups: listOf(GroupExplanation, {
      description: "Every group in order of precedence: whether it took the node, and why.",
    }),
  }),
);

export const LabelChange = named(
  "LabelChange",
  object(
    {},
    {
      set: mapOf(text({ pattern: labelPatterns.value }), {
        description: "New values by key; others of the node stay.",
        maxProperties: MOST_LABELS,
        propertyNames: { pattern: labelPatterns.key },
      }),
      remove: listOf(text({ pattern: labelPatterns.key }), {
        description: "Keys to take away.",
        maxItems: MOST_LABELS,
        uniqueItems: true,
      }),
    },
  ),
);

export const NodeLabels = named("NodeLabels", object({ labels: Labels }));

export const Purged = named("Purged", object({ nodeId: text(), name: text(), agents: integer(), reports: integer() }));
