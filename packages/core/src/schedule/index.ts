/** Work that is done again and again by one gateway of all those on a database. */
export interface ScheduledTask {
  readonly name: string;
  readonly everySeconds: number;
  /** @returns what was done, for the log; undefined when there was nothing to do */
  run(): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** How a task last went. */
export interface TaskRun {
  readonly name: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Null when it went well. */
  readonly error: string | null;
}

/** Port: which gateway runs the tasks, and how they went. */
export interface TaskLog {
  /** Becomes the runner, or learns that another gateway is it. It stays the runner until `resign`, or until its connection breaks. */
  campaign(): Promise<boolean>;
  /** When each task last started, by whatever gateway. */
  list(): Promise<TaskRun[]>;
  started(name: string): Promise<void>;
  ended(name: string, error: string | null): Promise<void>;
  resign(): Promise<void>;
}
