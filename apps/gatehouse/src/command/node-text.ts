import type {
  Agent,
  ExplainedAgent,
  GroupExplanation,
  Labels,
  Node,
  NodeExplanation,
  SettingExplanation,
} from "@gatehouse/client";
import { counted } from "../server/doctor/words.js";
import { evidenceText, reasonText, standingText } from "./identity-text.js";
import { inline, pairs, printable, section, table } from "./output.js";
import { when, whenAndAgo } from "./when.js";

export const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");

/** All that is known of a node. */
export function nodeText(node: Node): string {
  const facts = pairs([
    ["name", node.name],
    ["id", node.id],
    ["state", `${node.state} since ${when(node.stateSince)}, by ${node.stateBy}`],
    ["labels", labelText(node.labels)],
    ["known since", when(node.createdAt)],
    ["last seen", whenAndAgo(node.lastSeen)],
    ...node.evidence.map(({ kind, value }) => [kind, value] as const),
    ...Object.entries(node.settings).map(([name, value]) => [name, inline(value)] as const),
  ]);
  return [facts, ...node.agents.map((agent) => section(`${agent.family} agent`, agentText(agent)))].join("");
}

function agentText({ id, aliases, attributes, firstSeen, lastSeen, latestReport, ...standing }: Agent): string {
  return pairs([
    ...aliases.map(({ kind, value }) => [kind, value] as const),
    ["id", id],
    ["state", standingText(standing)],
    ["first seen", when(firstSeen)],
    ["last seen", whenAndAgo(lastSeen)],
    ["newest run", latestReport && `${latestReport.status}, ${when(latestReport.at)}, report ${latestReport.reportId}`],
    ...Object.entries(attributes).map(([name, value]) => [name, value === null ? null : inline(value)] as const),
  ]);
}

/** Why a node is this node, in this state, and gets what it gets. */
export function explanationText(explanation: NodeExplanation): string {
  const { name, id, lifeCycle, identity, settings, groups, agents } = explanation;
  const facts = pairs([
    ["name", name],
    ["id", id],
    ["state", `${lifeCycle.state} since ${when(lifeCycle.since)}, by ${lifeCycle.by}`],
  ]);
  return [
    facts,
    section("known by", evidenceText(identity)),
    ...settings.map((setting) => section(`${setting.setting} is ${inline(setting.value)}`, settingText(setting))),
    ...(groups.length === 0 ? [] : [section("groups", groupsText(groups))]),
    ...agents.map((agent) => {
      const reason = reasonText(identity.agents.find(({ agentId }) => agentId === agent.id));
      return section(`${agent.family} agent ${nameOf(agent)}`, `${reason}\n${reasonsText(agent)}`);
    }),
  ].join("");
}

const settingText = ({ considered, conflicts }: SettingExplanation): string =>
  `${consideredText(considered)}${conflicts.map(conflictText).join("")}`;

const conflictText = ({ path, groups }: SettingExplanation["conflicts"][number]): string =>
  `REFUSED: groups ${groups.map(printable).join(" and ")} have one priority and give different values${path.length === 0 ? "" : ` for ${path.map(printable).join(", ")}`}.\n`;

const consideredText = (considered: SettingExplanation["considered"]): string =>
  table(
    ["FROM", "VALUE", "", "WHY"],
    considered.map(({ source: { by, group }, value, used, because }) => [
      by === "hand" ? "by hand" : `group ${group}`,
      inline(value),
      used ? "counts" : "does not count",
      because,
    ]),
    "Nothing was given.",
  );

const groupsText = (groups: readonly GroupExplanation[]): string =>
  table(
    ["GROUP", "PRIORITY", "", "WHY"],
    groups.map(({ group, priority, matches, because }) => [group, priority, matches ? "takes it" : "not", because]),
    "There are none.",
  );

const nameOf = ({ id, aliases }: ExplainedAgent) => printable(aliases[0]?.value ?? id);

function reasonsText({ registrations, configurations }: ExplainedAgent): string {
  const gotIn = table(
    ["GOT IN AS", "BY", "TIMES", "FIRST", "LAST"],
    registrations.map(({ role, keyName, keyRevoked, times, firstAt, lastAt, detail }) => [
      role,
      keyName === null ? proofText(detail) : `key ${keyName}${keyRevoked ? " (revoked)" : ""}`,
      times,
      when(firstAt),
      when(lastAt),
    ]),
    "How it got in is not known.",
  );
  const gets = configurations.map((configuration) => thingText(configuration)).join("");
  return `${gotIn}\n${gets === "" ? "It gets nothing: it registered no name, and nothing is assigned to it.\n" : gets}`;
}

/** Such as `basic fleet`: how it proved itself, and with which login, certificate or key. */
const proofText = ({ way, by }: Readonly<Record<string, unknown>>): string =>
  [way, by].flatMap((word) => (typeof word === "string" ? [word] : [])).join(" ");

/** A thing that an agent gets, in its protocol's words. */
function thingText({ name, published, ...words }: Readonly<Record<string, unknown>>): string {
  const heading = typeof name === "string" ? `gets ${printable(name)}` : "gets";
  return `${heading}\n${pairs([
    ...Object.entries(words).map(([word, value]) => [`  ${word}`, inline(value)] as const),
    ["  published", publishedText(published)],
  ])}`;
}

function publishedText(published: unknown): string | null {
  if (published === undefined) return null;
  if (published === null) return "nothing under this name: the node is told to try again";
  const { version, sha256 } = published as Readonly<Record<string, unknown>>;
  return `version ${inline(version)} (${inline(sha256).toUpperCase()})`;
}

/** What would go with a node. */
export const purgeText = ({ name, id, agents, lastSeen }: Node): string =>
  `${printable(name)} (${id}), last seen ${whenAndAgo(lastSeen) ?? "never"}, would go with ${counted(agents.length, "agent")}, its reports, and what it handed in.\n`;
