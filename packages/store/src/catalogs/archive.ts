import type {
  CatalogArchive,
  CatalogOutcome,
  CatalogSummary,
  CompileLog,
  ReportOfCatalog,
} from "@gatehouse/core/catalogs";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import { isBigint } from "../cursor.js";
import type { Database } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";
import { type Body, bodyOf, catalogOf, type Header, holdBody, listResources, packIfNew } from "./bodies.js";
import { type Exports, exportsOf, replaceExports } from "./exports.js";
import { type KnownText, KnownTexts } from "./known-texts.js";

/** Of one attempt. */
const MOST_LOGS = 1_000;
const LONGEST_TEXT = 10_000;

/** Two runs of one agent take turns. */
const HOLD_AGENT = {
  name: "catalogs.hold-agent",
  text: `select a.id from agent_aliases l join agents a on a.id = l.agent_id
         where l.family = 'puppet' and l.kind = 'certname' and l.value_key = $1 for no key update of a`,
};

/** One more attempt: in the row of the last one, where that had the same outcome. The time is that of this agent's turn. */
const NOTE = {
  name: "catalogs.note",
  text: `with last as (select id from catalogs where agent_id = $1 order by id desc limit 1),
              again as (
                update catalogs c set last_at = statement_timestamp(), times = c.times + 1, milliseconds = $6, header = $7
                from last where c.id = last.id and c.environment = $4 and c.version is not distinct from $5
                  and c.body_id is not distinct from $2 and c.logs = $8 and c.error is not distinct from $3
                returning c.id),
              first as (
                insert into catalogs (agent_id, environment, version, milliseconds, body_id, header, logs, error)
                select $1::uuid, $4::text, $5::int, $6::real, $2::bigint, $7::jsonb, $8::jsonb, $3::text
                where not exists (select from again) returning id)
         select id from again union all select id from first`,
};

/** @returns what it exported before, where that is something else */
const POINT = {
  name: "catalogs.point",
  text: `with before as (select exported from agent_catalogs where agent_id = $1),
              put as (
                insert into agent_catalogs (agent_id, catalog_id, body_id, certname, at, exported)
                values ($1, $2, $3, $4, statement_timestamp(), $5)
                on conflict (agent_id) do update set catalog_id = excluded.catalog_id, body_id = excluded.body_id,
                  certname = excluded.certname, at = excluded.at, exported = excluded.exported)
         select coalesce((select exported = $5 from before), false) as same`,
};

/**
 * The same outcome as the agent's last one, noted in one statement: what nearly every run of nearly every node is. Nothing
 * is found where anything differs, where the body's resources are not listed, or where another run of the agent has just
 * noted another outcome: all that takes its turn. That there was one more of the same is written out with the next commit
 * of anybody, or within a second: agents do not wait for a disk to hear it (docs/adr/0022).
 */
const AGAIN = {
  name: "catalogs.again",
  text: `with agent as (
                select a.id from agent_aliases l join agents a on a.id = l.agent_id
                where l.family = 'puppet' and l.kind = 'certname' and l.value_key = $1 for no key update of a),
              pointed as (
                update agent_catalogs p set at = statement_timestamp()
                where p.agent_id = (select id from agent) and p.exported = $3 and p.certname = $4
                  and p.body_id = (select id from catalog_bodies where digest = $2 and listed)
                  and p.catalog_id = (select id from catalogs where agent_id = (select id from agent) order by id desc limit 1)
                returning p.catalog_id),
              unhurried as (select set_config('synchronous_commit', 'off', true) as set from pointed)
         update catalogs c set last_at = statement_timestamp(), times = c.times + 1, milliseconds = $7, header = $8
         where c.id = (select catalog_id from pointed) and (select set from unhurried) is not null
           and c.environment = $5 and c.version is not distinct from $6 and c.logs = $9 returning c.id`,
};

const COLUMNS = `c.id, c.first_at as "firstAt", c.last_at as "lastAt", c.times, c.environment, c.version, c.milliseconds,
  encode(b.digest, 'hex') as digest, b.resources, c.error,
  jsonb_array_length(jsonb_path_query_array(c.logs, '$[*] ? (@.level != "debug" && @.level != "info" && @.level != "notice")'))
    as warnings`;
const FROM = `from catalogs c join agents a on a.id = c.agent_id left join catalog_bodies b on b.id = c.body_id`;
const LIST = `select ${COLUMNS} ${FROM} where a.node_id = $1 order by c.id desc limit $2`;
const FIND = `select ${COLUMNS}, c.logs, c.header, b.body, b.size ${FROM} where a.node_id = $1 and c.id = $2`;

/**
 * Whether a report `r` is of the catalog `c`, of one agent. A row has the uuid of its last attempt only; what was reported
 * between two attempts of one row is of that row, for another outcome would have begun another.
 */
const IS_OF = `(c.body_id is not null and r.state #> '{attributes,catalog_uuid}' is not null
  and (c.header->'catalog_uuid' = r.state #> '{attributes,catalog_uuid}' or c.first_at <= r.first_at and r.first_at < c.last_at))`;
const OF_REPORT = `select ${COLUMNS} from reports r join catalogs c on c.agent_id = r.agent_id
  left join catalog_bodies b on b.id = c.body_id where r.id = $1 and r.protocol = 'puppet' and ${IS_OF}
  order by c.header->'catalog_uuid' = r.state #> '{attributes,catalog_uuid}' desc, c.id desc limit 1`;
const REPORTS_OF = `select r.id, r.status, r.first_at as "firstAt"
  from catalogs c join agents a on a.id = c.agent_id
  join reports r on r.agent_id = c.agent_id and r.protocol = 'puppet' and r.first_at >= c.first_at and ${IS_OF}
  where a.node_id = $1 and c.id = $2 order by r.first_at desc, r.id desc limit $3`;

const NODES_OF = `select n.id, n.name, count(*) over ()::int as total
  from agents a join nodes n on n.id = a.node_id and n.state = 'active'
  cross join lateral (select environment from catalogs where agent_id = a.id order by id desc limit 1) last
  where a.family = 'puppet' and last.environment = $1 group by n.id order by n.name, n.id limit $2`;

/** {@link CatalogArchive} on PostgreSQL. @param box for what is sensitive in what is exported */
export function createCatalogArchive(db: Pick<Database, "run" | "transaction">, box: SecretBox): CatalogArchive {
  const texts = new KnownTexts();
  return {
    async keep(outcome) {
      const { result } = outcome;
      if ("error" in result) return db.transaction((run) => note(run, outcome, undefined, null).then(() => undefined));
      const { json } = result;
      const exports = exportsOf(result.exported);
      const known = json && texts.find(json);
      if (known !== undefined && (await noteAgain(db, outcome, exports, known))) return;
      const body = bodyOf(result.catalog);
      if (json !== undefined) texts.learn(json, body.digest);
      if (known === undefined && (await noteAgain(db, outcome, exports, body))) return;
      const packed = await packIfNew((statement, values) => db.run(statement, values), body);
      await db.transaction((run) => keepCatalog(run, box, outcome, { body, packed, exports }));
    },

    async list(nodeId, limit) {
      if (!isUuid(nodeId)) return [];
      return (await db.run<SummaryRow>(LIST, [nodeId, limit])).map(summaryOf);
    },

    async find(nodeId, id) {
      if (!isUuid(nodeId) || !isBigint(id)) return undefined;
      const [row] = await db.run<KeptRow>(FIND, [nodeId, id]);
      if (row === undefined) return undefined;
      const { logs, header, body, size, ...summary } = row;
      const catalog =
        body === null || header === null || size === null ? undefined : await catalogOf(body, size, header);
      return { ...summaryOf(summary), logs, catalog };
    },

    async ofReport(reportId) {
      if (!isBigint(reportId)) return undefined;
      const [row] = await db.run<SummaryRow>(OF_REPORT, [reportId]);
      return row && summaryOf(row);
    },

    async reportsOf(nodeId, id, limit) {
      if (!isUuid(nodeId) || !isBigint(id)) return [];
      return db.run<ReportOfCatalog>(REPORTS_OF, [nodeId, id, limit]);
    },

    async nodesOf(environment, limit) {
      const rows = await db.run<{ id: string; name: string; total: number }>(NODES_OF, [cleanText(environment), limit]);
      return { nodes: rows.map(({ id, name }) => ({ id, name })), total: rows[0]?.total ?? 0 };
    },
  };
}

/** @returns whether it was the same outcome as the last one */
async function noteAgain(
  db: Pick<Database, "run">,
  outcome: CatalogOutcome,
  exports: Exports,
  { digest, header }: KnownText,
): Promise<boolean> {
  const same = [keyOf(outcome.certname), digest, exports.digest, cleanText(outcome.certname)];
  return (await db.run(AGAIN, [...same, ...noteOf(outcome, header)])).length > 0;
}

interface Made {
  readonly body: Body;
  readonly packed: Buffer | undefined;
  readonly exports: Exports;
}

async function keepCatalog(run: Run, box: SecretBox, outcome: CatalogOutcome, made: Made): Promise<void> {
  const { body, packed, exports } = made;
  const bodyId = await holdBody(run, body, packed);
  const noted = await note(run, outcome, body.header, bodyId);
  if (noted === undefined) return;
  await listResources(run, bodyId, body.catalog);
  const { agentId, id } = noted;
  const values = [agentId, id, bodyId, cleanText(outcome.certname), exports.digest];
  const [before] = await run<{ same: boolean }>(POINT, values);
  if (before?.same !== true) await replaceExports(run, box, agentId, exports);
}

/** @returns undefined for a name that no agent has */
async function note(run: Run, outcome: CatalogOutcome, header: Header | undefined, bodyId: string | null) {
  const { certname, result } = outcome;
  const [agent] = await run<{ id: string }>(HOLD_AGENT, [keyOf(certname)]);
  if (agent === undefined) return undefined;
  const error = "error" in result ? cutText(cleanText(result.error)) : null;
  const [noted] = await run<{ id: string }>(NOTE, [agent.id, bodyId, error, ...noteOf(outcome, header)]);
  return noted === undefined ? undefined : { agentId: agent.id, id: noted.id };
}

/** Environment, version, milliseconds, header, logs. */
function noteOf({ environment, version, milliseconds, logs }: CatalogOutcome, header: Header | undefined): unknown[] {
  return [
    cleanText(environment),
    version ?? null,
    milliseconds,
    header === undefined ? null : JSON.stringify(header),
    JSON.stringify(cleanJson(logs.slice(0, MOST_LOGS).map(cutLog))),
  ];
}

const cutText = (text: string) => (text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`);
const cutLog = (log: CompileLog): CompileLog => ({ ...log, message: cutText(log.message) });

type Nullable<T> = { readonly [K in keyof T]: undefined extends T[K] ? Exclude<T[K], undefined> | null : T[K] };
type SummaryRow = Nullable<CatalogSummary>;
interface KeptRow extends SummaryRow {
  readonly logs: CompileLog[];
  readonly header: Header | null;
  readonly body: Buffer | null;
  readonly size: number | null;
}

const summaryOf = (row: SummaryRow): CatalogSummary => ({
  ...row,
  version: row.version ?? undefined,
  digest: row.digest ?? undefined,
  resources: row.resources ?? undefined,
  error: row.error ?? undefined,
});
