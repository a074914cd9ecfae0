import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeQuery, NodeSearch } from "@gatehouse/core/groups";
import {
  type Alias,
  type Enrolment,
  type EnrolmentResult,
  isAlive,
  type KnownAgent,
  type Labels,
  type LatestReport,
  type NodeRegistry,
  type NodeState,
  type NodeView,
  nodeStates,
  type Registration,
} from "@gatehouse/core/nodes";
import { LRUCache } from "lru-cache";
import { In } from "typeorm";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Database } from "../database.js";
import { type LatestReportRow, NodeEntity, type NodeRow } from "../entities/index.js";
import { isUuid } from "../uuid.js";
import { amendAgent } from "./amend.js";
import { Contacts } from "./contacts.js";
import { enrol, prepared } from "./enrol.js";
import { AGENT_OF_ALIAS, KNOWN_AGENT } from "./known-agent.js";
import { MOST_LABELS } from "./labels.js";
import { type PurgeOnly, purgeNode } from "./life-cycle.js";
import { countNodes, listNodes } from "./list.js";
import { mergedInto } from "./merged.js";
import { createNewcomers } from "./newcomers.js";
import { quarantineAgent, setState } from "./quarantine.js";
import { RuleSearches } from "./rule-searches.js";

const FIND_AGENT = { name: "agents.find", text: `select ${KNOWN_AGENT} from ${AGENT_OF_ALIAS}` };

/** In the order of bytes, as the index for it is: other orders leave out hyphens. */
const FIND_BEGINNING = {
  name: "agents.find-beginning",
  text: `select ${KNOWN_AGENT} from agent_aliases l join agents a on a.id = l.agent_id join nodes n on n.id = a.node_id
         where l.family = $1 and l.kind = $2 and l.value_key ~>=~ $3 and l.value_key ~<~ $4 limit 2`,
};
/** Characters: shorter ones would name too many. */
const SHORTEST_BEGINNING = 8;

const PUT_SETTING =
  "update nodes set settings = jsonb_set(settings, array[$2::text], $3::jsonb) where id = $1 returning id";
const REMOVE_SETTING = "update nodes set settings = settings - $2::text where id = $1 returning id";

const LABEL = `
  update nodes set labels = (labels || $2::jsonb) - $3::text[] where id = $1
    and (select count(*) from jsonb_object_keys((labels || $2::jsonb) - $3::text[])) <= $4 returning labels`;

/** Milliseconds for which {@link NodeRegistry.recentAgent} believes what was read. */
const RECENT_MS = 5_000;
const MOST_RECENT = 10_000;
/** Nodes that one reference may stand for, at the most that are told. */
const MOST_FOUND = 11;

const RELATIONS = { agents: { aliases: true, contact: true, latestReport: true }, evidence: true } as const;

/** The registry with what only the store's own parts ask of it. */
export interface StoredNodeRegistry extends NodeRegistry, NodeSearch {
  /** Lists know of rules here. */
  list: NodeSearch["list"];
  /** How many nodes there are that fit. */
  count(query: NodeQuery): Promise<number>;
  /** Writes the last-seen times that are still on their way. */
  flush(): Promise<void>;
  /** Forgets what was read lately: an agent has another node now. */
  forget(): void;
  purge(nodeId: string, only?: PurgeOnly): ReturnType<NodeRegistry["purge"]>;
}

/**
 * {@link NodeRegistry} on PostgreSQL.
 * @param onReleased called when what was held waits in the inbox now
 */
export function createNodeRegistry(db: Database, onReleased: () => void = () => undefined): StoredNodeRegistry {
  const contacts = new Contacts(db);
  const newcomers = createNewcomers(db);
  const recent = new LRUCache<string, KnownAgent>({ maxSize: MOST_RECENT, sizeCalculation: () => 1, ttl: RECENT_MS });
  let generation = 0;
  const forget = () => {
    generation++;
    recent.clear();
  };
  const searches = new RuleSearches();
  const searching = <T>(query: NodeQuery | undefined, search: () => Promise<T>): Promise<T> =>
    query?.where === undefined ? search() : searches.run(search);
  const changed = async <T>(change: Promise<T>): Promise<T> => change.finally(forget);
  const recentKey = ({ family, kind, value }: Alias) => `${family}/${kind}/${keyOf(value)}`;

  const findAgent = async (alias: Alias): Promise<KnownAgent | undefined> => {
    const before = generation;
    const [row] = await db.read<KnownAgent>(FIND_AGENT, [alias.family, cleanText(alias.kind), keyOf(alias.value)]);
    if (row !== undefined && generation === before) recent.set(recentKey(alias), row);
    return row;
  };

  const enrolled = async (said: Enrolment): Promise<EnrolmentResult> => {
    const all = prepared(said);
    // Who enrols looked for the agent just before: most that are known are among these.
    const made = recent.has(recentKey(said.alias)) ? undefined : await newcomers(all);
    // Nothing that was read lately is other than before by an agent that nobody knew.
    return made ?? changed(enrol(db, all));
  };

  const load = async (ids: string[]): Promise<NodeView[]> => {
    if (ids.length === 0) return [];
    const rows = await db.orm((source) =>
      source
        .getRepository(NodeEntity)
        .find({ where: { id: In(ids) }, relations: RELATIONS, order: { name: "ASC", id: "ASC" } }),
    );
    const byId = new Map(rows.map((row) => [row.id, viewOf(row)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  };

  return {
    enrol: enrolled,

    findAgent,

    recentAgent: async (alias) => recent.get(recentKey(alias)) ?? findAgent(alias),

    async findAgentsBeginning(family, kind, begin) {
      const key = keyOf(begin);
      if (key.length < SHORTEST_BEGINNING) return [];
      return db.read<KnownAgent>(FIND_BEGINNING, [family, cleanText(kind), key, `${key}\u{10ffff}`]);
    },

    touch: (agentId, at) => contacts.touch(agentId, at),
    flush: () => contacts.flush(),
    forget,

    list: async (page, query) => {
      const { ids, next } = await searching(query, () => listNodes(db, page, query));
      return { nodes: await load(ids), next };
    },
    count: (query) => searching(query, () => countNodes(db, query)),

    async find(reference) {
      // What names one thing comes first: else an agent could take the name of another node's id or alias, and hide it.
      if (isUuid(reference)) {
        const byId = await load([await mergedInto(db, reference.toLowerCase())]);
        if (byId.length > 0) return byId;
      }
      const byAlias = await db.run<{ id: string }>(
        "select distinct a.node_id as id from agent_aliases l join agents a on a.id = l.agent_id where l.value_key = $1 limit $2",
        [keyOf(reference), MOST_FOUND],
      );
      if (byAlias.length > 0) return load(byAlias.map(({ id }) => id));
      const byName = await db.run<{ id: string }>(
        // The database's own lower() on both sides: outside ASCII it may differ from JavaScript's.
        "select id from nodes where lower(name) = lower($1::text) order by id limit $2",
        [cleanText(reference), MOST_FOUND],
      );
      return load(byName.map(({ id }) => id));
    },

    async setSetting(nodeId, name, value) {
      if (!isUuid(nodeId)) return false;
      const setting = cleanText(name);
      const rows = await changed(
        value === undefined
          ? db.run(REMOVE_SETTING, [nodeId, setting])
          : db.run(PUT_SETTING, [nodeId, setting, JSON.stringify(cleanJson(value))]),
      );
      return rows.length > 0;
    },

    amendAgent: (alias, change) => changed(amendAgent(db, alias, change)),

    async label(nodeId, said) {
      if (!isUuid(nodeId)) return undefined;
      const [set, removed] = [new Map<string, string>(), [] as string[]];
      for (const [key, value] of Object.entries(cleanJson(said))) {
        if (value === null) removed.push(key);
        else set.set(key, value);
      }
      const [row] = await db.run<{ labels: Labels; count: number }>(LABEL, [
        nodeId,
        JSON.stringify(Object.fromEntries(set)),
        removed,
        MOST_LABELS,
      ]);
      if (row !== undefined) return row.labels;
      const [there] = await db.run("select 1 from nodes where id = $1", [nodeId]);
      if (there === undefined) return undefined;
      throw new GatehouseError("conflict", `A node has at most ${MOST_LABELS} labels.`);
    },

    async setState(nodeId, state, by, held) {
      if (!isUuid(nodeId)) return false;
      const { found, released } = await changed(setState(db, { nodeId, state, by: cleanText(by) }, held));
      if (released > 0) onReleased();
      return found;
    },

    quarantine: async (agentId, by) => isUuid(agentId) && changed(quarantineAgent(db, agentId, cleanText(by))),

    purge: async (nodeId, only) => (isUuid(nodeId) ? changed(purgeNode(db, nodeId, only)) : undefined),

    async counts() {
      const nodes = await db.run<{ state: NodeState; count: number }>(
        "select state, count(*)::int as count from nodes group by state",
      );
      const latest = await db.run<{ status: string; count: number }>(
        "select status, count(*)::int as count from agent_reports group by status",
      );
      const none = Object.fromEntries(nodeStates.map((state) => [state, 0])) as Record<NodeState, number>;
      return {
        nodes: { ...none, ...Object.fromEntries(nodes.map(({ state, count }) => [state, count])) },
        latestReports: Object.fromEntries(latest.map(({ status, count }) => [status, count])),
      };
    },

    async registrations(nodeId) {
      if (!isUuid(nodeId)) return [];
      return db.run<Registration>(
        `select r.agent_id as "agentId", r.role, k.name as "keyName", k.revoked_at is not null as "keyRevoked",
                r.first_at as "firstAt", r.last_at as "lastAt", r.times, r.detail
         from agents a join registrations r on r.agent_id = a.id left join enrolment_keys k on k.id = r.key_id
         where a.node_id = $1 order by r.first_at, r.role`,
        [nodeId],
      );
    },
  };
}

const latestOf = (row: LatestReportRow | null | undefined): LatestReport | null =>
  row ? { reportId: row.reportId, status: row.status, at: row.at } : null;

/** Several of its agents may say the same. */
const distinct = (rows: NonNullable<NodeRow["evidence"]>) => [
  ...new Map(rows.map(({ kind, value }) => [`${kind}/${value}`, { kind, value }])).values(),
];

function viewOf(row: NodeRow): NodeView {
  const now = new Date();
  const agents = (row.agents ?? []).map((agent) => ({
    id: agent.id,
    family: agent.family,
    aliases: (agent.aliases ?? []).map(({ family, kind, value }) => ({ family, kind, value })),
    attributes: agent.attributes,
    firstSeen: agent.createdAt,
    lastSeen: agent.contact?.lastSeen ?? null,
    trust: agent.trust,
    isAlive: isAlive(agent.contact?.lastSeen ?? null, now),
    latestReport: latestOf(agent.latestReport),
  }));
  const times = agents.flatMap((agent) => (agent.lastSeen === null ? [] : [agent.lastSeen.getTime()]));
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    stateSince: row.stateSince,
    stateBy: row.stateBy,
    labels: row.labels,
    createdAt: row.createdAt,
    lastSeen: times.length === 0 ? null : new Date(Math.max(...times)),
    agents,
    evidence: distinct(row.evidence ?? []),
    settings: row.settings,
  };
}
