import type { Credential } from "@gatehouse/core/credentials";
import {
  type Heard,
  type Job,
  type JobSaid,
  type JobState,
  type JobTask,
  type JobWork,
  needsProof,
  type Work,
} from "@gatehouse/core/jobs";
import type { AgentProof } from "@gatehouse/core/nodes";
import type { PackageVersion } from "@gatehouse/core/packages";
import { enrolmentOf } from "@gatehouse/inventory";
import type { FusionInventoryDeps } from "../deps.js";
import { type Sent, world } from "../dialect.test.helper.js";

export const DEVICE = "web01-2024-02-29-12-00-00";
export const OTHER = "db01-2024-02-29-12-00-00";
export const basic: AgentProof = { way: "basic", trust: "key", by: "agents" };

/** The first is what agents of deploy and ESX need; the second proves nothing, and comes in plain. */
export const proven = { overTls: true, proof: basic } as const;

export const jobId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

type FakeJob = { -readonly [Key in keyof Job]: Job[Key] };

/** A world with two known agents, jobs that remember what was said of them, packages and credentials. */
export function restWorld(deps: Partial<FusionInventoryDeps> = {}) {
  const jobs: FakeJob[] = [];
  const said: (JobSaid & { readonly jobId: string })[] = [];
  const packages = new Map<string, PackageVersion>();
  const credentials = new Map<string, Credential>();
  const taken: { readonly task: JobTask; readonly isProven: boolean }[] = [];
  const nextAt: { value: Date | null } = { value: null };
  let house: ReturnType<typeof world>;
  const agentOf = (agentId: string) => {
    const found = house.agents.find((agent) => agent.agentId === agentId);
    if (found === undefined) throw new Error(`no agent ${agentId}`);
    return found;
  };
  const isOpen = ({ state }: Job) => state === "prepared" || state === "sent" || state === "running";

  const work: Work = {
    workFor: async ({ agentId }, { isProven }) => {
      const open = jobs.filter((job) => job.agentId === agentId && isOpen(job) && job.state !== "running");
      const given = open.filter(({ work }) => isProven || !needsProof(work));
      const tasksOf = (some: readonly Job[]) => [...new Set(some.map(({ work }) => work.task))];
      const withheld = open.filter((job) => !given.includes(job));
      return { tasks: tasksOf(given), withheld: tasksOf(withheld), nextAt: nextAt.value };
    },
    take: async ({ agentId }, task, { isProven }, most) => {
      taken.push({ task, isProven });
      const due = jobs.filter((job) => job.agentId === agentId && job.work.task === task && isOpen(job));
      const given = due.filter((job) => job.state !== "running" && (isProven || !needsProof(job.work)));
      for (const job of given) job.state = "sent";
      return given.slice(0, most);
    },
    find: async (id) => {
      const job = jobs.find((one) => one.id === id);
      return job && { job, agent: agentOf(job.agentId) };
    },
    handedOver: async (agentId, task) =>
      jobs.filter((job) => job.agentId === agentId && job.work.task === task && /^(?:sent|running)$/.test(job.state)),
    findNumber: async (agentId, number) => jobs.find((job) => job.agentId === agentId && job.number === number),
    tally: async (id, kind) => {
      const told = said.filter(({ jobId, about }) => jobId === id && about?.startsWith(`${kind} `));
      const names = (lines: typeof told) => new Set(lines.map(({ about }) => about)).size;
      return { things: names(told), failed: names(told.filter(({ status }) => status === "ko")) };
    },
    say: async ({ id }, line): Promise<Heard> => {
      const job = jobs.find((one) => one.id === id);
      if (job === undefined || !isOpen(job)) return "over";
      job.state = line.end ?? "running";
      said.push({ ...line, jobId: id });
      return "noted";
    },
  };

  house = world({
    work,
    packages: {
      version: async (name, version) => packages.get(`${name} ${version}`),
      partBy: async (sha512) => {
        const parts = [...packages.values()].flatMap(({ files }) => files.flatMap((file) => file.parts));
        return parts.find((part) => part.sha512 === sha512);
      },
    },
    credentials: { get: async (name) => credentials.get(name) },
    ...deps,
  });
  for (const deviceId of [DEVICE, OTHER])
    house.enrol(enrolmentOf({ deviceId, name: "FusionInventory-Agent", version: "2.6" }));

  const sendTo =
    (task: string) =>
    (query: Readonly<Record<string, string>>, sent: Sent = {}) =>
      house.send({
        path: `/plugins/fusioninventory/b/${task}`,
        query: new URLSearchParams(query).toString(),
        ...sent,
      });

  return {
    ...house,
    jobs,
    nextAt,
    said,
    taken,
    packages,
    credentials,
    /** What an agent of a task asks, by the names of its query. */
    sendTo,
    /** getJobs of a task, as its answer's JSON. */
    async getJobs(task: string, sent: Sent = proven, more: Readonly<Record<string, string>> = {}) {
      const answer = await sendTo(task)({ action: "getJobs", machineid: DEVICE, ...more }, sent);
      return { status: answer?.status, json: JSON.parse(answer?.text ?? "") };
    },
    /** A job of the first agent, or of another one. */
    addJob(work: JobWork, { agent = 0, state = "prepared" as JobState } = {}): FakeJob {
      const number = jobs.length + 1;
      const { agentId, nodeId } = agentOf(`agent-${agent}`);
      const job = {
        ...{ id: jobId(number), number, orderId: jobId(900), agentId, nodeId, work, state },
        dueAt: new Date(0),
      };
      jobs.push(job);
      const known = house.agents[agent];
      if (known !== undefined) house.agents[agent] = { ...known, hasWork: true };
      return job;
    },
    /** Whether anything at all has been noted, changed or handed out. */
    isUntouched: () => said.length === 0 && house.audited.length === 0 && house.accepted.length === 0,
  };
}

/** A package of one file of three parts. */
export function packageOf(more: Partial<PackageVersion> = {}): PackageVersion {
  const part = (digit: string) => ({ sha512: digit.repeat(128), sha256: digit.repeat(64), size: 1000 });
  return {
    ...{ name: "tool", version: 3, publishedAt: new Date(0), publishedBy: "ann", wantsSoftware: false },
    checks: [],
    actions: [],
    userInteractions: [],
    files: [
      {
        ...{ name: "setup.exe", sha512: "f".repeat(128), size: 3 << 20, parts: ["0", "2", "5"].map(part) },
        ...{ uncompress: false, p2p: false, p2pRetentionMinutes: 0 },
      },
    ],
    ...more,
  };
}
