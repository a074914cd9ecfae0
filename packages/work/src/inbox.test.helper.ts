import { GatehouseError } from "@gatehouse/core/errors";
import type { Claim, ClaimLimits, Fact, Failure, Inbox, Outcome, Tasks, Waiting } from "@gatehouse/core/submissions";
import type { Log } from "./log.js";

/** An inbox in memory that keeps the port's promises: queues per agent, held whole, settled whole or not at all. */
export class FakeInbox implements Pick<Inbox, "claim"> {
  readonly waiting: Waiting[] = [];
  /** What was settled, in order. */
  readonly settled: Outcome[] = [];
  /** Sizes of what `settle` was called with, refused or not. */
  readonly settleCalls: number[] = [];
  claims = 0;
  held = new Set<string>();
  /** Every call says that the database is away. */
  away = false;
  /** Thrown by settle for an outcome, which then settles nothing. */
  refuse: (outcome: Outcome) => Error | undefined = () => undefined;
  /** Called, if there, before anything of `claim`, `begin`, `settle`, `release` is done. */
  before: (what: string, submissions: readonly Waiting[]) => unknown = () => undefined;
  #count = 0;

  put(agentId: string, said: Partial<Pick<Waiting, "kind" | "attempts" | "body">> = {}): Waiting {
    this.#count += 1;
    const body = said.body ?? new Uint8Array(1);
    const submission: Waiting = {
      id: `s${this.#count}`,
      acceptedAt: new Date(this.#count),
      agentId,
      kind: said.kind ?? "look",
      body,
      size: body.byteLength,
      attempts: said.attempts ?? 0,
    };
    this.waiting.push(submission);
    return submission;
  }

  /** Ids of what went to the dead letters, with why. */
  get deadLetters(): Record<string, Failure> {
    const failed = this.settled.flatMap((one) => ("failure" in one ? [[one.submission.id, one.failure] as const] : []));
    return Object.fromEntries(failed);
  }

  get done(): string[] {
    return this.settled.flatMap((one) => ("facts" in one ? [one.submission.id] : []));
  }

  async claim({ most, heavyBytes }: ClaimLimits): Promise<Claim | undefined> {
    this.claims += 1;
    await this.#reach("claim", []);
    const submissions: Waiting[] = [];
    const agents = new Set<string>();
    const blocked = new Set(this.held);
    for (const submission of this.waiting) {
      if (blocked.has(submission.agentId)) continue;
      const heavy = submission.size > heavyBytes;
      if (submissions.length > 0 && heavy) {
        blocked.add(submission.agentId);
        continue;
      }
      submissions.push(submission);
      agents.add(submission.agentId);
      if (heavy || submissions.length === most) break;
    }
    if (submissions.length === 0) return undefined;
    for (const agent of agents) this.held.add(agent);
    return this.#claimOf(submissions, agents);
  }

  #claimOf(submissions: readonly Waiting[], agents: ReadonlySet<string>): Claim {
    let released = false;
    const mustHold = (mine: readonly Waiting[]) => {
      if (released) throw new Error("the claim was released");
      for (const { id } of mine) if (this.#placeOf(id) < 0) throw new Error(`${id} does not wait`);
    };
    return {
      submissions,
      settle: async (outcomes) => {
        const mine = outcomes.map(({ submission }) => submission);
        this.settleCalls.push(outcomes.length);
        await this.#reach("settle", mine);
        mustHold(mine);
        for (const outcome of outcomes) {
          const refused = this.refuse(outcome);
          if (refused !== undefined) throw refused;
        }
        for (const { id } of mine) this.waiting.splice(this.#placeOf(id), 1);
        this.settled.push(...outcomes);
      },
      begin: async (submission) => {
        await this.#reach("begin", [submission]);
        mustHold([submission]);
        this.waiting[this.#placeOf(submission.id)] = { ...submission, attempts: submission.attempts + 1 };
      },
      release: async () => {
        released = true;
        for (const agent of agents) this.held.delete(agent);
        await this.#reach("release", submissions);
      },
    };
  }

  #placeOf(id: string): number {
    return this.waiting.findIndex((one) => one.id === id);
  }

  /** Gives others a turn, as a database does. */
  async #reach(what: string, submissions: readonly Waiting[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.before(what, submissions);
    if (this.away) throw databaseAway();
  }
}

export const databaseAway = () => new GatehouseError("database-unavailable", "The database is away; try again later.");

export interface Line {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** A log that keeps its lines. */
export function recordLog(): Log & { readonly lines: Line[]; at(level: Line["level"]): Line[] } {
  const lines: Line[] = [];
  const note = (level: Line["level"]) => (message: string, fields?: Record<string, unknown>) =>
    lines.push({ level, message, fields: fields ?? {} });
  const at = (level: Line["level"]) => lines.filter((line) => line.level === level);
  return { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error"), lines, at };
}

/** Tasks without threads: `poison` throws, everything else gives no facts. */
export function fakeTasks(on: (submission: Waiting) => unknown = () => undefined): Tasks {
  return {
    async run<T>(name: string, input: { readonly body: Uint8Array }): Promise<T> {
      const submission = input as Waiting;
      if (name !== submission.kind) throw new Error("asked for another kind's processor");
      await on(submission);
      if (name === "poison") throw new GatehouseError("request-malformed", "It is poison.", { detail: submission.id });
      const facts: readonly Fact[] = [];
      return facts as T;
    },
  };
}

/** Waits until something holds. @throws when it does not hold in time */
export async function until(what: string, holds: () => boolean, deadlineMs = 20_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
