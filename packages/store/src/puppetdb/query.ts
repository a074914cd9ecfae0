import { GatehouseError } from "@gatehouse/core/errors";
import type { Database } from "../database.js";
import { excerpt, malformed } from "./refusal.js";
import { compileQuery } from "./to-sql.js";

const MOST_ROWS = 20_000;
const LONGEST_MS = 5_000;
/** Bytes of an answer as text, but for its last row: it is held in memory here, and in who asked. */
const MOST_BYTES = 32 << 20;

type Row = Readonly<Record<string, unknown>>;

/** @throws as `CatalogQueries.puppetdb` does; conflict for what is too much or takes too long */
export async function askPuppetdb(
  db: Pick<Database, "transaction">,
  query: string | readonly unknown[],
): Promise<Row[]> {
  const ast =
    typeof query !== "string" ? query : query.trimStart().startsWith("[") ? parseAst(query) : await pql(query);
  const { sql, values, names } = compileQuery(ast);
  const found = await db
    .transaction(async (run) => {
      await run(`set local statement_timeout = ${LONGEST_MS}`);
      return run<Row & { readonly total: string }>(bounded(sql), [...values]);
    })
    .catch((thrown: unknown) => {
      throw refused(thrown);
    });
  if (found.length > MOST_ROWS)
    throw new GatehouseError(
      "conflict",
      `The query finds more than ${MOST_ROWS} rows: ask for fewer, or page by page.`,
    );
  if (Number(found.at(-1)?.total ?? 0) > MOST_BYTES)
    throw new GatehouseError(
      "conflict",
      `The query finds more than ${MOST_BYTES >> 20} MiB: extract less, ask for fewer, or page by page.`,
    );
  return found.map((row) => Object.fromEntries(names.map((name, i) => [name, jsonValueOf(row[`c${i}`])])));
}

/** No more rows than tell that they are too many, or too large; `total` is the size of a row and of those before. */
const bounded = (sql: string) => `
  select * from (
    select *, sum(size) over (rows unbounded preceding) as total
    from (select *, octet_length(found::text) as size from (${sql}) as found limit ${MOST_ROWS + 1}) as sized) as summed
  where total - size <= ${MOST_BYTES}`;

const jsonValueOf = (value: unknown) => (value instanceof Date ? value.toISOString() : value);

/** What makes the parser is loaded with the first such query: most gateways never see one. */
const pql = async (text: string): Promise<unknown> => (await import("./pql.js")).parsePql(text);

function parseAst(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw malformed(`The query is no JSON: ${(thrown as Error).message}: ${excerpt(text)}`);
  }
}

/** What PostgreSQL refuses and the query is to blame for. */
function refused(thrown: unknown): unknown {
  const { code, message } = thrown as { readonly code?: string; readonly message?: string };
  if (code === "2201B") return malformed(`The query has no good regular expression: ${message}.`);
  if (code === "42803") return malformed(`The query cannot be grouped so: ${message}.`);
  if (code === "57014")
    return new GatehouseError("conflict", `The query takes longer than ${LONGEST_MS / 1000} s: ask for less.`);
  return thrown;
}
