import { groupLimits } from "./check.js";
import type { SettingDefinition, settingMerges } from "./types.js";

const said: Readonly<Record<(typeof settingMerges)[number], string>> = {
  replace: "The first group that has it gives it.",
  union: "The lists of all groups are joined.",
  deep: "The objects of all groups are merged; for each leaf the first group that has it gives it.",
};

/**
 * JSON Schema (draft 2020-12) of a group without its name, for APIs and files.
 * @param ruleRef where the schema of rules stands in the document that holds this one
 */
export function groupSchemaAt(ruleRef: string, definitions: readonly SettingDefinition[]) {
  const settings = definitions.map(({ name, schema, description, merge }) => [
    name,
    { ...schema, description: `${description} ${said[merge]}` },
  ]);
  return {
    type: "object",
    additionalProperties: false,
    required: ["settings"],
    anyOf: [{ required: ["rule"] }, { required: ["nodes"] }],
    properties: {
      description: { type: "string", maxLength: groupLimits.description },
      parent: {
        type: "string",
        minLength: 1,
        maxLength: groupLimits.name,
        description: "A group; whoever is a member of this one is a member of it too.",
      },
      priority: {
        type: "integer",
        minimum: -groupLimits.priority,
        maximum: groupLimits.priority,
        description: "The highest wins. The parent's unless told, 0 without one; never below the parent's.",
      },
      rule: { $ref: ruleRef },
      nodes: {
        type: "array",
        maxItems: groupLimits.nodes,
        items: { type: "string", minLength: 1, maxLength: groupLimits.reference },
        description: "Ids, names or aliases of nodes; beside a rule, either will do.",
      },
      settings: {
        type: "object",
        additionalProperties: false,
        maxProperties: groupLimits.settings,
        properties: Object.fromEntries(settings) as Readonly<Record<string, object>>,
      },
    },
  };
}
