import { isObject } from "../inventory/reply.js";

/** One line of the schedule. */
export interface ScheduleEntry {
  /** As the server writes it, such as `Deploy`. */
  readonly task: string;
  /** An absolute URL without a query; another scheme than http(s) is for other programs. */
  readonly remote: string;
  /** Seconds between two runs; undefined: it is run once for this configuration. */
  readonly periodicity: number | undefined;
  /** Seconds before the first run; undefined: one periodicity. */
  readonly delayStartup: number | undefined;
}

/** How the agent's own port is opened. */
export interface HttpdConfig {
  readonly ip: string;
  readonly port: number;
  /** Addresses and networks that may wake it. */
  readonly trust: readonly string[];
}

/** What a server answers getConfig with. */
export interface FusionConfig {
  readonly schedule: readonly ScheduleEntry[];
  /** Settings, such as the root directory of the server. */
  readonly global: Readonly<Record<string, unknown>>;
  readonly httpd: HttpdConfig | undefined;
  /** Seconds for which it holds. */
  readonly configValidityPeriod: number | undefined;
  /** The agent has to have a certificate of the server's. */
  readonly requireSSLClientCert: boolean;
}

/**
 * Reads an answer to getConfig.
 * @throws TypeError in the words of an agent's log, for what is not as the document has it
 */
export function configOf(said: Readonly<Record<string, unknown>>): FusionConfig {
  const { schedule = [], global = {}, httpd, configValidityPeriod, requireSSLClientCert } = said;
  if (!Array.isArray(schedule)) throw new TypeError("Malformed schedule: it is no list");
  if (!isObject(global)) throw new TypeError("global is no object");
  return {
    schedule: schedule.map(entryOf),
    global,
    httpd: httpd === undefined ? undefined : httpdOf(httpd),
    configValidityPeriod: secondsIn("configValidityPeriod", configValidityPeriod),
    requireSSLClientCert: Number(requireSSLClientCert ?? 0) === 1,
  };
}

/** One of several answers, each to the question for one task. */
export function merged(configs: readonly FusionConfig[]): FusionConfig {
  const periods = configs.flatMap(({ configValidityPeriod: period }) => (period === undefined ? [] : [period]));
  return {
    schedule: configs.flatMap(({ schedule }) => schedule),
    global: Object.assign({}, ...configs.map(({ global }) => global)) as Record<string, unknown>,
    httpd: configs.find(({ httpd }) => httpd !== undefined)?.httpd,
    configValidityPeriod: periods.length === 0 ? undefined : Math.min(...periods),
    requireSSLClientCert: configs.some(({ requireSSLClientCert }) => requireSSLClientCert),
  };
}

/** Lines for a task, whatever its case. */
export const entriesFor = ({ schedule }: FusionConfig, task: string): ScheduleEntry[] =>
  schedule.filter((entry) => entry.task.toLowerCase() === task.toLowerCase());

function entryOf(entry: unknown): ScheduleEntry {
  if (!isObject(entry)) throw new TypeError("Malformed schedule: an entry is no object");
  const { task, remote, periodicity, delayStartup } = entry;
  if (typeof task !== "string" || task === "") throw new TypeError("Malformed schedule: an entry has no task");
  if (typeof remote !== "string" || !URL.canParse(remote))
    throw new TypeError(`Malformed schedule: ${task} has no remote`);
  if (/^https?:/i.test(remote) && remote.includes("?"))
    throw new TypeError(`Malformed schedule: the remote of ${task} has a query`);
  return {
    task,
    remote,
    periodicity: secondsIn(`periodicity of ${task}`, periodicity),
    delayStartup: secondsIn(`delayStartup of ${task}`, delayStartup),
  };
}

function httpdOf(httpd: unknown): HttpdConfig {
  if (!isObject(httpd)) throw new TypeError("httpd is no object");
  const { ip = "0.0.0.0", port = 62354, trust = [] } = httpd;
  const isPort = typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (typeof ip !== "string" || !isPort) throw new TypeError("httpd has no ip or no port");
  if (!Array.isArray(trust) || !trust.every((one) => typeof one === "string"))
    throw new TypeError("httpd trusts what is no list of addresses");
  return { ip, port, trust };
}

function secondsIn(what: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const seconds = Number(value);
  if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError(`${what} is no number of seconds`);
  return seconds;
}
