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

export const compilerStates = ["disabled", "starting", "missing", "ready"] as const;

/** What the system keeps modules' code from, of other processes of its account: their memory, their signals, nothing. */
export const confinements = ["signals", "memory", "none"] as const;

/** What a gateway knows of its compiler of Puppet code. */
export interface CompilerFacts {
  readonly state: (typeof compilerStates)[number];
  /** Where it is missing: why, and what to do. */
  readonly reason?: string;
  /** Where it is ready: `3.1.2`. */
  readonly ruby?: string;
  /** `/usr/bin/ruby3.1`. */
  readonly path?: string;
  /** Whom code runs as. */
  readonly user?: string;
  /** Known once its process runs. */
  readonly confinement?: (typeof confinements)[number];
  /** `Puppet 7.23.0`. */
  readonly library?: string;
  /** Catalogs that are compiled at once, at the most. */
  readonly workers?: number;
  readonly busy?: number;
  /** Catalogs that wait for a worker. */
  readonly waiting?: number;
  /** Workers that ended, or were ended, in mid-work. */
  readonly lost?: number;
  /** Of the process that workers come from. */
  readonly restarts?: number;
  /** Why that process did not start the last time. */
  readonly problem?: string;
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
