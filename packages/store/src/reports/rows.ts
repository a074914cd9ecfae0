import type { ReportPart, ReportStatus, ReportView, RunState } from "@gatehouse/core/reports";

/** A part as it is stored with its report. */
export interface StoredPart {
  readonly id: string;
  /** Milliseconds since 1970: half of the submission's key. */
  readonly at: number;
  readonly size: number;
  /** Half of the body's SHA-256: the same bytes handed in twice change nothing. */
  readonly sha: string;
}

/** What of a run is stored as JSON: everything that is not a column of its own. */
export type StoredState = Omit<RunState, "startedAt" | "endedAt">;

export interface ReportRow {
  id: string;
  agentId: string;
  nodeId: string;
  nodeName: string;
  protocol: string;
  run: string;
  status: ReportStatus;
  firstAt: Date;
  lastAt: Date;
  lastSubmission: string;
  startedAt: Date | null;
  endedAt: Date | null;
  state: StoredState;
  parts: StoredPart[];
}

/** Columns of {@link ReportRow} that are in `reports r` itself. */
export const REPORT_COLUMNS = `r.id, r.agent_id as "agentId", r.protocol, r.run, r.status, r.first_at as "firstAt", r.last_at as "lastAt",
  r.last_submission as "lastSubmission", r.started_at as "startedAt", r.ended_at as "endedAt", r.state, r.parts`;

export const stateOf = (row: Pick<ReportRow, "state" | "startedAt" | "endedAt">): RunState => ({
  ...row.state,
  startedAt: row.startedAt,
  endedAt: row.endedAt,
});

export function viewOf(row: ReportRow): ReportView {
  const { state, parts, lastSubmission: _, ...rest } = row;
  return { ...state, ...rest, parts: parts.map(partOf) };
}

const partOf = ({ id, at, size }: StoredPart): ReportPart => ({ submissionId: id, acceptedAt: new Date(at), size });
