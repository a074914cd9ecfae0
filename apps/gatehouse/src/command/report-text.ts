import type { CatalogSummary, Report, ReportError, ReportEvent, ShownReport } from "@gatehouse/client";
import { JOBS_PROTOCOL } from "@gatehouse/core/jobs";
import { bytes, counted, lasting } from "../server/doctor/words.js";
import { inline, pairs, printable, section, tally } from "./output.js";
import { BY_CONCERN, eventsText } from "./report-events.js";
import { publishedText } from "./report-list.js";
import { when, whenAndAgo } from "./when.js";

/** Lines of resources that are well, at the most. */
const MOST_WELL = 20;

/** A report: how the run went, its errors, its resources, what was in force. */
export function reportText(report: ShownReport, events: readonly ReportEvent[]): string {
  return [factsText(report), errorsText(report), resourcesText(report, events), wordsText(report)].join("");
}

function factsText(report: ShownReport): string {
  const { startedAt, endedAt, firstAt, lastAt } = report;
  const took = startedAt !== null && endedAt !== null ? Date.parse(endedAt) - Date.parse(startedAt) : undefined;
  const isOfJob = report.protocol === JOBS_PROTOCOL;
  const clock = isOfJob ? "" : " by the node's clock";
  return pairs([
    ["report", report.id],
    ["node", `${report.nodeName} (${report.nodeId})`],
    ["status", statusText(report)],
    ["run", [report.operation, report.run].filter((word) => word !== null).join(" ")],
    ["protocol", report.protocol],
    // What an agent did of a job has its times from us, and its whole story there.
    ["story", isOfJob ? `gatehouse job show ${report.run}` : null],
    ["started", startedAt && `${when(startedAt)}${clock}`],
    ["ended", endedAt && `${when(endedAt)}${clock}`],
    ["took", took === undefined ? null : lasting(took)],
    ["received", whenAndAgo(firstAt)],
    ["last part", lastAt === firstAt ? null : whenAndAgo(lastAt)],
    ["resources", tally(report.counts, BY_CONCERN)],
    ["in force", contentText(report)],
    ["catalog", report.catalog && appliedText(report.nodeName, report.catalog)],
    ["submissions", partsText(report)],
  ]);
}

function statusText({ status, outcome, hungAfterSeconds }: Report): string {
  if (status === "hung" && hungAfterSeconds !== null)
    return `hung: it was not heard of for ${lasting(hungAfterSeconds * 1000)} and never ended`;
  return outcome === null || outcome === status ? status : `${status} (the agent calls it ${outcome})`;
}

function contentText(report: Report): string | null {
  if (report.content === null) return null;
  const { kind, sha256 } = report.content;
  const published = publishedText(report);
  return `${published === "" ? "what is not published here" : published} (${kind} ${sha256.toUpperCase()})`;
}

function appliedText(node: string, { id, environment, version, warnings }: CatalogSummary): string {
  const from = version === null ? environment : `${environment}, version ${version}`;
  const said = warnings === 0 ? "" : `, ${counted(warnings, "warning")} when it was compiled`;
  return `${id} of ${from}${said} (gatehouse puppet catalog ${node} --id ${id} shows it)`;
}

const partsText = ({ parts }: Report) =>
  parts.length === 0
    ? null
    : `${counted(parts.length, "submission")}, ${bytes(parts.reduce((sum, { size }) => sum + size, 0))} (--raw prints them)`;

function errorsText({ errors, errorCount }: Report): string {
  if (errorCount === 0) return "";
  const more = errorCount - errors.length;
  const lines = errors.map((error) => `${errorLine(error)}\n`).join("");
  return section(counted(errorCount, "error"), more > 0 ? `${lines}and ${more} more: --raw has them\n` : lines);
}

const errorLine = ({ message, resource, code }: ReportError) =>
  [resource, message, code === null ? null : `(${code})`]
    .filter((part) => part !== null)
    .map((part) => printable(part))
    .join(" ");

function resourcesText({ id }: Report, events: readonly ReportEvent[]): string {
  if (events.length === 0) return "";
  const rank = ({ status }: ReportEvent) => BY_CONCERN.indexOf(status);
  const sorted = events.toSorted((a, b) => rank(a) - rank(b) || a.seq - b.seq);
  const isWell = ({ status }: ReportEvent) => status === "ok";
  const shown = [...sorted.filter((event) => !isWell(event)), ...sorted.filter(isWell).slice(0, MOST_WELL)];
  const left = sorted.length - shown.length;
  const more = left > 0 ? `and ${left} more that are ok: gatehouse report events ${id} --all\n` : "";
  return section(counted(events.length, "resource"), eventsText(shown) + more);
}

function wordsText({ protocol, attributes }: Report): string {
  const all = Object.entries(attributes);
  const lists = all.filter(([, value]) => isLines(value)) as [string, string[]][];
  const words = pairs(all.filter(([, value]) => !isLines(value)).map(([name, value]) => [name, wordText(value)]));
  return [
    words === "" ? "" : section(`in the words of ${protocol}`, words),
    ...lists.map(([name, lines]) => section(printable(name), lines.map((line) => `${printable(line)}\n`).join(""))),
  ].join("");
}

/** Several sentences: each is a line. */
const isLines = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string" && item.includes(" "));

/** Figures as `changed 2, total 30`, without those that are nothing. */
function wordText(value: unknown): string | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value === null ? null : inline(value);
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.some(([, item]) => typeof item !== "number")) return inline(value);
  const said = entries.filter(([, figure]) => figure !== 0).map(([name, figure]) => `${name} ${figure}`);
  return said.length === 0 ? null : said.join(", ");
}
