import { existsSync, readFileSync } from "node:fs";
import type { JobWork } from "@gatehouse/core/jobs";
import { type FusionInventoryAgent, fusionInventoryAgent } from "../inventory/agents.js";
import { type InventoryHouse, startHouse } from "../inventory/house.js";
import { missingOf, type Ran } from "../puppet/programs.js";
import { send } from "../wire.js";

const LOGIN = "own";
const TASKS = "/usr/share/fusioninventory/lib/FusionInventory/Agent/Task";
const packages: Readonly<Record<string, string>> = { NetDiscovery: "network", NetInventory: "network" };

/** For the title of a suite. @param tasks of Debian's agent, such as `Deploy` @param programs what else has to be there */
export function needsTasks(tasks: readonly string[], ...programs: string[]): { skip: boolean; note: string } {
  const missing = missingOf("fusioninventory-agent", ...programs);
  for (const task of tasks)
    if (!existsSync(`${TASKS}/${task}.pm`))
      missing.push(`fusioninventory-agent-task-${packages[task] ?? task.toLowerCase()}`);
  if (missing.length > 0)
    process.stderr.write(`${tasks.join(", ")} by Debian's agent: not run, for want of ${missing.join(", ")}\n`);
  return { skip: missing.length > 0, note: missing.length > 0 ? ` (needs ${missing.join(", ")})` : "" };
}

/** A job as it is told. */
export interface ShownJob {
  readonly id: string;
  readonly number: number;
  readonly task: string;
  readonly state: string;
  readonly reason: string | null;
  readonly timesSent: number;
  readonly nodeId: string;
  readonly waitsBecause: { readonly code: string; readonly text: string } | null;
}

export interface ShownEvent {
  readonly by: string;
  readonly step: string | null;
  readonly about: string | null;
  readonly status: string | null;
  readonly message: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A report as it is listed. */
export interface ShownReport {
  readonly protocol: string;
  readonly run: string;
  readonly operation: string;
  readonly status: string;
}

/** A gateway with an agent whose machine it knows, and work for it. */
export interface JobHouse extends InventoryHouse {
  readonly agent: FusionInventoryAgent;
  /** The node of the agent's machine. */
  readonly node: string;
  /** A session over HTTPS, with the agent's own login unless options say other. */
  session(...options: string[]): Promise<Ran>;
  /** A session with the login in the address, which asks nobody to ask for it: from then on the agent is asked in every request. */
  prove(): Promise<Ran>;
  /** A session in which nothing proves who it is, unless address or options do. */
  unproven(url: string, ...options: string[]): Promise<Ran>;
  /** The agent's own login: in options, and in the server's address. */
  login(): Promise<{ readonly options: readonly string[]; readonly url: string }>;
  /** Orders work for the agent's node. @returns its job's id */
  order(work: JobWork, more?: object): Promise<string>;
  job(id: string): Promise<ShownJob>;
  /** What was said of it. */
  story(id: string): Promise<readonly ShownEvent[]>;
  /** Its report, once it is processed. */
  report(id: string): Promise<ShownReport>;
  /** @throws for an answer that is no success */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** The operators' API of a gateway. @throws for an answer that is no success */
export const apiOf =
  ({ gateway }: Pick<InventoryHouse, "gateway">): JobHouse["api"] =>
  async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await send(gateway.https, {
      ...{ method, path: `/api/v1${path}`, headers: { Authorization: `Bearer ${gateway.token}` } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return (answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString())) as T;
  };

/** @param env settings of the gateway */
export async function startJobHouse(env: Readonly<Record<string, string>> = {}): Promise<JobHouse> {
  const house = await startHouse(env);
  const agent = fusionInventoryAgent();
  const tls = `--ca-cert-file=${house.gateway.ca}`;
  const close = async () => {
    agent.remove();
    await house.close();
  };
  const api = apiOf(house);
  try {
    const unproven = (url: string, ...options: string[]) => agent.run(url, tls, ...options);
    await unproven(`${house.https}/`, "--tasks=inventory");
    const [{ id: node } = { id: "" }] = await house.nodes();
    let secret: Promise<string> | undefined;
    const login = async () => {
      const options = ["--kind", "basic", "--agent", agent.deviceId()];
      secret ??= house
        .json<{ secret: string }>("enrolment", "login", "add", LOGIN, ...options)
        .then((added) => added.secret);
      const password = await secret;
      return {
        options: [`--user=${LOGIN}`, `--password=${password}`],
        url: `${house.https.replace("//", `//${LOGIN}:${password}@`)}/`,
      };
    };
    return {
      ...{ ...house, agent, node, unproven, login, api, close },
      prove: async () => unproven((await login()).url, "--tasks=inventory"),
      session: async (...options) => {
        const own = await login();
        return unproven(`${house.https}/`, ...own.options, ...options);
      },
      order: async (work, more = {}) => {
        const { order } = await api<{ order: { id: string } }>("POST", "/job-orders", { work, nodes: [node], ...more });
        const { jobs } = await api<{ jobs: readonly ShownJob[] }>("GET", `/jobs?order=${order.id}`);
        const job = jobs.find(({ task }) => task === work.task);
        if (job === undefined) throw new Error(`the order made no job: ${JSON.stringify(jobs)}`);
        return job.id;
      },
      job: (id) => api("GET", `/jobs/${id}`),
      story: async (id) =>
        (await api<{ events: readonly ShownEvent[] }>("GET", `/jobs/${id}/events?limit=1000`)).events,
      report: async (id) => {
        const { reports } = await house.json<{ reports: readonly ShownReport[] }>("report", "list", "--node", node);
        const report = reports.find(({ run }) => run === id);
        if (report === undefined) throw new Error(`no report of ${id} among ${reports.length}`);
        return report;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Lines in which an agent complains. */
export const complaints = (out: string): readonly string[] =>
  out.split("\n").filter((line) => /^\[(?:error|warning|fault)\]/.test(line));

export const textOf = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
