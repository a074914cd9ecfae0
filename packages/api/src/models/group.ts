import { boolean, described, integer, listOf, looseObject, moment, named, object, text } from "../operation/schema.js";
import { next } from "./common.js";
import { Node } from "./node.js";

// What it may say is checked with it, and every problem of it named by its place.
const Rule = described(
  'Which nodes: `{"field": "labels.role", "eq": "web"}`, and `and`, `or`, `not` over such.',
  looseObject(),
);
const References = listOf(text({ minLength: 1, maxLength: 255 }), {
  description: "Nodes by id, name or alias; those to come too.",
  maxItems: 10_000,
});

const draftFields = {
  parent: described("Its members are members of this group too.", text({ minLength: 1, maxLength: 100 })),
  rule: Rule,
  nodes: References,
};

const groupFields = {
  ...draftFields,
  description: text({ maxLength: 1000 }),
  priority: integer({
    description: "The highest wins; its parent's unless told, and never below it.",
    minimum: -1_000_000,
    maximum: 1_000_000,
  }),
};

const settings = looseObject({ description: "What its members get, by setting." });

export const GroupSpec = named("GroupSpec", object({ settings }, groupFields));

const stored = { name: text(), settings, createdAt: moment(), changedAt: moment(), changedBy: text() };
export const Group = named("Group", object(stored, groupFields));
export const GroupList = named("GroupList", object({ groups: listOf(Group, { description: "By name." }) }));
export const PutGroup = named(
  "PutGroup",
  object({ ...stored, changed: boolean({ description: "False when it was so already." }) }, groupFields),
);

const pageFields = {
  limit: integer({ description: "How many to answer with, at the most: 100 unless told.", minimum: 1, maximum: 500 }),
  after: text({ description: "Go on after a page: its `next`.", minLength: 1, maxLength: 2000 }),
};
export const GroupDraft = named("GroupDraft", object({}, { ...draftFields, ...pageFields }));
export const GroupMembers = named(
  "GroupMembers",
  object({ total: integer({ description: "How many they are in all." }), nodes: listOf(Node), next }),
);
