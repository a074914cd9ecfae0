import {
  type Assignments,
  explain,
  type Resolution,
  type Rulebook,
  resolve,
  resolveAlone,
  rulebookOf,
} from "@gatehouse/core/assignment";
import { GatehouseError } from "@gatehouse/core/errors";
import { type Rule, sayProblems } from "@gatehouse/core/expression";
import {
  chainOf,
  checkGroup,
  compileGroups,
  type Group,
  type GroupChecks,
  groupKey,
  membershipRule,
} from "@gatehouse/core/groups";
import { LRUCache } from "lru-cache";
import type { Database } from "../database.js";
import type { StoredNodeRegistry } from "../nodes/registry.js";
import { isUuid } from "../uuid.js";
import { loadSubject } from "./subjects.js";

/** Nodes whose settings are remembered; the values themselves are mostly those of the groups. */
const MOST_REMEMBERED = 50_000;

/** The revision and the groups of one moment. */
const LOAD_GROUPS = {
  name: "groups.load",
  text: `select (select revision::float8 from groups_revision) as revision, (select jsonb_agg(document) from groups) as groups`,
};

interface Remembered {
  readonly revision: number;
  readonly groupsRevision: number;
  readonly resolution: Resolution;
}

/** {@link Assignments} on PostgreSQL. */
export function createAssignments(
  db: Pick<Database, "read">,
  nodes: Pick<StoredNodeRegistry, "list" | "count">,
  checks: GroupChecks,
): Assignments {
  // By size, each counted as one: by number it would take its room at once, and most gateways never need it.
  const remembered = new LRUCache<string, Remembered>({ maxSize: MOST_REMEMBERED, sizeCalculation: () => 1 });
  let rulebook: { readonly revision: number; readonly book: Rulebook } | undefined;

  const loadGroups = async () => {
    const [row] = await db.read<{ revision: number; groups: Group[] | null }>(LOAD_GROUPS, []);
    if (row === undefined) throw new Error("a select returned no row");
    return { revision: row.revision, groups: row.groups ?? [] };
  };
  const rulebookAt = async (revision: number) => {
    if (rulebook?.revision === revision) return rulebook;
    const loaded = await loadGroups();
    // Another check-in may have come to the same groups, or to newer ones, meanwhile.
    if (rulebook?.revision !== loaded.revision) {
      rulebook = { revision: loaded.revision, book: rulebookOf(compileGroups(loaded.groups), checks.definitions) };
    }
    return rulebook;
  };

  const members = async (rule: Rule, page: { limit: number; after?: string }) => {
    // One after the other: one question holds one connection.
    const list = await nodes.list(page, { where: rule });
    const isAll = page.after === undefined && list.next === null;
    return { ...list, total: isAll ? list.nodes.length : await nodes.count({ where: rule }) };
  };

  const resolved: Assignments["resolved"] = async ({ nodeId, revision, groupsRevision, settings }, saying) => {
    const known = saying === undefined ? remembered.get(nodeId) : undefined;
    if (known?.revision === revision && known.groupsRevision === groupsRevision) return known.resolution;
    // Where there are no groups, it does not matter what a node says.
    if (rulebook?.revision === groupsRevision && rulebook.book.groups.length === 0)
      return resolveAlone(settings, rulebook.book);
    const loaded = await loadSubject(db, nodeId, saying);
    if (loaded === undefined) return { settings: {}, conflicts: [] };
    const rules = await rulebookAt(loaded.groupsRevision);
    const resolution = resolve(loaded.subject, loaded.byHand, rules.book);
    if (saying !== undefined) return resolution;
    remembered.set(nodeId, { revision: loaded.revision, groupsRevision: rules.revision, resolution });
    return resolution;
  };

  return {
    resolved,

    async of(agent) {
      return (await resolved(agent)).settings;
    },

    async explain(nodeId) {
      const loaded = isUuid(nodeId) ? await loadSubject(db, nodeId) : undefined;
      if (loaded === undefined) return undefined;
      return explain(loaded.subject, loaded.byHand, (await rulebookAt(loaded.groupsRevision)).book);
    },

    async members(name, page) {
      const byKey = new Map((await loadGroups()).groups.map((group) => [groupKey(group.name), group]));
      const group = byKey.get(groupKey(name));
      return group && members(membershipRule(chainOf(group, byKey)), page);
    },

    async test({ parent, ...draft }, page) {
      const problems = checkGroup({ ...draft, name: "draft", settings: {} }, checks);
      if (problems.length > 0) {
        throw new GatehouseError("request-malformed", `The group does not fit. ${sayProblems(problems)}`);
      }
      if (parent === undefined) return members(membershipRule([draft]), page);
      const groups = (await loadGroups()).groups;
      const byKey = new Map(groups.map((group) => [groupKey(group.name), group]));
      const above = byKey.get(groupKey(parent));
      if (above === undefined) {
        const end =
          checks.nearest?.(
            parent,
            groups.map(({ name }) => name),
          ) ?? ".";
        throw new GatehouseError("not-found", `There is no group ${JSON.stringify(parent.slice(0, 100))}${end}`);
      }
      return members(membershipRule([draft, ...chainOf(above, byKey)]), page);
    },
  };
}
