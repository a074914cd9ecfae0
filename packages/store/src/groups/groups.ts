import { isDeepStrictEqual } from "node:util";
import { GatehouseError } from "@gatehouse/core/errors";
import { sayProblems } from "@gatehouse/core/expression";
import {
  checkGroup,
  checkTree,
  type Group,
  type GroupChecks,
  type GroupProblem,
  type Groups,
  groupKey,
  type PutGroup,
  type StoredGroup,
} from "@gatehouse/core/groups";
import { cleanJson, cleanText } from "../clean.js";
import type { Queryable } from "../database.js";
import type { Run } from "../session.js";

/** "grou" in ASCII: held by whoever changes groups, for they are checked together. */
const LOCK = 0x67726f75;
const COLUMNS = `document as "group", created_at as "createdAt", changed_at as "changedAt", changed_by as "changedBy"`;
const LIST = `select ${COLUMNS} from groups order by name collate "C"`;

const WRITE = `
  insert into groups (key, name, document, changed_by)
  select key, name, document, $2 from jsonb_to_recordset($1::jsonb) as t (key text, name text, document jsonb)
  on conflict (key) do update set name = excluded.name, document = excluded.document, changed_by = excluded.changed_by,
    changed_at = date_trunc('milliseconds', now())
  returning ${COLUMNS}`;

/** Problems that an error tells. */
const MOST_TOLD = 10;

/** {@link Groups} on PostgreSQL. */
export function createGroups(db: Pick<Queryable, "run" | "transaction">, checks: GroupChecks): Groups {
  const change: Groups["change"] = ({ put = [], remove = [] }, by) => {
    const wanted = put.map(plain);
    refuse(wanted.flatMap((group) => checkGroup(group, checks)));
    return db.transaction((run) => changeAll(run, wanted, remove.map(keyOf), by, checks));
  };
  return {
    list: () => db.run<StoredGroup>(LIST),

    async get(name) {
      const [row] = await db.run<StoredGroup>(`select ${COLUMNS} from groups where key = $1`, [keyOf(name)]);
      return row;
    },

    async put(group, by) {
      const [result] = (await change({ put: [group] }, by)).put;
      if (result === undefined) throw new Error("a group that was put is not there");
      return result;
    },

    async remove(name) {
      return (await change({ remove: [name] }, "")).removed.length > 0;
    },

    change,
  };
}

const keyOf = (name: string) => groupKey(cleanText(name));

/** As it will be read back: without what is undefined, and cleaned. */
const plain = (group: Group): Group => cleanJson(JSON.parse(JSON.stringify(group)) as Group);

async function changeAll(
  run: Run,
  put: readonly Group[],
  remove: readonly string[],
  by: string,
  checks: GroupChecks,
): ReturnType<Groups["change"]> {
  await run("select pg_advisory_xact_lock($1)", [LOCK]);
  const stored = new Map((await run<StoredGroup>(LIST)).map((row) => [groupKey(row.group.name), row]));
  const removed = remove.filter((key) => stored.has(key));
  const after = new Map([...stored].map(([key, { group }]) => [key, group]));
  for (const key of remove) after.delete(key);
  refuseOrphans(after, removed, stored, put);
  const twice = put.find((group, i) => put.findIndex((other) => groupKey(other.name) === groupKey(group.name)) !== i);
  if (twice !== undefined) refuse([{ group: twice.name, path: "/name", message: "It is put twice at once." }]);
  for (const group of put) after.set(groupKey(group.name), group);
  const problems = checkTree([...after.values()], checks.nearest);
  const ours = new Set(put.map(({ name }) => groupKey(name)));
  refuse(problems.filter(({ group }) => ours.has(groupKey(group)) || group === ""));
  refuse(problems, "conflict");

  const changed = put.filter((group) => !isDeepStrictEqual(stored.get(groupKey(group.name))?.group, group));
  if (removed.length > 0) await run("delete from groups where key = any($1::text[])", [removed]);
  const rows = changed.map((group) => ({ key: groupKey(group.name), name: group.name, document: group }));
  const written = rows.length === 0 ? [] : await run<StoredGroup>(WRITE, [JSON.stringify(rows), cleanText(by)]);
  const now = new Map([...stored, ...written.map((row) => [groupKey(row.group.name), row] as const)]);
  const results = put.map((group): PutGroup => {
    const row = now.get(groupKey(group.name));
    if (row === undefined) throw new Error("a group that was put is not there");
    return { stored: row, before: stored.get(groupKey(group.name))?.group, changed: changed.includes(group) };
  });
  return { put: results, removed: removed.flatMap((key) => stored.get(key)?.group.name ?? []) };
}

/** @throws conflict for groups that would lose their parent */
function refuseOrphans(
  after: ReadonlyMap<string, Group>,
  removed: readonly string[],
  stored: ReadonlyMap<string, StoredGroup>,
  put: readonly Group[],
): void {
  const replaced = new Map(put.map((group) => [groupKey(group.name), group]));
  for (const key of removed) {
    if (replaced.has(key)) continue;
    const children = [...after].filter(([name, group]) => {
      const parent = (replaced.get(name) ?? group).parent;
      return parent !== undefined && groupKey(parent) === key;
    });
    if (children.length === 0) continue;
    const names = children.slice(0, MOST_TOLD).map(([, { name }]) => name);
    throw new GatehouseError(
      "conflict",
      `Group ${stored.get(key)?.group.name} is the parent of ${names.join(", ")}: give them another one, or remove them first.`,
    );
  }
}

/** @throws with what is wrong with which group */
function refuse(problems: readonly GroupProblem[], code: "request-malformed" | "conflict" = "request-malformed"): void {
  if (problems.length === 0) return;
  const told = problems.slice(0, MOST_TOLD).map(({ group, path, message }) => ({ path: `${group}${path}`, message }));
  throw new GatehouseError(code, `The groups do not fit. ${sayProblems(told)}`);
}
