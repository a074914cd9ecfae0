/** One act of an operator: who did what to which thing. */
export interface AuditEvent {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** What changed, without secrets. */
  readonly detail?: Record<string, unknown>;
}

/** An act as it is stored. */
export interface StoredAuditEvent extends Required<AuditEvent> {
  readonly id: string;
  readonly at: Date;
}

export interface AuditFilter {
  readonly actor?: string;
  /** The beginning of the action, such as `node.`. */
  readonly action?: string;
  readonly subject?: string;
  readonly since?: Date;
  readonly until?: Date;
}

export interface AuditPage {
  readonly events: readonly StoredAuditEvent[];
  readonly next: string | null;
}

/** Port: the audit trail. */
export interface AuditLog {
  record(event: AuditEvent): Promise<void>;
  /** Many at once, in their order. */
  recordAll(events: readonly AuditEvent[]): Promise<void>;
  /** Newest first. @throws request-malformed for a foreign cursor */
  list(filter: AuditFilter, page: { limit: number; after?: string }): Promise<AuditPage>;
}
