import type { EventPage, ReportFilter, ReportPage, ReportStatus, ReportView } from "./types.js";

/** The bytes of one submission of a report, as they came. */
export interface ReportBody {
  readonly submissionId: string;
  readonly acceptedAt: Date;
  readonly kind: string;
  readonly body: Buffer;
}

/** Port: what agents reported, as far as it was processed. */
export interface Reports {
  /** Newest first, at most `limit`, after the cursor of the page before. @throws request-malformed for a foreign cursor */
  list(filter: ReportFilter, page: { limit: number; after?: string }): Promise<ReportPage>;
  find(id: string): Promise<ReportView | undefined>;
  /** The report of an agent's run; the run's name is compared without regard to case. */
  findRun(agentId: string, run: string): Promise<ReportView | undefined>;
  /** The resources' lines, in the order of the report. @throws request-malformed for a foreign cursor */
  events(reportId: string, page: { limit: number; after?: string }): Promise<EventPage>;
  /** Reports first accepted at or after `since`, by status. */
  counts(since: Date): Promise<Readonly<Partial<Record<ReportStatus, number>>>>;
  /** What the report was made of, oldest first; what retention dropped is left out. */
  bodies(report: Pick<ReportView, "parts">): Promise<ReportBody[]>;
}
