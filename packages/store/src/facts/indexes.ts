import { createHash } from "node:crypto";
import type { Database } from "../database.js";
import type { Session } from "../session.js";

/** What a fact that is searched by looks like: dotted plain words, since it stands in the text of its index. */
export const INDEXED_FACT = "^[A-Za-z0-9_-]{1,60}(\\.[A-Za-z0-9_-]{1,60}){0,9}$";
const PATTERN = new RegExp(INDEXED_FACT);
/** "sear" in ASCII: held while indexes are made and dropped. */
const LOCK = 0x73656172;
const PREFIX = "facts_by_";
/** Milliseconds that one index may take, and after which another gateway's work is asked for again. */
const BUILD_MS = 4 * 3_600_000;
const RETRY_MS = 500;

/** What a row of facts is sorted and found by, for one declared fact. @throws for a path that was not checked */
export const indexedKey = (row: string, path: string): string => keyOf(`${row}.facts`, path);

/** {@link indexedKey} for the declared facts only. */
export const keysOfIndexed =
  (paths: readonly string[]) =>
  (row: string, path: string): string | undefined =>
    paths.includes(path) ? indexedKey(row, path) : undefined;

function keyOf(column: string, path: string): string {
  if (!PATTERN.test(path)) throw new Error(`not a fact to search by: ${path}`);
  const parts = path.split(".").map((part) => ` -> '${part}'`);
  return `fact_key(${column}${parts.join("")})`;
}

/** The index's name: by digest, for names have at most 63 bytes. */
const nameOf = (path: string) => `${PREFIX}${createHash("sha256").update(path).digest("hex").slice(0, 24)}`;

/**
 * Makes the indexes of the facts that the configuration declares and drops those of others, one gateway at a time.
 * Nobody else waits meanwhile: rows are read and written as ever.
 * @returns what was made and dropped
 */
export async function indexFacts(
  db: Database,
  paths: readonly string[],
): Promise<{ made: string[]; dropped: string[] }> {
  const wanted = new Map([...new Set(paths)].map((path) => [nameOf(path), path]));
  // Building may take minutes on a large fleet; and an index that is built concurrently cannot be part of a transaction.
  const session = db.session("gatehouse-indexes", undefined, BUILD_MS);
  await session.connect();
  try {
    // Asked again and again: whoever waits inside a statement is waited for by the one who builds.
    while (!(await tryLock(session))) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    const there = await session.run<{ name: string; valid: boolean }>(
      `select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indrelid = 'facts'::regclass and starts_with(c.relname, $1)`,
      [PREFIX],
    );
    const dropped = there.filter(({ name, valid }) => !valid || !wanted.has(name)).map(({ name }) => name);
    for (const name of dropped) await session.run(`drop index concurrently if exists ${name}`);
    const kept = new Set(there.map(({ name }) => name).filter((name) => !dropped.includes(name)));
    const made = [...wanted].filter(([name]) => !kept.has(name));
    for (const [name, path] of made) {
      await session.run(
        `create index concurrently if not exists ${name} on facts ((${keyOf("facts", path)}), node_id)`,
      );
    }
    // Without statistics of the new expressions the planner takes every value for rare.
    if (made.length > 0) await session.run("analyze facts");
    return { made: made.map(([, path]) => path), dropped };
  } finally {
    await session.close();
  }
}

async function tryLock(session: Session): Promise<boolean> {
  const [row] = await session.run<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [LOCK]);
  return row?.held === true;
}
