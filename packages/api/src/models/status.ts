import { checkStates, compilerStates, confinements } from "@gatehouse/core/health";
import { type NodeState, nodeStates } from "@gatehouse/core/nodes";
import { type ReportStatus, reportStatuses } from "@gatehouse/core/reports";
import {
  described,
  integer,
  listOf,
  mapOf,
  moment,
  named,
  nullable,
  number,
  object,
  oneOf,
  type Schema,
  text,
} from "../operation/schema.js";
import { JobCounts } from "./job.js";

const numberOf = <K extends string>(names: readonly K[]) =>
  Object.fromEntries(names.map((name) => [name, integer()])) as Record<K, Schema<number>>;

const Database = named(
  "DatabaseFacts",
  object({
    version: text(),
    sizeBytes: integer(),
    now: moment({ description: "Its own time of day." }),
    milliseconds: number({ description: "For one round trip." }),
  }),
);

const TaskRun = named(
  "TaskRun",
  object({
    name: text(),
    startedAt: moment(),
    endedAt: nullable(moment()),
    error: nullable(text({ description: "Null when it went well." })),
  }),
);

const Backlog = named(
  "Backlog",
  object({
    waiting: integer({ description: "Submissions that are accepted and not yet processed." }),
    oldestAt: nullable(moment()),
    deadLetters: integer(),
  }),
);

const Compiler = named(
  "CompilerFacts",
  object(
    { state: oneOf(compilerStates) },
    {
      reason: text({ description: "Why it is missing." }),
      ruby: text({ description: "Its version." }),
      path: text({ description: "Of that Ruby." }),
      user: text({ description: "The account that modules' code runs as." }),
      confinement: described(
        "What that code is kept from, of other processes of its account: their memory and signals, their memory, nothing.",
        oneOf(confinements),
      ),
      library: text({ description: "Such as `Puppet 7.23.0`." }),
      workers: integer({ description: "Catalogs that are compiled at once, at the most." }),
      busy: integer(),
      waiting: integer({ description: "Catalogs that wait for a worker." }),
      lost: integer({ description: "Workers that ended in mid-work." }),
      restarts: integer({ description: "Of the process that workers come from." }),
      problem: text({ description: "Why that process did not start the last time." }),
    },
  ),
);

export const Status = named(
  "Status",
  object({
    version: text({ description: "Of the gateway that answers." }),
    startedAt: moment(),
    nodes: described("How many, by state.", object(numberOf<NodeState>(nodeStates))),
    latestReports: mapOf(integer(), { description: "How many agents, by the status of their newest report." }),
    reports24h: described(
      "How many reports of the last 24 hours, by status.",
      object({}, numberOf<ReportStatus>(reportStatuses)),
    ),
    jobs: described(
      "Work for agents; wakes do not count.",
      object({
        open: described("How many, by state.", JobCounts),
        ended24h: described("How many ended in the last 24 hours, by how they ended.", JobCounts),
        unproven: integer({ description: "Of the open ones: asked for by agents that did not prove who they are." }),
      }),
    ),
    backlog: Backlog,
    pending: described(
      "What waits for a person.",
      object({ identityConflicts: integer(), certificateRequests: integer() }),
    ),
    tasks: listOf(TaskRun, { description: "How each task last went, on whatever gateway." }),
    database: Database,
    protocols: listOf(text()),
    compiler: described("Of Puppet code, on the gateway that answers.", Compiler),
  }),
);

const HealthCheck = named(
  "HealthCheck",
  object({
    id: text(),
    state: oneOf(checkStates),
    finding: text({ description: "What was found, in one sentence." }),
    advice: nullable(text({ description: "What to do; null for nothing." })),
  }),
);

export const Examination = named("Examination", object({ checks: listOf(HealthCheck) }));
