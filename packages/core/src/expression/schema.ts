import { ruleLimits } from "./check.js";
import { type Operator, operatorNames, operators } from "./comparison.js";
import { fieldForms } from "./fields.js";

const text = { type: "string", maxLength: ruleLimits.text };
const scalar = { type: ["string", "number", "boolean"], maxLength: ruleLimits.text };
const values = {
  scalar,
  list: { type: "array", minItems: 1, maxItems: ruleLimits.values, items: scalar },
  text: { ...text, minLength: 1 },
  number: { type: "number" },
  version: { ...text, minLength: 1, description: 'In quotes, such as "1.10".' },
  boolean: { type: "boolean" },
} as const;

const meanings: Readonly<Record<Operator, string>> = {
  eq: "The same value. Text fits text, a number also text that is written as it, true and false also these words.",
  in: "One of these values.",
  prefix: "It begins so.",
  glob: "`*` stands for any text, `?` for one character.",
  lt: "Less than this number.",
  lte: "Less than or equal to this number.",
  gt: "Greater than this number.",
  gte: "Greater than or equal to this number.",
  versionLt: "A version before this one.",
  versionLte: "This version or one before.",
  versionGt: "A version after this one.",
  versionGte: "This version or one after.",
  exists: "Whether there is any value.",
};

const alone = (name: string, schema: object) => ({
  type: "object",
  additionalProperties: false,
  required: [name],
  properties: { [name]: schema },
});

/**
 * JSON Schema (draft 2020-12) of a rule. What it cannot say, such as depth and the names of fields, says `checkRule`.
 * @param ref where it stands in the document that holds it, for its recursion
 */
export function ruleSchemaAt(ref: string) {
  const rules = { type: "array", minItems: 1, items: { $ref: ref } };
  return {
    description: "Which nodes are meant. A comparison is true when any of the field's values fits.",
    oneOf: [
      alone("and", rules),
      alone("or", rules),
      alone("not", { $ref: ref }),
      alone("everything", { const: true }),
      {
        type: "object",
        additionalProperties: false,
        required: ["field"],
        // The field and one operator.
        minProperties: 2,
        maxProperties: 2,
        properties: {
          field: {
            ...text,
            minLength: 1,
            description: `One of ${fieldForms.join(", ")}. Case counts, except in name, alias.KIND and reference.`,
          },
          ...Object.fromEntries(
            operatorNames.map((name) => [name, { ...values[operators[name]], description: meanings[name] }]),
          ),
        },
      },
    ],
  };
}

/** The schema of a rule as a document of its own. */
export const ruleSchema = { $schema: "https://json-schema.org/draft/2020-12/schema", ...ruleSchemaAt("#") };
