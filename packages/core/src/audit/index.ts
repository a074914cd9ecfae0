/** One act of an operator: who did what to which thing. */
export interface AuditEvent {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** What changed, without secrets. */
  readonly detail?: Record<string, unknown>;
}

/** Port: the audit trail. */
export interface AuditLog {
  record(event: AuditEvent): Promise<void>;
}
