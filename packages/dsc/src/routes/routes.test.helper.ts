import type { IncomingMessage } from "node:http";
import { fixedClock } from "@gatehouse/core/clock";
import type { AgentAttributes, Alias, KnownAgent } from "@gatehouse/core/nodes";
import type { ReportBody, ReportPage, ReportView } from "@gatehouse/core/reports";
import type { NewSubmission } from "@gatehouse/core/submissions";
import { Admission, createHttpMetrics, type Log, type Peer, pick, type Reply } from "@gatehouse/http";
import { expect } from "vitest";
import type { DscDeps } from "../deps.js";
import { checks } from "../processors.js";
import { dscTable } from "../router.js";

export const A = "91E51A37-B59F-11E5-9C04-14109FD663AE";
export const BASE = "/PSDSCPullServer.svc";

const silent: Log = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };
const unused = (): never => {
  throw new Error("not expected to be called");
};

export const agent = (parts: Partial<KnownAgent> = {}): KnownAgent => ({
  agentId: "agent-1",
  nodeId: "node-1",
  attributes: {},
  settings: {},
  state: "active",
  trust: "key",
  revision: 1,
  groupsRevision: 1,
  hasWork: false,
  ...parts,
});

/** A stored report, with the bodies that it was made of. */
export interface StoredReport {
  readonly run: string;
  readonly bodies: readonly Buffer[];
  /** Of the first body, as the store tells it; its real size unless told. */
  readonly size?: number;
}

/** What a route did to the ports, in order. */
export interface Calls {
  readonly names: string[];
  readonly accepted: NewSubmission[];
  readonly lists: { limit: number; after?: string }[];
  attributes: AgentAttributes;
}

interface World {
  readonly agents?: Readonly<Record<string, KnownAgent>>;
  readonly reports?: readonly StoredReport[];
  /** What another rotation does between this one's look and its change. */
  readonly meanwhile?: AgentAttributes;
  readonly deps?: Partial<DscDeps>;
}

/** Ports that remember, and answer out of what they were given: agents by AgentId, reports newest first. */
export function world({ agents = { [A]: agent() }, reports = [], meanwhile, deps = {} }: World = {}) {
  const calls: Calls = { names: [], accepted: [], lists: [], attributes: {} };
  const find = (name: string) => async (alias: Alias) => {
    calls.names.push(name);
    return agents[alias.value.toUpperCase()];
  };
  const views = reports.map((report, i) => viewOf(report, i));
  const admission = new Admission({
    requests: { "check-in": 9, content: 9, submission: 9, operator: 9, platform: 9 },
    bodyBytes: 1 << 30,
  });
  const all: DscDeps = {
    log: silent,
    admission,
    metrics: createHttpMetrics(admission),
    clock: fixedClock("2026-11-21T10:00:00Z"),
    config: {
      prefixes: [BASE, "/"],
      multipleNames: "UpdateMetaConfiguration",
      registrationSkewSeconds: 0,
      certificates: "off",
    },
    assignments: { of: async ({ settings }) => settings },
    keys: { active: unused },
    content: { heads: async () => [], channels: unused, open: unused },
    registry: {
      enrol: unused,
      findAgent: find("findAgent"),
      recentAgent: find("recentAgent"),
      touch: () => void calls.names.push("touch"),
      amendAgent: async (alias, change) => {
        calls.names.push("amendAgent");
        const after = change(meanwhile ?? agents[alias.value]?.attributes ?? {});
        if (after === undefined) throw Object.assign(new Error("conflict"), { code: "conflict" });
        calls.attributes = after;
      },
    },
    tasks: {
      run: async <T>(name: string, input: { readonly body: Uint8Array }) => {
        calls.names.push(name);
        return checks[name as keyof typeof checks](input as never) as T;
      },
    },
    submissions: {
      accept: async (submission) => {
        calls.names.push("accept");
        calls.accepted.push(submission);
      },
      settled: async (agentId, ms) => {
        calls.names.push(`settled ${agentId} ${ms}`);
        return true;
      },
    },
    reports: {
      list: async ({ agentId }, page): Promise<ReportPage> => {
        calls.names.push("list");
        calls.lists.push(page);
        const mine = agentId === "agent-1" ? views : [];
        const from = Number(page.after ?? 0);
        const to = from + page.limit;
        return { reports: mine.slice(from, to), next: to < mine.length ? String(to) : null };
      },
      findRun: async (agentId, run) => {
        calls.names.push("findRun");
        return agentId === "agent-1" ? views.find((view) => view.run === run) : undefined;
      },
      bodies: async ({ parts }): Promise<ReportBody[]> => {
        const [part] = parts;
        const stored = reports[Number(part?.submissionId)];
        return (stored?.bodies ?? []).map((body) => ({
          submissionId: part?.submissionId ?? "",
          acceptedAt: new Date(0),
          kind: "dsc.report",
          body,
        }));
      },
    },
    ...deps,
  };
  return { deps: all, calls };
}

function viewOf({ run, bodies, size }: StoredReport, i: number): ReportView {
  const at = new Date(Date.UTC(2026, 10, 21, 9, 0, 0, 999 - i));
  return {
    id: String(i),
    agentId: "agent-1",
    nodeId: "node-1",
    nodeName: "n",
    protocol: "dsc",
    run,
    status: "success",
    firstAt: at,
    lastAt: at,
    parts: [{ submissionId: String(i), acceptedAt: at, size: size ?? bodies[0]?.length ?? 0 }],
    operation: null,
    startedAt: null,
    endedAt: null,
    outcome: null,
    errors: [],
    errorCount: 0,
    counts: {},
    content: null,
    hungAfterSeconds: null,
    attributes: {},
  };
}

interface Request {
  readonly body?: Buffer | string;
  readonly query?: string;
  readonly headers?: IncomingMessage["headers"];
  readonly peer?: Peer;
}

/** Calls the row behind a path as the router does, once the caller is known and the body read. */
export async function call(deps: DscDeps, method: string, path: string, request: Request = {}): Promise<Reply> {
  const { body = "", query = "", headers = {}, peer = { kind: "none" } } = request;
  const table = dscTable(deps);
  const canonical = table.canonicalPath(path) ?? "";
  const { row, params } = pick(table, method, canonical);
  return row.handle({
    id: "request-1",
    method,
    path: canonical,
    params,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.from(body),
    origin: "https://pull.example:8140",
    peer,
    from: "192.0.2.1",
    principal: undefined,
    log: silent,
    raw: { url: query === "" ? path : `${path}?${query}` } as unknown as IncomingMessage,
  });
}

/** The JSON of an answer. */
export const jsonOf = (reply: Reply) => JSON.parse(String(reply.body));

export const refusal = (code: string, text = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });
