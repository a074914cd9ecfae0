import { GatehouseError } from "@gatehouse/core/errors";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { ReportPage, ReportView } from "@gatehouse/core/reports";
import type { RouteRow } from "@gatehouse/http";
import type { DscDeps } from "../deps.js";
import { json } from "../errors.js";
import { aliasOf } from "../mapping.js";
import { parseAgentId, parseJobId } from "../names.js";
import type { Folding } from "../processors.js";
import type { WireReport } from "../reports/fold.js";
import { keyOf } from "./agent.js";
import { metadataOf, serviceUrl } from "./service-url.js";

/** Reports in one answer, and the bytes of what they were made of: some room over the largest single report. */
const MOST = 100;
const MOST_BYTES = 32 << 20;
/** Milliseconds that a read waits for what its agent has just sent. */
const SETTLE_MS = 2_000;

const none = () => new GatehouseError("not-found", "There is no such report of this node.");

/**
 * GetReports, `GET Nodes(AgentId='…')/Reports`: the runs of an agent, newest first. People and scripts call it, never
 * an agent, and a report holds the node's whole LCM configuration: it takes an operator's token, where the native
 * server answers anybody who knows an AgentId.
 */
export function reportsRoute(deps: DscDeps): RouteRow {
  return {
    id: "dsc.reports",
    method: "GET",
    pattern: /^\/nodes\(agentid=(?<agentId>[^,)]*)\)\/reports$/,
    access: { who: "operator", role: "viewer" },
    bodyLimit: 0,
    admission: "operator",
    handle: async (request) => {
      const alias = parseAgentId(keyOf(request.params, "agentId"));
      const agent = await settledAgent(deps, alias);
      const after = request.query.get("$skiptoken") ?? undefined;
      const { reports, next } = await pageOf(deps, agent, after);
      if (reports.length === 0 && after === undefined) throw none();
      const value: WireReport[] = [];
      for (const report of reports) value.push(await folded(deps, report));
      const here = `${serviceUrl(request, deps.config)}/Nodes(AgentId='${alias}')/Reports`;
      return json(200, {
        "odata.metadata": metadataOf(request, deps.config, "Reports"),
        value,
        ...(next === null ? {} : { "odata.nextLink": `${here}?$skiptoken=${encodeURIComponent(next)}` }),
      });
    },
  };
}

/** `GET Nodes(AgentId='…')/Reports(JobId='…')`: one run, under the same rules. */
export function reportRoute(deps: DscDeps): RouteRow {
  return {
    id: "dsc.report",
    method: "GET",
    pattern: /^\/nodes\(agentid=(?<agentId>[^,)]*)\)\/reports\(jobid=(?<jobId>[^,)]*)\)$/,
    access: { who: "operator", role: "viewer" },
    bodyLimit: 0,
    admission: "operator",
    handle: async (request) => {
      const alias = parseAgentId(keyOf(request.params, "agentId"));
      const jobId = parseJobId(keyOf(request.params, "jobId"));
      const agent = await settledAgent(deps, alias);
      const report = await deps.reports.findRun(agent.agentId, jobId);
      if (report === undefined) throw none();
      return json(200, {
        "odata.metadata": metadataOf(request, deps.config, "Reports/@Element"),
        ...(await folded(deps, report)),
      });
    },
  };
}

async function settledAgent(deps: DscDeps, agentId: string): Promise<KnownAgent> {
  const agent = await deps.registry.findAgent(aliasOf(agentId));
  if (agent === undefined) throw new GatehouseError("not-found", "The AgentId is not registered here.");
  await deps.submissions.settled(agent.agentId, SETTLE_MS);
  return agent;
}

/** As many reports as one answer holds: at least one, else a large one would end the list. */
async function pageOf(deps: DscDeps, { agentId }: KnownAgent, after: string | undefined): Promise<ReportPage> {
  const read = (limit: number) => deps.reports.list({ agentId }, after === undefined ? { limit } : { limit, after });
  const page = await read(MOST);
  let bytes = 0;
  const over = page.reports.findIndex((report, i) => {
    bytes += readable(report.parts).reduce((sum, { size }) => sum + size, 0);
    return i > 0 && bytes > MOST_BYTES;
  });
  // Read again, for the cursor after the last one that fits.
  return over < 0 ? page : read(over);
}

/**
 * The newest parts of a run that are read together: an agent may hand in 20 MiB under one JobId again and again, and
 * nobody's question may take gigabytes. What the older ones said is remembered with the report, as far as it is kept.
 */
function readable(parts: ReportView["parts"]): ReportView["parts"] {
  let bytes = 0;
  const over = parts.findLastIndex((part, i) => {
    bytes += part.size;
    return bytes > MOST_BYTES && i < parts.length - 1;
  });
  return parts.slice(over + 1);
}

async function folded(deps: DscDeps, report: ReportView): Promise<WireReport> {
  const bodies = (await deps.reports.bodies({ parts: readable(report.parts) })).map(({ body }) => body);
  const { run, operation, outcome, attributes, lastAt } = report;
  const folding: Folding = {
    body: Buffer.concat(bodies),
    lengths: bodies.map(({ length }) => length),
    report: { run, operation, outcome, attributes, lastAt },
  };
  return deps.tasks.run<WireReport>("dsc.report.fold", folding);
}
