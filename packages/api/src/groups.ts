import type { GroupChecks, SettingDefinition } from "@gatehouse/core/groups";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { ProtocolForOperators } from "./deps.js";
import { nearest } from "./nearest.js";

/** The settings that groups may carry. */
export const settingDefinitions = (protocols: readonly ProtocolForOperators[]): SettingDefinition[] =>
  protocols.flatMap(({ id, nodeSettings }) =>
    Object.entries(nodeSettings as Readonly<Record<string, { readonly description?: string }>>).map(
      ([name, schema]) => ({
        name,
        protocol: id,
        description: schema.description ?? "",
        schema: schema as SettingDefinition["schema"],
        merge: "replace" as const,
      }),
    ),
  );

/** What groups are checked by. */
export function groupChecks(protocols: readonly ProtocolForOperators[]): GroupChecks {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  formats.default(ajv);
  const definitions = settingDefinitions(protocols);
  const checks = new Map(definitions.map(({ name, schema }) => [name, ajv.compile(schema)]));
  return {
    definitions,
    nearest,
    checkValue({ name }, value) {
      const check = checks.get(name);
      if (check === undefined || check(value)) return [];
      return (check.errors ?? []).map(({ instancePath, message }) => ({
        path: instancePath,
        message: `It ${message ?? "does not fit"}.`,
      }));
    },
  };
}
