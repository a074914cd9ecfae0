import { RECORDING_NAME } from "@gatehouse/core/exchanges";
import { type JsonSchema, kinds } from "./kinds/index.js";

/** Expectations of one run, at the most. */
export const MOST_EXPECTATIONS = 1000;
/** Days that one may wait. */
export const MOST_DAYS = 7;

export const DURATION = "^[1-9][0-9]{0,5}[smhdw]$";
const MOMENT = "^(ever|start|[0-9]{1,6}[smhdw]|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].{1,30})?)$";
const MOST_COUNT = 10_000;

const count = (least: number, description: string): JsonSchema => ({
  ...{ type: "integer", minimum: least, maximum: MOST_COUNT },
  description,
});

const within = { type: "string", pattern: DURATION, description: "In this time, such as `90s` or `5m`." };

/** What stands under each kind's word. */
const specs = Object.fromEntries([...kinds].map(([word, { schema }]) => [word, schema]));

/** One expectation: what must happen, or what must not. */
export const expectationSchema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    name: { type: "string", minLength: 1, maxLength: 1000, description: "What it is called in the results." },
    within: { ...within, description: `${within.description} As the file says, else 5m.` },
    since: {
      ...{ type: "string", pattern: MOMENT },
      description:
        "Only what is since then: `start` (of the command), `ever`, a time ago such as `2h`, or a date. Reports and exchanges count from the start, everything else from ever.",
    },
    atLeast: count(1, "So many fit: 1 unless said."),
    atMost: count(0, "No more fit, at any time until all else is settled."),
    exactly: count(0, "So many fit, and at no time more."),
    never: {
      ...{ type: "object", additionalProperties: false, minProperties: 1, maxProperties: 1, properties: specs },
      description: "None fits, at any time until all else is settled; with `within`, at least for so long.",
    },
    ...specs,
  },
};

/** What a recording is told: the API's NewRecording. */
const recordSchema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  description: "What the gateway is to record meanwhile: exchanges are known from recordings only.",
  properties: {
    name: { type: "string", pattern: RECORDING_NAME },
    node: { type: "string", minLength: 1, maxLength: 255, description: "Of this node: name, id or alias." },
    group: { type: "string", minLength: 1, maxLength: 100, description: "Of the nodes of this group." },
    protocol: { type: "string", minLength: 1, maxLength: 50, description: "Such as `dsc`." },
    route: { type: "string", minLength: 1, maxLength: 100, description: "The beginning of a route's name." },
    from: { type: "string", minLength: 1, maxLength: 45, description: "The client's address." },
    leastStatus: { type: "integer", minimum: 100, maximum: 599, description: "Answers from this status on." },
    seconds: { type: "integer", minimum: 1, maximum: 2_592_000, description: "Until it ends by itself." },
    most: { type: "integer", minimum: 1, maximum: 100_000, description: "Exchanges that it keeps." },
    megabytes: { type: "integer", minimum: 1, maximum: 10_240, description: "That it keeps." },
  },
};

/** A document with several expectations, and what they share. */
export const listSchema = (expectation: JsonSchema): JsonSchema => ({
  type: "object",
  additionalProperties: false,
  required: ["expect"],
  properties: {
    within: { ...within, description: `${within.description} For all that say nothing else; 5m unless said.` },
    record: recordSchema,
    expect: { type: "array", minItems: 1, maxItems: MOST_EXPECTATIONS, items: expectation },
  },
});

/** The JSON Schema of a file, for editors: draft 07 is what they know. */
export function fileSchema(): JsonSchema {
  const expectation = { $ref: "#/definitions/expectation" };
  const words = [...kinds.keys(), "never"];
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Expectations of gatehouse expect",
    anyOf: [
      { $ref: "#/definitions/expectations" },
      expectation,
      { type: "array", items: expectation, minItems: 1, maxItems: MOST_EXPECTATIONS },
    ],
    definitions: {
      expectations: listSchema(expectation),
      expectation: { ...expectationSchema, oneOf: words.map((word) => ({ required: [word] })) },
    },
  };
}
