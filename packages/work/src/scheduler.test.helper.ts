import type { Clock } from "@gatehouse/core/clock";
import type { TaskLog, TaskRun } from "@gatehouse/core/schedule";
import { databaseAway } from "./inbox.test.helper.js";

/** What the gateways of one database share. */
export class FakeDatabase {
  readonly runs = new Map<string, TaskRun>();
  runner: FakeTaskLog | undefined;
  away = false;
}

/** A task log in memory that keeps the port's promises: one runner, until it resigns or its connection breaks. */
export class FakeTaskLog implements TaskLog {
  readonly #database: FakeDatabase;
  readonly #clock: Clock;
  /** Calls, in order. */
  readonly calls: string[] = [];
  /** Called, if there, before anything is done. */
  before: (call: string) => unknown = () => undefined;

  constructor(database: FakeDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async campaign(): Promise<boolean> {
    await this.#reach("campaign");
    if (this.#database.runner === this) throw new Error("it is the runner already");
    this.#database.runner ??= this;
    return this.#database.runner === this;
  }

  async list(): Promise<TaskRun[]> {
    await this.#reach("list");
    return [...this.#database.runs.values()];
  }

  async started(name: string): Promise<void> {
    await this.#reach(`started ${name}`);
    this.#database.runs.set(name, { name, startedAt: this.#clock.now(), endedAt: null, error: null });
  }

  async ended(name: string, error: string | null): Promise<void> {
    await this.#reach(`ended ${name}${error === null ? "" : `: ${error}`}`);
    const run = this.#database.runs.get(name);
    if (run !== undefined) this.#database.runs.set(name, { ...run, endedAt: this.#clock.now(), error });
  }

  async resign(): Promise<void> {
    if (this.#database.runner === this) this.#database.runner = undefined;
    await this.#reach("resign");
  }

  async #reach(call: string): Promise<void> {
    this.calls.push(call);
    await new Promise((resolve) => setImmediate(resolve));
    await this.before(call);
    if (this.#database.away) throw databaseAway();
  }
}
