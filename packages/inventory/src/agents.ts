import { GatehouseError } from "@gatehouse/core/errors";
import {
  type AgentAttributes,
  type AgentProof,
  type AgentTraits,
  type Alias,
  type Enrolment,
  type Evidence,
  noProof,
} from "@gatehouse/core/nodes";

/** Who inventory agents are, for every dialect that they speak. */

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Of ours: what is longer is no name of anything, and no key of an index. */
const LONGEST_NAME = 255;

/** What an agent says of itself, in whichever message. */
export interface AgentSaid {
  /** As {@link parseAgentId} gives it. */
  readonly agentId?: string;
  /** Its name for the machine on which it runs, such as `web01-2024-02-29-12-00-00`. */
  readonly deviceId: string;
  /** The program, such as `GLPI-Agent`, as CONTACT names it. */
  readonly name?: string;
  /** The program's version, or program and version as in a User-Agent: {@link programOf} reads both. */
  readonly version?: string;
  readonly tag?: string;
  readonly installedTasks?: readonly string[];
  readonly enabledTasks?: readonly string[];
  /** The address that it called from, as we saw it. */
  readonly from?: string;
  /** What an inventory of its own machine says besides. */
  readonly evidence?: readonly Evidence[];
  /** Ids of the proxies on the way, the agent's side first. */
  readonly proxies?: readonly string[];
  /** What else the dialect keeps about it. */
  readonly attributes?: AgentAttributes;
  /** What it proved; nothing where this is left out. */
  readonly proof?: AgentProof;
}

/**
 * A GLPI-Agent-ID as it is compared: a UUID in lower case (decisions.md row 13).
 * @returns undefined where there is none
 * @throws request-malformed for what is no UUID
 */
export function parseAgentId(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const id = header.trim().toLowerCase();
  if (UUID.test(id)) return id;
  throw new GatehouseError("request-malformed", "GLPI-Agent-ID is no UUID.");
}

/**
 * The beginning of an agent's id that its ESX task cut off: 1.12 sends the id whose bytes are the first 16 characters of
 * the real one's text (wire/glpi.md section 5; recorded in glpi-esx).
 * @param id as {@link parseAgentId} gives it
 * @returns such as `e72a798f-e51b-11`; undefined for an id that is whole
 */
export function truncatedAgentId(id: string): string | undefined {
  const text = Buffer.from(id.replaceAll("-", ""), "hex").toString("latin1");
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{2}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** @param id as {@link parseAgentId} gives it */
export const agentIdAlias = (id: string): Alias => ({ family: "inventory", kind: "agentid", value: id });

/** @throws request-malformed for one that nothing can be found by: empty, or over 255 characters */
export const deviceIdAlias = (id: string): Alias => ({
  family: "inventory",
  kind: "deviceid",
  value: parseDeviceId(id),
});

/**
 * A deviceid that can be stored and found again.
 * @throws request-malformed for an empty one, one over 255 characters, and what is no text
 */
export function parseDeviceId(said: unknown): string {
  const id = typeof said === "string" || typeof said === "number" ? cleanName(String(said)) : "";
  if (id === "") throw new GatehouseError("request-malformed", "The message says no deviceid.");
  if (id.length > LONGEST_NAME)
    throw new GatehouseError("request-malformed", `A deviceid has at most ${LONGEST_NAME} characters.`);
  return id;
}

/** PostgreSQL stores no U+0000, JSON no half of a pair. */
const cleanName = (text: string): string => text.toWellFormed().replaceAll("\0", "").trim();

/** The host that a deviceid names: agents put the time of their first start behind it. */
export function hostOf(deviceId: string): string {
  return deviceId.replace(/(?<=.)-\d{4}(?:-\d\d){5}$/s, "");
}

/** A program and its version. */
export interface Program {
  readonly program: string;
  /** "" where none is said. */
  readonly version: string;
}

/**
 * What `GLPI-Agent_v1.12`, `FusionInventory-Agent_v2.6-3` or `OCS-NG_unified_unix_agent_v2.10.0` name: the form of
 * VERSIONCLIENT and of User-Agents.
 * @returns undefined for what has not that form, such as `1.12`
 */
export function programOf(text: string): Program | undefined {
  const found = /^(?<program>[A-Za-z][\w. -]{0,99}?)(?:_v|\/v?| v)(?<version>\d[\w.+~-]{0,60})/.exec(
    text.trim(),
  )?.groups;
  return found && { program: found["program"] ?? "", version: found["version"] ?? "" };
}

/**
 * How an inventory agent becomes known, or is known better. One with an agent id is known by that, and by its deviceid
 * besides; others by their deviceid.
 * @throws request-malformed for a deviceid that cannot be a name
 */
export function enrolmentOf(said: AgentSaid): Enrolment {
  const { agentId, tag, from, installedTasks, enabledTasks, proxies } = said;
  const deviceId = parseDeviceId(said.deviceId);
  const host = hostOf(deviceId);
  const named = programIn(said);
  const version = named?.version;
  const about = {
    deviceId,
    ...(agentId !== undefined && { agentId }),
    ...named,
    ...(tag !== undefined && { tag }),
    ...(proxies !== undefined && { proxies }),
  };
  const traits: AgentTraits = {
    ...(version !== undefined && version !== "" && { version }),
    ...(tag !== undefined && { tags: [tag] }),
    ...(installedTasks !== undefined && { installedTasks }),
    ...(enabledTasks !== undefined && { enabledTasks }),
  };
  return {
    alias: agentId === undefined ? deviceIdAlias(deviceId) : agentIdAlias(agentId),
    ...(agentId !== undefined && { otherAliases: [deviceIdAlias(deviceId)] }),
    nodeName: host,
    evidence: [
      { kind: "name", value: host },
      ...(from === undefined ? [] : [{ kind: "address", value: from, proof: "observed" } as const]),
      ...(said.evidence ?? []),
    ],
    ...(said.evidence === undefined && { keepsEvidence: true }),
    trust: (said.proof ?? noProof).trust,
    role: "contact",
    keyId: null,
    detail: { ...about, ...(from !== undefined && { from }), ...shownProof(said.proof ?? noProof) },
    ...(Object.keys(traits).length > 0 && { traits }),
    // A message that says less than one before takes nothing away: a PROLOG names neither program nor tag.
    merge: (before) => ({ ...before, ...about, ...said.attributes }),
  };
}

/** For operators: by what it got in. */
export const shownProof = ({ way, by }: AgentProof) => ({
  ...(way !== "none" && { way }),
  ...(by !== undefined && { by }),
});

function programIn({ name, version }: AgentSaid): Program | undefined {
  const said = version === undefined ? undefined : programOf(version);
  if (said !== undefined) return said;
  if (name === undefined && version === undefined) return undefined;
  return (name === undefined ? undefined : programOf(name)) ?? { program: name ?? "", version: version ?? "" };
}
