import { GatehouseError } from "@gatehouse/core/errors";
import type { Rule } from "@gatehouse/core/expression";
import type { Group as CoreGroup, StoredGroup } from "@gatehouse/core/groups";
import { given, page } from "../models/common.js";
import { Group, GroupDraft, GroupList, GroupMembers, GroupSpec, PutGroup } from "../models/group.js";
import { done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

const GROUP_PART = "The group's name.";
/** Bytes: a list of 10,000 names of full length. */
const GROUP_LIMIT = 4 << 20;
const USUAL_PAGE = 100;

const viewOf = ({ group, ...kept }: StoredGroup) => ({ ...group, ...kept });
const none = () => new GatehouseError("not-found", "There is no group of this name.");

export const listGroups = operation({
  id: "api.groups.list",
  method: "GET",
  path: "/groups",
  parts: {},
  summary: "The groups, with their rules and what they give",
  role: "viewer",
  answers: { 200: json("Every group.", GroupList) },
  handle:
    ({ groups }) =>
    async () =>
      ok({ groups: (await groups.list()).map(viewOf) }),
});

export const showGroup = operation({
  id: "api.groups.show",
  method: "GET",
  path: "/groups/{name}",
  parts: { name: GROUP_PART },
  summary: "One group, with its rule and what it gives",
  role: "viewer",
  answers: { 200: json("The group.", Group) },
  handle:
    ({ groups }) =>
    async ({ path }) => {
      const found = await groups.get(path.name);
      if (found === undefined) throw none();
      return ok(viewOf(found));
    },
});

export const listGroupMembers = operation({
  id: "api.groups.members",
  method: "GET",
  path: "/groups/{name}/nodes",
  parts: { name: GROUP_PART },
  summary: "The nodes of a group, by name",
  role: "viewer",
  query: page(500),
  answers: { 200: json("A page of nodes.", GroupMembers) },
  handle:
    ({ assignments }) =>
    async ({ path, query: { limit, after } }) => {
      const members = await assignments.members(path.name, { limit, ...given({ after }) });
      if (members === undefined) throw none();
      return ok(members);
    },
});

export const testGroup = operation({
  id: "api.groups.test",
  method: "POST",
  path: "/groups/test",
  parts: {},
  summary: "The nodes that a group would take; nothing is stored",
  role: "viewer",
  body: GroupDraft,
  bodyLimit: GROUP_LIMIT,
  answers: { 200: json("A page of nodes, by name.", GroupMembers) },
  handle:
    ({ assignments }) =>
    async ({ body: { limit = USUAL_PAGE, after, rule, ...draft } }) =>
      ok(
        await assignments.test(
          { ...draft, ...given({ rule: rule as Rule | undefined }) },
          { limit, ...given({ after }) },
        ),
      ),
});

export const putGroup = operation({
  id: "api.groups.put",
  method: "PUT",
  path: "/groups/{name}",
  parts: { name: GROUP_PART },
  summary: "Add a group, or put it in the place of the one of its name",
  role: "operator",
  body: GroupSpec,
  bodyLimit: GROUP_LIMIT,
  answers: { 200: json("The group as it is now.", PutGroup) },
  refusals: [409],
  handle:
    ({ groups, audit }) =>
    async ({ path: { name }, body: { rule, ...spec }, actor }) => {
      const group: CoreGroup = { ...spec, name, ...given({ rule: rule as Rule | undefined }) };
      const { stored, before = null, changed } = await groups.put(group, actor);
      if (changed)
        await audit.record({ actor, action: "group.put", subject: name, detail: { before, after: stored.group } });
      return ok({ ...viewOf(stored), changed });
    },
});

export const removeGroup = operation({
  id: "api.groups.remove",
  method: "DELETE",
  path: "/groups/{name}",
  parts: { name: GROUP_PART },
  summary: "Take a group away, and what it gave with it",
  role: "operator",
  answers: { 204: nothing("It is gone.") },
  refusals: [409],
  handle:
    ({ groups, audit }) =>
    async ({ path: { name }, actor }) => {
      const before = await groups.get(name);
      if (before === undefined || !(await groups.remove(name))) throw none();
      await audit.record({ actor, action: "group.remove", subject: name, detail: { before: before.group } });
      return done;
    },
});
