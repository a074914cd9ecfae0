import type { GroupChecks, SettingDefinition } from "@gatehouse/core/groups";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { nearest } from "../nearest.js";

/** What groups are held to: the settings that the protocols declare, each value by its schema. */
export function groupChecks(definitions: readonly SettingDefinition[]): GroupChecks {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  const validators = new Map<string, ValidateFunction>(
    definitions.map(({ name, schema }) => [name, ajv.compile(schema)]),
  );
  return {
    definitions,
    nearest,
    checkValue: ({ name }, value) => {
      const validate = validators.get(name);
      if (validate === undefined || validate(value)) return [];
      return (validate.errors ?? []).map(({ instancePath, message }) => ({
        path: instancePath,
        message: `It ${message ?? "does not fit"}.`,
      }));
    },
  };
}
