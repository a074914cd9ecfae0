import type { SettingDefinition } from "@gatehouse/core/groups";
import { ownTask } from "./tasks.js";

/** When each task runs, and who serves it. */
export const SCHEDULE = "fusioninventory.schedule";
/** What the agent is told besides. */
export const CONFIG = "fusioninventory.config";
/** Where files of packages are fetched first. */
export const MIRRORS = "fusioninventory.mirrors";

/** One entry of a schedule, as groups carry it. */
export interface ScheduleEntry {
  /** Absolute, without a query: agents put theirs behind it (wire/fusioninventory.md section 1). Left out: this gateway. */
  readonly remote?: string;
  /** Seconds. */
  readonly periodicity?: number;
  /** Seconds; left out: the first time after one periodicity. */
  readonly delayStartup?: number;
}

/** By the task's name, in any case; an empty list: it is off. */
export type Schedule = Readonly<Record<string, readonly ScheduleEntry[]>>;

export interface AgentConfig {
  readonly global?: Readonly<Record<string, unknown>>;
  readonly httpd?: { readonly ip?: string; readonly trust?: readonly string[]; readonly port?: number };
  /** Seconds. */
  readonly configValidityPeriod?: number;
  readonly requireSSLClientCert?: boolean;
}

/** What stands in an address besides letters and digits, and neither a query nor a fragment begins; no login either: settings are no place for secrets. */
const REST = "[A-Za-z0-9._~:/\\[\\]!$&'()*+,;=%-]+";
const YEAR = 366 * 86_400;
const seconds = (description: string, minimum: number) => ({
  ...{ type: "integer", description, minimum, maximum: YEAR },
});

const setting = (
  name: string,
  description: string,
  schema: object,
  more: Pick<SettingDefinition, "merge" | "depth" | "check">,
): SettingDefinition => ({
  ...{ name, protocol: "fusioninventory", description },
  schema: { description, ...schema },
  ...more,
});

/** What groups carry for agents that ask with getConfig. */
export const fusionInventorySettings: readonly SettingDefinition[] = [
  setting(
    SCHEDULE,
    "What getConfig tells of each task, by its name such as `Deploy`: when it runs, and who serves it. An empty list: it is off. Tasks that no group names are served here: the inventory always, others when there is work.",
    {
      type: "object",
      propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_-]{0,49}$" },
      maxProperties: 50,
      additionalProperties: {
        type: "array",
        maxItems: 20,
        items: {
          type: "object",
          additionalProperties: false,
          properties: {
            remote: {
              type: "string",
              description: "Who serves the task, of any kind, also amqp://…; without a query. Left out: this gateway.",
              pattern: `^[a-z][a-z0-9+.-]{0,30}://${REST}$`,
              maxLength: 2000,
            },
            periodicity: seconds("Seconds between two runs.", 1),
            delayStartup: seconds("Seconds before the first run; one periodicity unless told.", 0),
          },
        },
      },
    },
    { merge: "deep", depth: 1, check: checkSchedule },
  ),
  setting(
    CONFIG,
    "What getConfig tells besides the schedule, as the protocol's document has it; released agents read none of it.",
    {
      type: "object",
      additionalProperties: false,
      properties: {
        global: { type: "object", description: "Settings of the agent, as they are told.", maxProperties: 100 },
        httpd: {
          type: "object",
          description: "The agent's own HTTP server.",
          additionalProperties: false,
          properties: {
            ip: { type: "string", description: "The address that it listens on.", minLength: 1, maxLength: 45 },
            trust: {
              type: "array",
              description: "Who may call it: addresses and networks.",
              items: { type: "string", minLength: 1, maxLength: 255 },
              maxItems: 100,
              uniqueItems: true,
            },
            port: { type: "integer", description: "The port that it listens on.", minimum: 1, maximum: 65_535 },
          },
        },
        configValidityPeriod: seconds("Seconds for which the answer holds; 600 unless told.", 1),
        requireSSLClientCert: {
          type: "boolean",
          description: "The agent gets itself a certificate of ours, by getCertificate.",
        },
      },
    },
    { merge: "deep" },
  ),
  setting(
    MIRRORS,
    "Where agents fetch files of packages before they do it here: each serves what this gateway does below `b/deploy/parts/`.",
    {
      type: "array",
      maxItems: 20,
      uniqueItems: true,
      items: { type: "string", pattern: `^https?://${REST}$`, maxLength: 2000 },
    },
    { merge: "replace" },
  ),
];

function checkSchedule(value: unknown) {
  const seen = new Map<string, string>();
  return Object.entries(value as Schedule).flatMap(([name, entries]) => {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    return [
      ...(other === undefined ? [] : [{ path: name, message: `${other} is the same task.` }]),
      ...entries.flatMap(({ remote }, number) =>
        remote === undefined && ownTask(name) === undefined
          ? [{ path: `${name}[${number}]`, message: "No task of this name is served here: say who does, in `remote`." }]
          : [],
      ),
    ];
  });
}
