import type { SettingExplanation } from "@gatehouse/core/assignment";
import type { SettingDefinition } from "@gatehouse/core/groups";
import { DELAY, registerPolicySchema } from "./config.js";
import { REGISTER } from "./register/policy.js";

const TASK_NAME = "^[a-z][a-z0-9_-]{0,49}$";
const NUMBER = "^[1-9][0-9]{0,8}$";
const name = { type: "string", minLength: 1, maxLength: 100 } as const;
const names = (description: string) => ({
  type: "array",
  description,
  items: { type: "string", pattern: "^[A-Za-z0-9_.-]{1,100}$" },
  maxItems: 100,
  uniqueItems: true,
});

/** Which tasks the agent runs, and with what. */
export const TASKS = "glpi.tasks";
export const EXPIRATION = "glpi.expiration";
export const JOBS = "glpi.jobs";
export const CREDENTIALS = "glpi.credentials";
export const CATEGORIES = "inventory.categories";
export const DATABASES = "inventory.databases";

const setting = (name: string, description: string, schema: object, merge: SettingDefinition["merge"]) => ({
  ...{ name, protocol: "glpi", description, merge },
  schema: { description, ...schema },
});

/** What groups carry for agents that speak the protocol. */
export const glpiSettings: readonly SettingDefinition[] = [
  setting(
    TASKS,
    "What the agent is told of its tasks, by the task's name: whether it is on, and parameters that it gets as they are.",
    {
      type: "object",
      propertyNames: { pattern: TASK_NAME },
      maxProperties: 50,
      additionalProperties: {
        type: "object",
        properties: {
          enabled: { type: "boolean", description: "false: the agent does not run it." },
          server: { type: "string", description: "Who serves the task: glpi, or glpiinventory.", maxLength: 100 },
          version: { type: "string", description: "That server's version.", maxLength: 100 },
          url: { type: "string", description: "Where the task calls instead.", maxLength: 2000, pattern: "^https?://" },
        },
        maxProperties: 50,
      },
    },
    "deep",
  ),
  setting(
    EXPIRATION,
    "When the agent contacts us again, such as `30m`, `6h` or `1d`.",
    { type: "string", pattern: DELAY },
    "replace",
  ),
  setting(
    JOBS,
    "Jobs that are told in the answer to CONTACT, by task, as the protocol's document has them; released agents do not read them.",
    {
      type: "object",
      propertyNames: { pattern: TASK_NAME },
      maxProperties: 50,
      additionalProperties: { type: "array", items: { type: "object", maxProperties: 50 }, maxItems: 100 },
    },
    "deep",
  ),
  setting(
    CREDENTIALS,
    "Credentials that are told in the answer to CONTACT, by the number that jobs name, as the protocol's document has them; released agents do not read them.",
    {
      type: "object",
      propertyNames: { pattern: NUMBER },
      maxProperties: 100,
      additionalProperties: {
        type: "object",
        required: ["credential"],
        properties: {
          credential: { ...name, description: "The name of a stored credential." },
          type: { type: "string", description: "What the agent is told that it is.", maxLength: 50 },
          version: { type: "string", description: "Of SNMP: v1, v2c or v3.", enum: ["v1", "v2c", "v3"] },
        },
        additionalProperties: false,
      },
    },
    "deep",
  ),
  setting(
    CATEGORIES,
    "Which categories of an inventory the agent leaves out, and which it always sends.",
    {
      type: "object",
      properties: { no: names("Left out."), required: names("Sent though they did not change (GLPI Agent 1.13).") },
      additionalProperties: false,
    },
    "deep",
  ),
  setting(
    DATABASES,
    "Stored credentials with which the agent looks into databases, by a number of yours.",
    {
      type: "object",
      propertyNames: { pattern: NUMBER },
      maxProperties: 100,
      additionalProperties: {
        type: "object",
        required: ["credentials"],
        properties: {
          use: names("Kinds of databases, such as mysql and postgresql; all unless told."),
          credentials: { type: "array", items: name, minItems: 1, maxItems: 20, description: "Names." },
        },
        additionalProperties: false,
      },
    },
    "deep",
  ),
  setting(
    REGISTER,
    "How the agents register that are known already; what is left out is as the configuration's `glpi.register` says.",
    { type: "object", properties: registerPolicySchema, additionalProperties: false },
    "deep",
  ),
];

/**
 * What tells agents of a node with these settings not to run a task, in a few words.
 * @returns undefined where nothing does
 */
export function taskSwitchedOff(
  task: string,
  settings: readonly Pick<SettingExplanation, "setting" | "value" | "from">[],
): string | undefined {
  const tasks = settings.find(({ setting }) => setting === TASKS);
  const said = (tasks?.value as Readonly<Record<string, { readonly enabled?: boolean }>> | undefined)?.[task];
  if (tasks === undefined || said?.enabled !== false) return undefined;
  const groups = tasks.from.flatMap((source) => (source.by === "group" ? source.group : []));
  return groups.length === 0 ? `${TASKS} of the node` : `${TASKS} of ${groups.join(", ")}`;
}
