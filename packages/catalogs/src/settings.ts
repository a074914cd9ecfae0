import { catalogSettings } from "@gatehouse/core/catalogs";
import type { Problem } from "@gatehouse/core/expression";
import type { SettingDefinition } from "@gatehouse/core/groups";
import { checkParameters } from "./core-types.js";
import { parseReference, REFERENCE_PATTERN } from "./reference.js";

/** Names of classes and of variables, as Puppet has them. */
const CLASS = "^(?:::)?[a-z][a-z0-9_]*(?:::[a-z][a-z0-9_]*)*$";
const VARIABLE = "^[a-z_][A-Za-z0-9_]*$";

const environment = {
  type: "string",
  description: "The environment that the node gets, whichever it asks for.",
  pattern: "^[a-z0-9_]{1,64}$",
};

const classes = {
  type: "object",
  description: "Classes with their parameters, as an external node classifier gives them.",
  propertyNames: { pattern: CLASS },
  additionalProperties: { type: "object" },
  maxProperties: 1000,
};

const parameters = {
  type: "object",
  description: "Variables: top-scope ones for Puppet code, and `%{parameters.NAME}` in declared resources.",
  propertyNames: { pattern: VARIABLE },
  maxProperties: 1000,
};

const resources = {
  type: "object",
  description:
    "Resources by reference, such as `File[/etc/motd]`, with their parameters. `%{facts.os.family}` in a text is filled in, `%%{` stands for `%{`; before, require, notify and subscribe name other declared resources.",
  propertyNames: { pattern: REFERENCE_PATTERN },
  additionalProperties: { type: "object", maxProperties: 200 },
  maxProperties: 2000,
};

const define = (
  name: string,
  schema: SettingDefinition["schema"] & { readonly description: string },
  more: Pick<SettingDefinition, "merge" | "depth" | "check">,
): SettingDefinition => ({
  name,
  protocol: "puppet",
  description: schema.description,
  schema,
  refusesConflicts: true,
  ...more,
});

/** What groups and nodes carry for catalogs, whatever makes them. */
export const catalogSettingDefinitions: readonly SettingDefinition[] = [
  define(catalogSettings.environment, environment, { merge: "replace" }),
  define(catalogSettings.classes, classes, { merge: "deep", depth: 2 }),
  define(catalogSettings.parameters, parameters, { merge: "deep", depth: 1 }),
  define(catalogSettings.resources, resources, { merge: "deep", depth: 2, check: checkResources }),
];

function checkResources(value: unknown): Problem[] {
  return Object.entries(value as Readonly<Record<string, Readonly<Record<string, unknown>>>>).flatMap(
    ([reference, inside]) => {
      const at = `/${reference.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const type = parseReference(reference)?.type ?? "";
      return checkParameters(type, inside).map(({ path, message }) => ({ path: at + path, message }));
    },
  );
}
