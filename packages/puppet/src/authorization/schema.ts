import { ruleMethods } from "./rule.js";

const text = { type: "string", minLength: 1, maxLength: 512 } as const;
const texts = { anyOf: [text, { type: "array", items: text, minItems: 1, maxItems: 100 }] } as const;
const entry = {
  anyOf: [
    text,
    {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: {
        certname: text,
        extensions: { type: "object", minProperties: 1, maxProperties: 50, additionalProperties: texts },
      },
    },
  ],
} as const;
const entries = { anyOf: [...entry.anyOf, { type: "array", items: entry, minItems: 1, maxItems: 1000 }] } as const;
const method = { enum: ruleMethods } as const;

/** A rule's form; what its parts mean is looked at when it is compiled. */
export const ruleSchema = {
  type: "object",
  additionalProperties: false,
  required: ["name", "sort-order", "match-request"],
  properties: {
    name: { ...text, description: "Unique. The name of a default rule replaces that one." },
    "sort-order": {
      type: "integer",
      minimum: 1,
      maximum: 999,
      description: "The first rule that matches decides; the default ones have 500.",
    },
    "match-request": {
      type: "object",
      additionalProperties: false,
      required: ["path", "type"],
      properties: {
        path: { ...text, description: "What a path begins with, or a regular expression." },
        type: { enum: ["path", "regex"] },
        method: { anyOf: [method, { type: "array", items: method, minItems: 1 }], description: "All, if left out." },
        "query-params": { type: "object", maxProperties: 20, additionalProperties: texts },
      },
    },
    allow: { ...entries, description: "Certnames, globs, /regex/, $1, or {certname, extensions}." },
    deny: { ...entries, description: "Like allow, and looked at before it." },
    "allow-unauthenticated": { type: "boolean", description: "Anybody, with or without a certificate." },
  },
} as const;

const { name: _, ...specProperties } = ruleSchema.properties;

/** The form of a rule whose name stands elsewhere. */
export const ruleSpecSchema = {
  ...ruleSchema,
  required: ruleSchema.required.filter((field) => field !== "name"),
  properties: specProperties,
} as const;
