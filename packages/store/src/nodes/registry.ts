import type { Alias, KnownAgent, NodeRegistry, NodeView } from "@gatehouse/core/nodes";
import { LRUCache } from "lru-cache";
import { In } from "typeorm";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import { decodeCursor, encodeCursor } from "../cursor.js";
import type { Database } from "../database.js";
import { NodeEntity, type NodeRow } from "../entities/index.js";
import { isUuid } from "../uuid.js";
import { Contacts } from "./contacts.js";
import { enrol } from "./enrol.js";

const FIND_AGENT = {
  name: "agents.find",
  text: `select a.id as "agentId", a.node_id as "nodeId", a.attributes, n.settings
         from agent_aliases l join agents a on a.id = l.agent_id join nodes n on n.id = a.node_id
         where l.family = $1 and l.kind = $2 and l.value_key = $3`,
};

const PUT_SETTING =
  "update nodes set settings = jsonb_set(settings, array[$2::text], $3::jsonb) where id = $1 returning id";
const REMOVE_SETTING = "update nodes set settings = settings - $2::text where id = $1 returning id";

/** Milliseconds for which {@link NodeRegistry.recentAgent} believes what was read. */
const RECENT_MS = 5_000;
const MOST_RECENT = 10_000;
/** Nodes that one reference may stand for, at the most that are told. */
const MOST_FOUND = 11;

const RELATIONS = { agents: { aliases: true, contact: true }, evidence: true } as const;

/** {@link NodeRegistry} on PostgreSQL; `flush` writes the last-seen times that are still on their way. */
export function createNodeRegistry(db: Database): NodeRegistry & { flush(): Promise<void> } {
  const contacts = new Contacts(db);
  const recent = new LRUCache<string, KnownAgent>({ max: MOST_RECENT, ttl: RECENT_MS });
  let generation = 0;
  const forget = () => {
    generation++;
    recent.clear();
  };
  const changed = async <T>(change: Promise<T>): Promise<T> => change.finally(forget);

  const findAgent = async (alias: Alias): Promise<KnownAgent | undefined> => {
    const key = keyOf(alias.value);
    const before = generation;
    const [row] = await db.read<KnownAgent>(FIND_AGENT, [alias.family, cleanText(alias.kind), key]);
    if (row !== undefined && generation === before) recent.set(`${alias.family}/${alias.kind}/${key}`, row);
    return row;
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
    enrol: (enrolment) => changed(enrol(db, enrolment)),

    findAgent,

    recentAgent: async (alias) => recent.get(`${alias.family}/${alias.kind}/${keyOf(alias.value)}`) ?? findAgent(alias),

    touch: (agentId, at) => contacts.touch(agentId, at),
    flush: () => contacts.flush(),

    async list({ limit, after }) {
      const [name, id] = after === undefined ? ["", "00000000-0000-0000-0000-000000000000"] : decodeCursor(after);
      const rows = await db.run<{ id: string; name: string }>(
        `select id, name from nodes where (name, id) > ($1, $2::uuid) and state <> 'purged' order by name, id limit $3`,
        [name, id, limit + 1],
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        nodes: await load(page.map((row) => row.id)),
        next: rows.length > limit && last !== undefined ? encodeCursor(last.name, last.id) : null,
      };
    },

    async find(reference) {
      // What names one thing comes first: else an agent could take the name of another node's id or alias, and hide it.
      if (isUuid(reference)) {
        const byId = await load([reference.toLowerCase()]);
        if (byId.length > 0) return byId;
      }
      const byAlias = await db.run<{ id: string }>(
        "select distinct a.node_id as id from agent_aliases l join agents a on a.id = l.agent_id where l.value_key = $1 limit $2",
        [keyOf(reference), MOST_FOUND],
      );
      if (byAlias.length > 0) return load(byAlias.map(({ id }) => id));
      const byName = await db.run<{ id: string }>(
        // The database's own lower() on both sides: outside ASCII it may differ from JavaScript's.
        "select id from nodes where lower(name) = lower($1::text) and state <> 'purged' order by id limit $2",
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
  };
}

function viewOf(row: NodeRow): NodeView {
  const agents = (row.agents ?? []).map((agent) => ({
    id: agent.id,
    family: agent.family,
    aliases: (agent.aliases ?? []).map(({ family, kind, value }) => ({ family, kind, value })),
    attributes: agent.attributes,
    firstSeen: agent.createdAt,
    lastSeen: agent.contact?.lastSeen ?? null,
  }));
  const times = agents.flatMap((agent) => (agent.lastSeen === null ? [] : [agent.lastSeen.getTime()]));
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    createdAt: row.createdAt,
    lastSeen: times.length === 0 ? null : new Date(Math.max(...times)),
    agents,
    evidence: (row.evidence ?? []).map(({ kind, value }) => ({ kind, value })),
    settings: row.settings,
  };
}
