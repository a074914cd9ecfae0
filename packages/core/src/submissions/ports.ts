import type { Backlog, DeadLetter, DeadLetterPage, NewSubmission, Outcome, Waiting } from "./types.js";

/** Port: where adapters leave what agents hand in. */
export interface Submissions {
  /**
   * Stores a submission and puts it in the inbox; resolves after the commit. Concurrent ones are committed together.
   * @throws database-unavailable; nothing is stored then, or the sender cannot know and sends it again
   */
  accept(submission: NewSubmission): Promise<void>;
  /** Resolves when nothing of this agent waits any more, or after `timeoutMs`. @returns whether it is settled */
  settled(agentId: string, timeoutMs: number): Promise<boolean>;
}

/** Port: what is kept of agents in quarantine. */
export interface HeldSubmissions {
  /** How many are held, by agent; agents of which nothing is held are not in it. */
  counts(agentIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** The queues of some agents, held by one worker: nobody else processes these agents until it is released. */
export interface Claim {
  /** In the order of acceptance. */
  readonly submissions: readonly Waiting[];
  /**
   * Stores what came out, and takes it out of the inbox: all in one transaction, so that it counts once.
   * @throws database-unavailable, or whatever one of the outcomes breaks: nothing of the batch is stored then
   */
  settle(outcomes: readonly Outcome[]): Promise<void>;
  /** Counts an attempt that may end the process, before it is made. */
  begin(submission: Waiting): Promise<void>;
  /** Lets the agents' queues go; to be called whatever happened. */
  release(): Promise<void>;
}

export interface ClaimLimits {
  /** Submissions in one claim, at the most. */
  readonly most: number;
  /** Bytes of the bodies in one claim, at the most; a single one may have more. */
  readonly mostBytes: number;
  /** A body over this many bytes is heavy: it is claimed alone. */
  readonly heavyBytes: number;
}

/** Port: the queue of what was accepted and is not yet processed. */
export interface Inbox {
  /** The oldest submissions of agents that no other worker holds; undefined when there is nothing to do. */
  claim(limits: ClaimLimits): Promise<Claim | undefined>;
  backlog(): Promise<Backlog>;
}

/** Port: submissions that processing refused. */
export interface DeadLetters {
  /** Newest failure first. @throws request-malformed for a foreign cursor */
  list(page: { limit: number; after?: string }): Promise<DeadLetterPage>;
  find(id: string): Promise<DeadLetter | undefined>;
  /** The bytes as they came. */
  body(id: string): Promise<Buffer | undefined>;
  /** Puts one back into the inbox, at its place in the order of acceptance. False when there is none. */
  redrive(id: string): Promise<boolean>;
  /** Puts all of them back. @returns how many */
  redriveAll(): Promise<number>;
  /** Throws one away for good. False when there is none. */
  discard(id: string): Promise<boolean>;
}

/** Port: named pure functions over bytes; many bytes are worked on by another thread, bounded in time and memory. */
export interface Tasks {
  /**
   * @param name such as `dsc.report`
   * @param input what the function takes: a submission, or what has a body
   * @throws what the function throws; internal when it did not end in time, or took too much memory
   */
  run<T>(name: string, input: { readonly body: Uint8Array }): Promise<T>;
}
