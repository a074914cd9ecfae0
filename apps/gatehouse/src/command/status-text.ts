import type { Status } from "@gatehouse/client";
import { jobStates } from "@gatehouse/core/jobs";
import { nodeStates } from "@gatehouse/core/nodes";
import { type ReportStatus, reportStatuses } from "@gatehouse/core/reports";
import { bytes, counted, lasting } from "../server/doctor/words.js";
import { pairs, printable, tally } from "./output.js";
import { ago, when } from "./when.js";

/** An overview. @param now of the gateway, as its database has it */
export function statusText(status: Status, url: string, now = new Date(status.database.now)): string {
  const { version, startedAt, database, nodes, latestReports, reports24h } = status;
  const states = tally(nodes, nodeStates);
  const runs = tally(latestReports, runOrder(latestReports));
  return pairs([
    ["gateway", `${url}, version ${version}, up ${lasting(now.getTime() - Date.parse(startedAt))}`],
    ["protocols", status.protocols.join(", ")],
    [
      "database",
      `PostgreSQL ${database.version}, ${bytes(database.sizeBytes)}, answers in ${Math.round(database.milliseconds)} ms`,
    ],
    ["compiler", compilerText(status)],
    ["nodes", states === "" ? "none yet: gatehouse dsc key add --name NAME" : states],
    ["newest runs", runs === "" ? "none yet" : runs],
    ["last 24 hours", reportsText(reports24h)],
    ["jobs", jobsText(status)],
    ["inbox", inboxText(status, now)],
    ["dead letters", deadLettersText(status)],
    ["waits for you", pendingText(status)],
    ["tasks", tasksText(status, now)],
  ]);
}

function compilerText({ compiler }: Status): string {
  const { state, reason = "", ruby, library, workers = 0, busy = 0, waiting = 0 } = compiler;
  if (state === "disabled") return "off: puppet.compiler.enabled is false";
  if (state === "starting") return "not started yet";
  if (state === "missing") return `none: ${printable(reason)}`;
  const queue = waiting === 0 ? "" : `, ${counted(waiting, "catalog waits", "catalogs wait")}`;
  return `Ruby ${ruby} with ${library}, ${busy} of ${counted(workers, "worker")} busy${queue}`;
}

/** The statuses that we know in our order, then those of a newer gateway. */
const runOrder = (counts: Status["latestReports"]) => [
  ...reportStatuses,
  ...Object.keys(counts).filter((status) => !reportStatuses.includes(status as ReportStatus)),
];

function reportsText(counts: Status["reports24h"]): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return total === 0 ? "no reports" : `${counted(total, "report")}: ${tally(counts, reportStatuses)}`;
}

function jobsText({ jobs: { open, ended24h, unproven } }: Status): string {
  const [now, lately] = [tally(open, jobStates), tally(ended24h, jobStates)];
  const withheld =
    unproven === 0
      ? ""
      : ` (${counted(unproven, "of them waits for a proof of its agent", "of them wait for a proof of their agents")})`;
  return `${now === "" ? "none open" : now}${withheld}${lately === "" ? "" : `; ended in 24 hours: ${lately}`}`;
}

function inboxText({ backlog: { waiting, oldestAt } }: Status, now: Date): string {
  if (waiting === 0) return "empty";
  const since = oldestAt === null ? "" : `, the oldest since ${when(oldestAt)} (${ago(oldestAt, now)})`;
  return `${counted(waiting, "submission waits", "submissions wait")}${since}`;
}

const deadLettersText = ({ backlog: { deadLetters } }: Status) =>
  deadLetters === 0 ? "none" : `${deadLetters}: gatehouse dead-letter list`;

function pendingText({ pending: { identityConflicts, certificateRequests }, nodes: { quarantined } }: Status): string {
  const waiting = [
    ...(quarantined === 0 ? [] : [`${counted(quarantined, "node")} in quarantine`]),
    ...(identityConflicts === 0 ? [] : [counted(identityConflicts, "identity conflict")]),
    ...(certificateRequests === 0
      ? []
      : [counted(certificateRequests, "request for a certificate", "requests for certificates")]),
  ];
  return waiting.length === 0 ? "nothing" : `${waiting.join(", ")}: gatehouse pending`;
}

function tasksText({ tasks }: Status, now: Date): string {
  const failed = tasks.filter(({ error }) => error !== null);
  if (failed.length === 0)
    return tasks.length === 0 ? "none ran yet" : `${counted(tasks.length, "task")} ran, all well`;
  return failed
    .map(({ name, startedAt, error }) => `${name} FAILED ${ago(startedAt, now)}: ${printable(error)}`)
    .join("; ");
}
