import { setMaxListeners } from "node:events";
import type { Api } from "./api.js";
import { awaits, countText, type Expectation, isBounded } from "./expectation.js";
import type { Looked } from "./kinds/index.js";
import type { Pace } from "./pace.js";
import type { Result } from "./result.js";
import { type Trouble, troubleOf } from "./trouble.js";

/** Milliseconds between two looks; of many expectations longer, for the gateway has others to serve. */
const LOOK_MS = 1_000;
const LOOK_MS_EACH = 50;
/** Milliseconds until what went over the wire can be found: it is kept in batches. */
const LATE_MS = 2_000;

/** What a run needs besides what is expected. */
export interface Watching {
  readonly api: Api;
  readonly pace: Pace;
  /** By the gateway's clock, in ISO 8601. */
  readonly startedAt: string;
  /** Comes when nobody wants to wait any more. */
  readonly signal: AbortSignal;
  /** Why such an exchange could not have been seen; undefined where a recording has them all. */
  unrecorded(expectation: Expectation): Promise<string | undefined>;
  /** Told of each as soon as it is settled. */
  settled?(result: Result): void;
}

/**
 * Looks until each expectation is settled. What must come is met when it does; what must not come is watched until all
 * that must is settled, or for its own time.
 * @returns in the order of the expectations
 * @throws ApiProblem, CommandError when the gateway refuses to be asked such a thing
 */
export async function watch(expectations: readonly Expectation[], watching: Watching): Promise<Result[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([watching.signal, failed.signal]);
  // Every expectation listens to it.
  setMaxListeners(0, signal);
  const run = new Run(expectations, { ...watching, signal });
  try {
    return await Promise.all(expectations.map((one) => run.follow(one)));
  } finally {
    // Where one of them could not go on, none does.
    failed.abort();
  }
}

/** A look, and the trouble that there was with it. */
interface Glance extends Looked {
  readonly trouble: Trouble | undefined;
}

class Run {
  readonly #watching: Watching;
  readonly #start: number;
  readonly #every: number;
  /** Whether nothing says how long it takes: then all take their usual time. */
  readonly #isTimeless: boolean;
  /** Comes when everything that takes time of its own has had it. */
  readonly #over = new AbortController();
  #waiting: number;

  constructor(expectations: readonly Expectation[], watching: Watching) {
    this.#watching = watching;
    this.#start = watching.pace.now();
    this.#every = Math.max(LOOK_MS, expectations.length * LOOK_MS_EACH);
    setMaxListeners(0, this.#over.signal);
    this.#isTimeless = !expectations.some((one) => awaits(one) || one.saysWithin);
    this.#waiting = expectations.filter((one) => this.#takesTime(one)).length;
  }

  /** Until it is settled. */
  async follow(expectation: Expectation): Promise<Result> {
    const result = await this.#follow(expectation);
    this.#watching.settled?.(result);
    return result;
  }

  async #follow(expectation: Expectation): Promise<Result> {
    const isExchange = expectation.word === "exchange";
    const takesTime = this.#takesTime(expectation);
    try {
      if (isExchange && isBounded(expectation)) {
        const why = await this.#unrecorded(expectation);
        if (why !== undefined) return this.#unmet(expectation, why);
      }
      if (takesTime) {
        const result = await this.#ownTime(expectation);
        if (result !== undefined) return result;
      }
    } finally {
      if (takesTime && --this.#waiting === 0) this.#over.abort();
    }
    return isBounded(expectation) ? this.#hold(expectation, isExchange) : this.#met(expectation, expectation.least);
  }

  #takesTime = (expectation: Expectation): boolean => awaits(expectation) || expectation.saysWithin || this.#isTimeless;

  /** Until enough came, or its time is over. @returns undefined where nothing speaks against it so far */
  async #ownTime(expectation: Expectation): Promise<Result | undefined> {
    const { pace, signal } = this.#watching;
    const until = this.#start + expectation.within;
    for (;;) {
      const left = until - pace.now();
      const isLast = left <= 0 || signal.aborted;
      const glance = await this.#look(expectation, isLast ? 0 : left / 1000);
      if (glance.count > expectation.most) return this.#tooMany(expectation, glance);
      const isEnough = glance.trouble === undefined && glance.count >= expectation.least;
      if (awaits(expectation) && isEnough) return undefined;
      if (isLast || signal.aborted) return awaits(expectation) ? this.#tooFew(expectation, glance) : undefined;
      await pace.sleep(Math.min(this.#every, Math.max(0, until - pace.now())), signal);
    }
  }

  /** Until all that takes time is settled: no more may come. */
  async #hold(expectation: Expectation, isExchange: boolean): Promise<Result> {
    const { pace, signal } = this.#watching;
    const isOver = AbortSignal.any([this.#over.signal, signal]);
    while (!isOver.aborted) {
      const glance = await this.#look(expectation, 0);
      if (glance.count > expectation.most) return this.#tooMany(expectation, glance);
      await pace.sleep(this.#every, isOver);
    }
    if (signal.aborted) return this.#unmet(expectation, INTERRUPTED);
    if (isExchange) await pace.sleep(LATE_MS, signal);
    const last = await this.#look(expectation, 0);
    if (last.count > expectation.most) return this.#tooMany(expectation, last);
    if (last.trouble !== undefined || last.count < expectation.least) return this.#tooFew(expectation, last);
    const why = isExchange ? await this.#unrecorded(expectation) : undefined;
    return why === undefined ? this.#met(expectation, last.count) : this.#unmet(expectation, why, last.count);
  }

  async #look(expectation: Expectation, waitSeconds: number): Promise<Glance> {
    const { kind, spec, least, most } = expectation;
    const enough = Math.max(least, Number.isFinite(most) ? most + 1 : 0);
    try {
      const want = { since: this.#since(expectation), enough, waitSeconds };
      const looked = await this.#orInterrupted(kind.look(this.#watching.api, spec as never, want));
      return looked === undefined
        ? { ...NOTHING, trouble: { why: INTERRUPTED, isUnreached: false } }
        : { ...looked, trouble: undefined };
    } catch (thrown) {
      const trouble = troubleOf(thrown, expectation);
      // That such a node is not there is what is expected of it.
      const isExpected = trouble.node !== undefined && expectation.word === "node" && !awaits(expectation);
      return { ...NOTHING, trouble: isExpected ? undefined : trouble };
    }
  }

  /** The gateway may hold a question back for a minute: who is interrupted does not wait for that. */
  #orInterrupted<T>(work: Promise<T>): Promise<T | undefined> {
    const { signal } = this.#watching;
    return new Promise((resolve, reject) => {
      const stop = () => resolve(undefined);
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    });
  }

  #since({ since }: Expectation): string | undefined {
    if (since === "ever") return undefined;
    return since === "start" ? this.#watching.startedAt : since.at;
  }

  async #unrecorded(expectation: Expectation): Promise<string | undefined> {
    try {
      return await this.#watching.unrecorded(expectation);
    } catch (thrown) {
      return troubleOf(thrown, expectation).why;
    }
  }

  #result(expectation: Expectation, said: Omit<Result, "expectation" | "seconds">): Result {
    return { expectation, seconds: Math.round(this.#watching.pace.now() - this.#start) / 1000, ...said };
  }

  #met(expectation: Expectation, count: number): Result {
    return this.#result(expectation, { met: true, isUnreached: false, count, why: "", seen: [] });
  }

  #unmet(expectation: Expectation, why: string, count = 0, seen: readonly string[] = []): Result {
    return this.#result(expectation, { met: false, isUnreached: false, count, why, seen });
  }

  #tooMany(expectation: Expectation, { count, fitting }: Glance): Result {
    const allowed =
      expectation.most === 0 ? "It came, and never must." : `It came more often: ${countText(expectation)}.`;
    return this.#unmet(expectation, allowed, count, fitting);
  }

  async #tooFew(expectation: Expectation, { trouble, count, fitting }: Glance): Promise<Result> {
    const { signal } = this.#watching;
    if (signal.aborted) return this.#unmet(expectation, INTERRUPTED, count, fitting);
    if (trouble !== undefined) {
      const seen = trouble.node === undefined ? [] : await this.#closeTo(trouble.node);
      return this.#result(expectation, { met: false, isUnreached: trouble.isUnreached, count, why: trouble.why, seen });
    }
    const time = `in ${Math.round(expectation.within / 1000)} s`;
    const why = count === 0 ? `It did not come ${time}.` : `It came ${count} times ${time}: ${countText(expectation)}.`;
    return this.#unmet(expectation, why, count, [...fitting, ...(await this.#instead(expectation))]);
  }

  async #instead(expectation: Expectation): Promise<readonly string[]> {
    const { kind, spec, word } = expectation;
    try {
      const seen = await kind.instead(this.#watching.api, spec as never, { since: this.#since(expectation) });
      const unrecorded = word === "exchange" ? await this.#unrecorded(expectation) : undefined;
      return [...seen, ...(unrecorded === undefined ? [] : [unrecorded])];
    } catch (thrown) {
      return [troubleOf(thrown, expectation).why];
    }
  }

  async #closeTo(node: string): Promise<string[]> {
    try {
      const close = await this.#watching.api.nodesClose(node);
      return close.length === 0
        ? ["No node's name is close to it."]
        : [`Nodes whose names are close: ${close.join(", ")}`];
    } catch {
      // What came of the expectation is known without it.
      return [];
    }
  }
}

const NOTHING = { count: 0, fitting: [] } as const;
const INTERRUPTED = "It was interrupted before its time was over.";
