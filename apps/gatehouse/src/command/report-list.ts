import type { Report, ReportStatus } from "@gatehouse/client";
import { reportStatuses } from "@gatehouse/core/reports";
import { type Command, Option } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { table, tally } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { BY_CONCERN } from "./report-events.js";
import { moment, when } from "./when.js";

interface Flags extends PageFlags {
  readonly node?: string;
  readonly status?: ReportStatus;
  readonly protocol?: string;
  readonly since?: string;
  readonly until?: string;
}

/** `gatehouse report list` */
export function listCommand(report: Command, context: CommandContext): void {
  const list = report
    .command("list")
    .description("reports, newest first")
    .option("--node <node>", "only those of this node: name, id or alias")
    .addOption(new Option("--status <status>", "only runs that went so").choices(reportStatuses))
    .option("--protocol <protocol>", "only those of agents of this protocol, such as dsc")
    .option("--since <time>", "only those that came since: 2h, 3d, 2026-03-01, 2026-03-01T10:00Z", (text) =>
      moment(text),
    )
    .option("--until <time>", "only those that came before", (text) => moment(text));
  paged(list).action(async (flags: Flags, command: Command) => {
    const session = sessionOf(command, context);
    const { limit: _, after: __, all: ___, ...filter } = flags;
    const page = await follow(flags, async (part) => {
      const query = { ...filter, ...part };
      const { reports, next } = await session.ask((api) => api.GET("/reports", { params: { query } }));
      return { items: reports, next };
    });
    const isFiltered = Object.keys(filter).length > 0;
    session.show({ reports: page.items, next: page.next }, () => reportsText(page.items, isFiltered) + goesOn(page));
  });
}

export function reportsText(reports: readonly Report[], isFiltered: boolean): string {
  return table(
    ["RECEIVED", "NODE", "STATUS", "RUN", "RESOURCES", "ERRORS", "CONTENT", "ID"],
    reports.map((report) => [
      when(report.firstAt),
      report.nodeName,
      report.status,
      report.operation,
      tally(report.counts, BY_CONCERN),
      report.errorCount === 0 ? null : report.errorCount,
      publishedText(report),
      report.id,
    ]),
    isFiltered
      ? "No report is like that."
      : "There are no reports yet. A DSC node sends them when its meta-configuration has a ReportServerWeb block; a Puppet agent does by itself.",
  );
}

/** The published version that was in force. */
export function publishedText({ published }: Pick<Report, "published">): string {
  return published
    .map(({ name, version, current }) => `${name} ${version}${current ? "" : " (not current)"}`)
    .join(", ");
}
