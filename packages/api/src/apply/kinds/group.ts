import { ruleSchemaAt } from "@gatehouse/core/expression";
import {
  checkGroup,
  checkTree,
  type Group,
  type GroupChecks,
  groupKey,
  groupLimits,
  groupSchemaAt,
} from "@gatehouse/core/groups";
import { differences } from "../differences.js";
import { refusal } from "../faults.js";
import type { Document, DocumentKind } from "../kind.js";

const RULE = "Rule";

const groupOf = ({ name, spec }: Pick<Document, "name" | "spec">): Group => ({ ...spec, name }) as unknown as Group;

/** A path in a group, as one in its document. */
const pointerOf = (path: string): string => (path === "/name" ? path : `/spec${path}`);

/** Which nodes get which settings. */
export function groupKind(checks: GroupChecks): DocumentKind {
  const editor = groupSchemaAt(`#/definitions/${RULE}`, checks.definitions);
  return {
    kind: "Group",
    description: "Which nodes get which settings: those that a rule takes, and those of a list.",
    name: {
      type: "string",
      minLength: 1,
      maxLength: groupLimits.name,
      description: "Compared without regard to case.",
    },
    caseless: true,
    // What a rule and settings are wrong in, `checkGroup` says better than a schema.
    spec: {
      type: "object",
      additionalProperties: false,
      required: ["settings"],
      properties: { ...editor.properties, rule: {}, settings: { type: "object" } },
    },
    editor: { spec: editor, definitions: { [RULE]: ruleSchemaAt(`#/definitions/${RULE}`) } },

    check: (document) => ({
      faults: checkGroup(groupOf(document), checks).map(({ path, message }) => ({ pointer: pointerOf(path), message })),
    }),

    async open({ ports: { groups }, actor }) {
      const stored = new Map((await groups.list()).map(({ group }) => [groupKey(group.name), group]));
      return {
        async compare(document) {
          const before = stored.get(groupKey(document.name));
          if (before === undefined) return undefined;
          return differences({ ...before }, { ...groupOf({ ...document, name: before.name }) });
        },

        async change(put, remove) {
          const after = new Map(stored);
          for (const { name } of remove) after.delete(groupKey(name));
          for (const document of put) after.set(groupKey(document.name), groupOf(document));
          const documents = new Map(put.map((document) => [groupKey(document.name), document]));
          // Together they are looked at here too: the port knows of no places in documents.
          const faults = checkTree([...after.values()], checks.nearest).flatMap(({ group, path, message }) => {
            const document = documents.get(groupKey(group));
            return document === undefined ? [] : [{ index: document.index, pointer: pointerOf(path), message }];
          });
          if (faults.length > 0) throw refusal(faults.sort((a, b) => a.index - b.index));
          await groups.change({ put: put.map(groupOf), remove: remove.map(({ name }) => name) }, actor);
        },

        async identities() {
          const now = new Map((await groups.list()).map(({ group, createdAt }) => [groupKey(group.name), createdAt]));
          return ({ name }) => now.get(groupKey(name))?.toISOString();
        },
      };
    },
  };
}
