import type { GroupChecks } from "@gatehouse/core/groups";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { ProtocolForOperators } from "./deps.js";
import { nearest } from "./nearest.js";

/** What groups are held to: the settings that the protocols declare, each value by its schema. */
export function groupChecks(protocols: readonly Pick<ProtocolForOperators, "settings">[]): GroupChecks {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  formats.default(ajv);
  const definitions = protocols.flatMap(({ settings }) => settings);
  const schemas = new Map(definitions.map(({ name, schema }) => [name, schema]));
  return {
    definitions,
    nearest,
    checkValue({ name, check: own }, value) {
      const schema = schemas.get(name);
      // Compiled when it is first needed.
      if (schema === undefined || ajv.validate(schema, value)) return own?.(value) ?? [];
      return (ajv.errors ?? []).map(({ instancePath, message }) => ({
        path: instancePath,
        message: `It ${message ?? "does not fit"}.`,
      }));
    },
  };
}
