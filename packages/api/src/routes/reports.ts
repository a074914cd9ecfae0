import { GatehouseError } from "@gatehouse/core/errors";
import type { ReportView } from "@gatehouse/core/reports";
import type { ApiDeps } from "../deps.js";
import { given, page } from "../models/common.js";
import { ReportEventPage, ReportPage, ShownReport } from "../models/report.js";
import { ReportStatus } from "../models/report-status.js";
import { download, json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional } from "../operation/parameters.js";
import { moment, text } from "../operation/schema.js";
import { publishedBy } from "../published.js";
import { gone, NODE_PART, nodeOf, rowId, settle } from "../resolve.js";
import { summaryOf } from "./node-catalogs.js";

const reportOf = async ({ reports }: ApiDeps, id: string): Promise<ReportView> => {
  const report = await reports.find(rowId(id, "report"));
  if (report === undefined) throw gone("report");
  return report;
};

export const listReports = operation({
  id: "api.reports.list",
  method: "GET",
  path: "/reports",
  parts: {},
  summary: "Reports, newest first",
  role: "viewer",
  query: {
    ...page(500),
    node: optional(`Of this node: ${NODE_PART.toLowerCase()}`, text({ minLength: 1, maxLength: 1000 })),
    status: optional("With this status.", ReportStatus),
    protocol: optional("Of agents of this protocol.", text({ minLength: 1, maxLength: 100 })),
    since: optional("First accepted at or after.", moment()),
    until: optional("First accepted before.", moment()),
  },
  answers: { 200: json("A page of reports.", ReportPage) },
  refusals: [404, 409],
  handle:
    (deps) =>
    async ({ query: { limit, after, node: reference, ...same } }) => {
      const node = reference === undefined ? undefined : await nodeOf(deps, reference);
      if (node !== undefined) await settle(deps, node);
      const filter = given({ ...same, nodeId: node?.id });
      const { reports, next } = await deps.reports.list(filter, { limit, ...given({ after }) });
      return ok({ reports: await publishedBy(deps.content, reports), next });
    },
});

export const showReport = operation({
  id: "api.reports.show",
  method: "GET",
  path: "/reports/{report}",
  parts: { report: "Its id." },
  summary: "One report, with what was in force: of a Puppet agent, the catalog that it applied",
  role: "viewer",
  answers: { 200: json("The report.", ShownReport) },
  handle:
    (deps) =>
    async ({ path }) => {
      const [report] = await publishedBy(deps.content, [await reportOf(deps, path.report)]);
      if (report === undefined) throw gone("report");
      const catalog = await deps.keptCatalogs.ofReport(report.id);
      return ok({ ...report, catalog: catalog === undefined ? null : summaryOf(catalog) });
    },
});

export const listReportEvents = operation({
  id: "api.reports.events",
  method: "GET",
  path: "/reports/{report}/events",
  parts: { report: "Its id." },
  summary: "The resources' lines of a report, in its order",
  role: "viewer",
  query: page(1000),
  answers: { 200: json("A page of lines.", ReportEventPage) },
  handle:
    (deps) =>
    async ({ path, query: { limit, after } }) => {
      const { id } = await reportOf(deps, path.report);
      return ok(await deps.reports.events(id, { limit, ...given({ after }) }));
    },
});

export const downloadSubmission = operation({
  id: "api.reports.submission",
  method: "GET",
  path: "/reports/{report}/submissions/{submission}",
  parts: { report: "Its id.", submission: "The id of one of its parts." },
  summary: "The bytes that a part of a report came as",
  // What processing masks or leaves out is still in them.
  role: "operator",
  answers: { 200: download("The bytes.") },
  handle:
    (deps) =>
    async ({ path }) => {
      const report = await reportOf(deps, path.report);
      const parts = report.parts.filter(({ submissionId }) => submissionId === path.submission);
      if (parts.length === 0) throw gone("part of this report");
      const [found] = await deps.reports.bodies({ parts });
      if (found === undefined)
        throw new GatehouseError("not-found", "These bytes are older than what is kept; the report is not.");
      const fileName = `report-${report.id}-submission-${found.submissionId}.bin`;
      return ok({ bytes: found.body, fileName });
    },
});
