/** What a field holds: which operators there are, and how they are said. `path` and `json` are jsonb. */
export type Kind = "text" | "texts" | "boolean" | "number" | "time" | "json" | "path";

export interface Entity {
  /** A query that gives its fields, and nothing but active nodes with a Puppet agent. */
  readonly sql: string;
  /** Less to unfold: the same of those facts only whose `key` is as the condition says. */
  readonly ofFacts?: (condition: string) => string;
  readonly fields: Readonly<Record<string, Kind>>;
  /** Fields into which names with dots lead. */
  readonly dotted: readonly string[];
}

const AGENTS = `(
  select l.value as certname, a.id as agent_id, a.node_id from agent_aliases l
  join agents a on a.id = l.agent_id join nodes n on n.id = a.node_id
  where l.family = 'puppet' and l.kind = 'certname' and n.state = 'active')`;

/** What an agent got last: of those that got none, nothing is known but that they are. */
const LAST = "left join agent_catalogs k on k.agent_id = p.agent_id left join catalogs c on c.id = k.catalog_id";
const FACTS = "join facts f on f.node_id = p.node_id and f.source = 'puppet'";

const contents = (condition: string) => `(
  with recursive tree as (
    select jsonb_build_array(key) as path, value from jsonb_each(f.facts) where ${condition}
    union all
    select t.path || jsonb_build_array(child.key), child.value from tree t cross join lateral (
      select to_jsonb(key) as key, value from jsonb_each(case when jsonb_typeof(t.value) = 'object' then t.value else '{}' end)
      union all
      select to_jsonb(ordinality - 1), value
      from jsonb_array_elements(case when jsonb_typeof(t.value) = 'array' then t.value else '[]' end) with ordinality
    ) as child)
  select path, value from tree where jsonb_typeof(value) not in ('object', 'array'))`;

const contentsOf = (condition: string) => `
  select p.certname, c.environment, e.path, e.path ->> 0 as name, e.value
  from ${AGENTS} p ${FACTS} ${LAST} cross join lateral ${contents(condition)} as e`;

/** As `$trusted` has it for an agent that presented its certificate. */
const TRUSTED = `jsonb_build_object(
  'authenticated', 'remote', 'certname', p.certname, 'hostname', split_part(p.certname, '.', 1),
  'domain', nullif(substr(p.certname, length(split_part(p.certname, '.', 1)) + 2), ''),
  'extensions', coalesce((select r.detail -> 'extensions' from registrations r
                          where r.agent_id = p.agent_id and r.role = 'certificate'), '{}'))`;

/** In both parts the whole of it: what is asked of an agent has to come to its tables' indexes. */
const resourcesOf = (exported: boolean) => `
  select p.certname, c.environment, e.type, e.title, e.tags, ${exported} as exported, e.file, e.line, e.parameters
  from ${AGENTS} p join agent_catalogs k on k.agent_id = p.agent_id join catalogs c on c.id = k.catalog_id
  join ${exported ? "exported_resources e on e.agent_id = k.agent_id" : "catalog_resources e on e.body_id = k.body_id"}`;

/** PuppetDB's entities that there are here, in its words (its documentation of API v4). */
export const entities: ReadonlyMap<string, Entity> = new Map(
  Object.entries({
    nodes: {
      sql: `select p.certname, null::timestamptz as deactivated, null::timestamptz as expired, k.at as catalog_timestamp,
                   f.seen_at as facts_timestamp, r.at as report_timestamp, c.environment as catalog_environment
            from ${AGENTS} p ${LAST} left ${FACTS} left join agent_reports r on r.agent_id = p.agent_id`,
      fields: {
        ...{ certname: "text", deactivated: "time", expired: "time", catalog_timestamp: "time" },
        ...{ facts_timestamp: "time", report_timestamp: "time", catalog_environment: "text" },
      },
      dotted: [],
    },
    facts: {
      sql: `select p.certname, c.environment, e.key as name, e.value
            from ${AGENTS} p ${FACTS} ${LAST} cross join lateral jsonb_each(f.facts) as e`,
      fields: { certname: "text", environment: "text", name: "text", value: "json" },
      dotted: [],
    },
    fact_contents: {
      sql: contentsOf("true"),
      ofFacts: contentsOf,
      fields: { certname: "text", environment: "text", path: "path", name: "text", value: "json" },
      dotted: [],
    },
    inventory: {
      sql: `select p.certname, f.seen_at as timestamp, c.environment, f.facts, ${TRUSTED} as trusted
            from ${AGENTS} p ${FACTS} ${LAST}`,
      fields: { certname: "text", timestamp: "time", environment: "text", facts: "json", trusted: "json" },
      dotted: ["facts", "trusted"],
    },
    resources: {
      sql: `${resourcesOf(false)} union all ${resourcesOf(true)}`,
      fields: {
        ...{ certname: "text", environment: "text", type: "text", title: "text", tags: "texts", exported: "boolean" },
        ...{ file: "text", line: "number", parameters: "json" },
      },
      dotted: ["parameters"],
    },
  } satisfies Record<string, Entity>),
);

/** What two entities have in common for a subquery that names no fields. */
export const relation = (one: string, other: string): readonly string[] =>
  [one, other].every((name) => name === "facts" || name === "fact_contents") ? ["certname", "name"] : ["certname"];
