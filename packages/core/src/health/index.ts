/** What a database says of itself. */
export interface DatabaseFacts {
  /** Such as `18.4`. */
  readonly version: string;
  readonly sizeBytes: number;
  /** Its own time of day. */
  readonly now: Date;
  /** For one round trip. */
  readonly milliseconds: number;
}

export const checkStates = ["ok", "warning", "failed"] as const;
export type CheckState = (typeof checkStates)[number];

/** One thing that was looked at, and what to do about it. */
export interface HealthCheck {
  readonly id: string;
  readonly state: CheckState;
  /** What was found, in one sentence. */
  readonly finding: string;
  /** What an operator can do; null when there is nothing to do. */
  readonly advice: string | null;
}

/** Port: looks the gateway over. */
export interface Doctor {
  examine(): Promise<HealthCheck[]>;
}
