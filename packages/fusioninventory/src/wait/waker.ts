import type { Clock } from "@gatehouse/core/clock";
import type { PortWake, Wake, Wakes } from "@gatehouse/core/jobs";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { Log, Reply } from "@gatehouse/http";
import { Notes } from "./notes.js";
import type { WakeOutcome } from "./port.js";
import type { Took, Waits } from "./waits.js";

/** Agents that are asked about, and told, in one go: over TLS to tell them takes 30 ms. */
const AT_ONCE = 500;
/** Agents' ports that are called at once. */
const MOST_CALLS = 64;
/** Milliseconds: what is due in this time is looked for each second, whatever the database's clock says. */
const SOON_MS = 10_000;
/** Rounds without any work after which what is due is looked for more seldom: its agents are out of reach. */
const IDLE_ROUNDS = 15;
/** Seconds between two looks when nothing is due soon, in case that a notice was lost. */
const FALLBACK_SECONDS = 5;

export interface WakerDeps {
  readonly wakes: Wakes;
  readonly waits: Pick<Waits, "hold" | "tell" | "letGo" | "agents" | "beat" | "close">;
  /** Calls an agent's own port. @param stop ends it early */
  readonly call: (wake: PortWake, stop: AbortSignal) => Promise<WakeOutcome>;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts a try, for figures. */
  readonly tried: (way: "wait" | "port", outcome: string) => void;
}

/**
 * Tells agents to come that are to come: those that wait here, and others on their own port. Its owner calls
 * {@link Waker.tick} each second, and {@link Waker.noticed} when an order was made on any gateway.
 */
export class Waker {
  readonly #deps: WakerDeps;
  readonly #notes: Notes;
  readonly #stop = new AbortController();
  /** Agents that came to wait and have work. */
  readonly #came = new Set<string>();
  #all = false;
  #running: Promise<void> | undefined;
  readonly #calls = new Set<Promise<void>>();
  /** Whether more ports are to be called than there was room for. */
  #morePorts = false;
  #nextAt: Date | null = null;
  #ticks = 0;
  #idle = 0;
  #isFailing = false;

  constructor(deps: WakerDeps) {
    this.#deps = deps;
    this.#notes = new Notes(deps.wakes, deps.log);
  }

  /** The answer to an agent that waits. @throws overloaded */
  hold({ agentId, hasWork }: Pick<KnownAgent, "agentId" | "hasWork">): Reply {
    return this.#deps.waits.hold(agentId, () => {
      if (!hasWork) return;
      this.#came.add(agentId);
      this.#run();
    });
  }

  /** There may be something new: an order was made. */
  noticed(): void {
    this.#idle = 0;
    this.#all = true;
    this.#run();
  }

  /** One second has gone. */
  tick(): void {
    this.#deps.waits.beat();
    this.#ticks++;
    const isSoon = this.#nextAt !== null && this.#nextAt.getTime() - this.#deps.clock.now().getTime() < SOON_MS;
    if (!(isSoon && this.#idle < IDLE_ROUNDS) && this.#ticks % FALLBACK_SECONDS !== 0) return;
    this.#all = true;
    this.#run();
  }

  /** Ends every wait and every call; what is not noted yet is. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#deps.waits.close();
    await this.#running;
    await Promise.all(this.#calls);
    await this.#notes.idle();
  }

  /** Resolves when nothing is under way: no look, no call and no note. */
  async idle(): Promise<void> {
    while (this.#running !== undefined || this.#calls.size > 0) await Promise.all([this.#running, ...this.#calls]);
    await this.#notes.idle();
  }

  #run(): void {
    this.#running ??= this.#rounds().finally(() => {
      this.#running = undefined;
      // Asked for when the last look was over.
      if (this.#isWanted()) this.#run();
    });
  }

  async #rounds(): Promise<void> {
    try {
      while (this.#isWanted()) await this.#round();
      if (this.#isFailing) this.#deps.log.info("agents are woken again");
      this.#isFailing = false;
    } catch (thrown) {
      this.#morePorts = false;
      // Once, and not each second for as long as a database is away: the next tick tries again.
      if (!this.#isFailing) this.#deps.log.warn("agents could not be woken", { reason: (thrown as Error).message });
      this.#isFailing = true;
    }
  }

  #isWanted(): boolean {
    if (this.#stop.signal.aborted) return false;
    return this.#all || this.#came.size > 0 || (this.#morePorts && this.#roomForCalls(false) > 0);
  }

  async #round(): Promise<void> {
    const { wakes, waits } = this.#deps;
    const isWhole = this.#all;
    const agents = isWhole ? waits.agents() : [...this.#came];
    this.#all = false;
    this.#came.clear();
    let found = 0;
    const asked = (at: number) => (at < agents.length ? wakes.ofWaiting(agents.slice(at, at + AT_ONCE)) : undefined);
    let next = asked(0);
    for (let at = AT_ONCE; next !== undefined; at += AT_ONCE) {
      const due = await next;
      // The database looks for the next ones while these are told.
      next = asked(at);
      found += this.#tell(due);
    }
    // Not before: those who wait are told first. Nobody waits for answers to end.
    void waits.letGo();
    this.#notes.write();
    if (!isWhole && !this.#morePorts) return;
    found += await this.#callPorts(this.#roomForCalls(isWhole));
    if (!isWhole) return;
    this.#nextAt = await wakes.nextAt();
    this.#idle = found > 0 ? 0 : this.#idle + 1;
  }

  /** @returns how many */
  #tell(due: readonly Wake[]): number {
    const byAgent = new Map<string, Wake[]>();
    for (const wake of due) byAgent.set(wake.agentId, [...(byAgent.get(wake.agentId) ?? []), wake]);
    for (const [agentId, wakes] of byAgent) {
      const took = this.#deps.waits.tell(agentId, [...new Set(wakes.flatMap(({ tasks }) => tasks))]);
      this.#deps.tried("wait", took);
      for (const { jobId } of wakes) this.#notes.add(jobId, "wait", { ok: took === "told", message: MESSAGES[took] });
    }
    return due.length;
  }

  /** Between the looks of each second only when half is free: to find ten thousand that are due takes the database a while. */
  #roomForCalls(isWhole: boolean): number {
    const free = MOST_CALLS - this.#calls.size;
    return isWhole || free >= MOST_CALLS / 2 ? free : 0;
  }

  /** @returns how many */
  async #callPorts(room: number): Promise<number> {
    if (room <= 0) return 0;
    const due = await this.#deps.wakes.forPorts(room);
    this.#morePorts = due.length === room;
    for (const wake of due) {
      const call: Promise<void> = this.#call(wake).finally(() => {
        this.#calls.delete(call);
        if (this.#morePorts) this.#run();
      });
      this.#calls.add(call);
    }
    return due.length;
  }

  async #call(wake: PortWake): Promise<void> {
    const { ok, outcome, message } = await this.#deps.call(wake, this.#stop.signal);
    this.#deps.tried("port", outcome);
    this.#notes.add(wake.jobId, "port", { ok, message });
    this.#notes.write();
  }
}

const MESSAGES: Readonly<Record<Took, string>> = {
  told: "The agent waited here, and was told to come.",
  gone: "The agent waited here, and hung up as it was to be told.",
  stuck: "The agent waited here, and read nothing any more.",
};
