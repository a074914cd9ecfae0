import type { CreatedJobOrder, Job, JobEvent, JobOrder, JobOrderSummary, JobSummary } from "@gatehouse/client";
import { jobStates } from "@gatehouse/core/jobs";
import { counted, lasting } from "../server/doctor/words.js";
import { inline, pairs, printable, section, table, tally } from "./output.js";
import { when, whenAndAgo } from "./when.js";

/** Characters of a spec that are shown. */
const SHOWN = 2000;

const WHY: Readonly<Record<CreatedJobOrder["left"][number]["why"], string>> = {
  "no-agent": "no agent of it could do it",
  "not-active": "it is in quarantine or out of service",
};

const nameOf = ({ name, id }: Pick<JobOrder, "name" | "id">): string => name ?? id;

/** What came of an order that was made a moment ago. */
export function createdText({ order, jobs, left, leftCount }: CreatedJobOrder): string {
  const lines = [`Order ${nameOf(order)}: ${jobs === 0 ? "no job was made" : counted(jobs, "job")}.`];
  if (leftCount > 0) {
    lines.push(`${counted(leftCount, "node")} ${leftCount === 1 ? "gets" : "get"} none:`);
    lines.push(...left.map(({ name, why }) => `  ${name}: ${WHY[why]}`));
    if (leftCount > left.length) lines.push(`  and ${leftCount - left.length} more`);
  }
  if (jobs > 0) lines.push(`How it goes: gatehouse job show ${nameOf(order)}`);
  return `${lines.map(printable).join("\n")}\n`;
}

export function ordersText(orders: readonly JobOrderSummary[]): string {
  return table(
    ["ORDERED", "BY", "ORDER", "TASK", "FOR", "JOBS"],
    orders.map((order) => [
      when(order.createdAt),
      order.createdBy,
      nameOf(order),
      order.task,
      forText(order),
      tally(order.counts, jobStates),
    ]),
    "Nothing was ordered yet: gatehouse job create --package NAME --group GROUP",
  );
}

const forText = ({ group, nodes }: Pick<JobOrderSummary, "group" | "nodes">): string =>
  group === null ? counted(nodes ?? 0, "node") : `group ${group}`;

export function jobsText(jobs: readonly JobSummary[], isFiltered: boolean): string {
  return table(
    ["DUE", "NODE", "TASK", "STATE", "WHY", "ORDER", "ID"],
    jobs.map((job) => [
      when(job.dueAt),
      job.nodeName,
      job.task,
      job.state,
      whyText(job),
      job.orderName ?? job.orderId,
      job.id,
    ]),
    isFiltered ? "No job is like that." : "There are no jobs yet: gatehouse job create --package NAME --group GROUP",
  );
}

const whyText = ({ reason, waitsBecause }: Pick<JobSummary, "reason" | "waitsBecause">): string | null =>
  reason ?? waitsBecause?.text ?? null;

/** An order: what it is, how far it is, what went wrong. */
export function orderText(order: JobOrder, failed: readonly JobSummary[]): string {
  const facts = pairs([
    ["order", order.name === null ? order.id : `${order.name} (${order.id})`],
    ["task", order.task],
    ["what", specText(order.work.spec)],
    ["for", forText(order)],
    ["ordered", `${whenAndAgo(order.createdAt)} by ${order.createdBy}`],
    ["not before", when(order.notBefore)],
    ["in a minute", order.perMinute],
    ["waits for", lasting(order.waitSeconds * 1000)],
    ["silence", lasting(order.silenceSeconds * 1000)],
    ["wakes", order.wake ? "yes" : null],
    ["jobs", tally(order.counts, jobStates) || "none"],
    ["each of them", `gatehouse job list --order ${nameOf(order)}`],
  ]);
  if (failed.length === 0) return facts;
  const rows = failed.map((job) => [job.nodeName, job.state, job.reason, job.id]);
  return facts + section("What went wrong", table(["NODE", "STATE", "WHY", "ID"], rows, ""));
}

/** A job with its story. */
export function jobText(job: Job, events: readonly JobEvent[]): string {
  const facts = pairs([
    ["job", job.id],
    ["node", `${job.nodeName} (${job.nodeId})`],
    ["task", job.task],
    ["what", specText(job.work.spec)],
    ["state", job.state],
    ["why", whyText(job)],
    ["order", job.orderName === null ? job.orderId : `${job.orderName} (${job.orderId})`],
    ["ordered", `${whenAndAgo(job.createdAt)} by ${job.createdBy}`],
    ["due", when(job.dueAt)],
    ["handed over", job.sentAt && `${whenAndAgo(job.sentAt)}${job.timesSent > 1 ? `, ${job.timesSent} times` : ""}`],
    ["started", when(job.startedAt)],
    ["heard of", whenAndAgo(job.heardAt)],
    ["ended", whenAndAgo(job.endedAt)],
  ]);
  if (events.length === 0) return facts;
  const rows = events.map((event) => [
    when(event.at),
    event.by,
    event.step,
    event.about,
    event.status,
    saidText(event),
  ]);
  return facts + section("What was said", table(["AT", "BY", "STEP", "ABOUT", "STATUS", "MESSAGE"], rows, ""));
}

const saidText = ({ message, data }: JobEvent): string =>
  [message, data === undefined ? null : inline(data).slice(0, SHOWN)].filter((part) => part !== null).join(" ");

function specText(spec: unknown): string {
  const text = inline(spec);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
