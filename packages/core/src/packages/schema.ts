import { packageCheckTypes } from "./types.js";

const text = (description: string, maxLength = 4096) => ({ type: "string", description, minLength: 1, maxLength });
const name = text("What it is called in reports.", 200);

const checks = {
  type: "array",
  description: "What has to hold; in this order.",
  maxItems: 200,
  items: {
    type: "object",
    additionalProperties: false,
    required: ["type", "path", "return"],
    properties: {
      type: { enum: packageCheckTypes, description: "What is looked at." },
      path: text("The file, the folder or the key of the registry."),
      value: text("What it is compared with: bytes, megabytes (freespaceGreater), a digest, a value."),
      return: {
        enum: ["error", "ko", "abort", "skip", "startnow", "warning", "info", "ignore"],
        description:
          "What follows where it does not hold. error, ko, abort: the job has failed; skip: it is left out; startnow: the other checks are left out; warning, info, ignore: it is told, and the job goes on.",
      },
      name,
    },
  },
} as const;

const step = (required: readonly string[], properties: object) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties: { name, checks, ...properties },
});
const moved = step(["from", "to"], { from: text("What: may hold `*`."), to: text("Where to.") });
const paths = step(["list"], {
  list: { type: "array", description: "Paths.", items: text("A path."), minItems: 1, maxItems: 200 },
});

/** JSON Schema (draft 2020-12) of {@link PackageDescription}'s parts, as operators write them: words of the protocol. */
export const packageSchema = {
  description: text("What it is for.", 2000),
  checks,
  actions: {
    type: "array",
    description: "What is done, in this order, in the folder with the package's files.",
    maxItems: 200,
    items: {
      type: "object",
      additionalProperties: false,
      required: [],
      minProperties: 1,
      maxProperties: 1,
      properties: {
        cmd: step(["exec"], {
          exec: text("A command, run as the agent's user: root or SYSTEM.", 32_768),
          envs: {
            type: "object",
            description: "Variables of its environment.",
            maxProperties: 100,
            additionalProperties: { type: "string", maxLength: 32_768 },
          },
          logLineLimit: {
            type: "integer",
            description: "Lines of its output that are told: 10 unless said; 0: none where it went well; -1: all.",
            minimum: -1,
            maximum: 10_000,
          },
          retChecks: {
            type: "array",
            description: "What tells whether it went well; without them it always did.",
            maxItems: 50,
            items: {
              type: "object",
              additionalProperties: false,
              required: ["type", "values"],
              properties: {
                type: { enum: ["okCode", "errorCode", "okPattern", "errorPattern"], description: "What is compared." },
                values: { type: "array", items: text("A code or a pattern.", 1000), minItems: 1, maxItems: 100 },
              },
            },
          },
        }),
        move: moved,
        copy: moved,
        mkdir: paths,
        delete: paths,
      },
    },
  },
  userInteractions: {
    type: "array",
    description: "What Windows agents ask the person at the machine; keys as the protocol has them.",
    maxItems: 50,
    items: {
      type: "object",
      maxProperties: 50,
      propertyNames: { pattern: "^[a-z_]{1,50}$" },
      additionalProperties: { type: ["string", "number", "boolean"], maxLength: 10_000 },
    },
  },
  wantsSoftware: { type: "boolean", description: "The agent sends the list of its software when it is done." },
} as const;
