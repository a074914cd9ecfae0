/** How a run went, as operators see it; derived from all that was said of it ({@link statusOf}). */
export const reportStatuses = ["running", "success", "noncompliant", "failure", "hung", "cancelled"] as const;
export type ReportStatus = (typeof reportStatuses)[number];

/** What is said of how a run went. */
export const runOutcomes = ["success", "failure", "cancelled"] as const;
export type RunOutcome = (typeof runOutcomes)[number];

/** How one resource came out of a run. */
export const eventStatuses = ["ok", "changed", "noncompliant", "failed", "skipped"] as const;
export type EventStatus = (typeof eventStatuses)[number];

/** One resource's line in a report. */
export interface ReportEvent {
  /** The resource's own name in its run, such as `[File]Motd`. */
  readonly resource: string;
  readonly type: string | null;
  readonly status: EventStatus;
  readonly message: string | null;
  readonly seconds: number | null;
  /** The protocol's own words about it; small. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ReportError {
  readonly message: string;
  /** The resource that it is about, where the agent names one. */
  readonly resource: string | null;
  readonly code: string | null;
}

/** What one submission says of one run. What it does not say is left out, and never erases what was said before. */
export interface RunSaid {
  readonly operation?: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** The agent's own verdict, where it gives one; cancelled: an operator ended it. */
  readonly outcome?: RunOutcome;
  readonly errors?: readonly ReportError[];
  /** Replaces the lines that an earlier submission gave. */
  readonly events?: readonly ReportEvent[];
  /** How many resources came out how, where the lines are not all of them; goes with `events`. */
  readonly counts?: EventCounts;
  /** SHA-256 (lower-case hex) of the published content that was in force, with its kind. */
  readonly content?: { readonly kind: string; readonly sha256: string };
  /** A run that has not ended this many seconds after it was last heard of counts as hung. */
  readonly hungAfterSeconds?: number;
  /** The protocol's own small fields, merged one by one. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** How many resources came out how. */
export type EventCounts = Readonly<Partial<Record<EventStatus, number>>>;

/** All that is known of a run: everything said of it, merged. */
export interface RunState {
  readonly operation: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly outcome: RunOutcome | null;
  /** At most {@link MOST_ERRORS} of them; `errorCount` counts all. */
  readonly errors: readonly ReportError[];
  readonly errorCount: number;
  readonly counts: EventCounts;
  readonly content: { readonly kind: string; readonly sha256: string } | null;
  readonly hungAfterSeconds: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A submission that a report was made of. */
export interface ReportPart {
  readonly submissionId: string;
  readonly acceptedAt: Date;
  /** Bytes, before any compression. */
  readonly size: number;
}

/** A report as operators see it. */
export interface ReportView extends RunState {
  readonly id: string;
  readonly agentId: string;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly protocol: string;
  /** The run's name within its agent: DSC's JobId. */
  readonly run: string;
  readonly status: ReportStatus;
  /** When its first and its last submission were accepted, by the database's clock. The second is DSC's LastModifiedTime. */
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly parts: readonly ReportPart[];
}

export interface ReportPage {
  readonly reports: readonly ReportView[];
  /** Hand it back as `after` for the next page; null on the last one. */
  readonly next: string | null;
}

export interface StoredEvent extends ReportEvent {
  readonly seq: number;
}

export interface EventPage {
  readonly events: readonly StoredEvent[];
  readonly next: string | null;
}

export interface ReportFilter {
  readonly nodeId?: string;
  readonly agentId?: string;
  readonly protocol?: string;
  readonly status?: ReportStatus;
  /** First accepted at or after. */
  readonly since?: Date;
  /** First accepted before. */
  readonly until?: Date;
}
