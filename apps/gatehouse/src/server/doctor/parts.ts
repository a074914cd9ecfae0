import type { CompilerFacts, DatabaseFacts } from "@gatehouse/core/health";
import type { JobCounts } from "@gatehouse/core/jobs";
import type { ScheduledTask, TaskRun } from "@gatehouse/core/schedule";
import type { Backlog } from "@gatehouse/core/submissions";
import type { Mount } from "../../config/types.js";
import type { AuthorityHealth } from "./authority.js";
import type { CompilerNeeds } from "./compiler.js";

/** A listener as the doctor needs to know it. */
export interface ListenerFacts {
  readonly url: string;
  readonly secure: boolean;
  readonly mounts: readonly Mount[];
  /** SHA-256 of its certificate, as Node writes it; null without TLS. */
  readonly fingerprint: string | null;
}

/** How the schema in the database and the one that this version knows differ. */
export interface SchemaFacts {
  /** Migrations that this version has and the database has not. */
  readonly missing: readonly string[];
  /** Migrations that the database has and this version does not know. */
  readonly unknown: readonly string[];
}

/** All that the doctor looks at. */
export interface DoctorParts {
  readonly facts: () => Promise<DatabaseFacts>;
  /** Whether two connections have one backend. */
  readonly sharesBackends: () => Promise<boolean>;
  readonly schema: () => Promise<SchemaFacts>;
  readonly backlog: () => Promise<Pick<Backlog, "waiting" | "oldestAt" | "deadLetters">>;
  /** @param endedSince from when on those that ended count */
  readonly jobs: (endedSince: Date) => Promise<JobCounts>;
  /** The tasks that some gateway is to run, and how each last went. */
  readonly schedule: readonly Pick<ScheduledTask, "name" | "everySeconds">[];
  readonly taskRuns: () => Promise<readonly TaskRun[]>;
  readonly authority: () => Promise<AuthorityHealth>;
  readonly compiler: () => CompilerFacts;
  readonly compilerNeeds: () => Promise<CompilerNeeds>;
  /** A function: the doctor is composed before the listeners are open. */
  readonly listeners: () => readonly ListenerFacts[];
  /** As configured: `dsc.prefixes`. */
  readonly dscPrefixes: readonly string[];
  readonly serverNames: readonly string[];
  readonly dataDir: string;
  /** `own`: the gateway made the file, in its data folder. */
  readonly keyFile: { readonly path: string; readonly own: boolean };
  /** When this gateway began to serve. */
  readonly startedAt: Date;
  readonly now: () => Date;
}
