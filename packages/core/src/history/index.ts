/** One difference between two states of what a node says about itself. */
export interface Change {
  readonly at: Date;
  /** `facts` or `inventory`. */
  readonly subject: string;
  /** Who said it, such as `puppet` or `inventory`. */
  readonly source: string;
  /** Parts joined by a dot. */
  readonly path: string;
  /** Undefined: it was not there. */
  readonly before: unknown;
  /** Undefined: it is gone. */
  readonly after: unknown;
}

export interface ChangePage {
  readonly changes: readonly Change[];
  readonly next: string | null;
}

/** Port: what changed, newest first. Volatile facts, such as the uptime, make no change. */
export interface History {
  /** @throws request-malformed for a foreign cursor */
  of(nodeId: string, page: { limit: number; after?: string; subject?: string }): Promise<ChangePage>;
}
