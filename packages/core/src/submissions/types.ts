import type { FactTree } from "../facts/index.js";
import type { InventoryFact } from "../inventory/index.js";
import type { Evidence } from "../nodes/index.js";
import type { RunSaid } from "../reports/index.js";

/** What an agent hands in, on its way to the store. */
export interface NewSubmission {
  readonly agentId: string;
  /** Whose processor it is for, such as `dsc.report`. */
  readonly kind: string;
  /** The bytes as they came. */
  readonly body: Buffer;
  /** What its processor needs to know besides the bytes, and no more; nothing secret. */
  readonly context?: SubmissionContext;
  /** Kept, and not processed before an operator lets its agent out of quarantine. */
  readonly held?: boolean;
}

/** Small: texts that came with the bytes, such as `{deviceId: "web01-2024-02-29-12-00-00"}`. */
export type SubmissionContext = Readonly<Record<string, string>>;

/** A stored submission as its processor sees it. */
export interface Submission {
  readonly id: string;
  readonly acceptedAt: Date;
  readonly kind: string;
  readonly body: Uint8Array;
  /** As it was accepted with. */
  readonly context?: SubmissionContext;
}

/** What a submission says of a run of its agent. */
export interface ReportFact {
  readonly fact: "report";
  readonly protocol: string;
  readonly run: string;
  readonly said: RunSaid;
  /** What it tells of the machine, if it does; in the place of what an earlier one told. */
  readonly evidence?: readonly Evidence[];
}

/** What a submission says of the agent's node: it takes the place of what the source said before. */
export interface FactsFact {
  readonly fact: "facts";
  readonly source: string;
  readonly facts: FactTree;
  /** What it tells of the machine, if it does; in the place of what an earlier one told. */
  readonly evidence?: readonly Evidence[];
}

/** A plain domain fact that a submission turns out to hold. */
export type Fact = ReportFact | FactsFact | InventoryFact;

/**
 * Turns a stored submission into facts. Pure: the same bytes give the same facts, on any thread, now or years later.
 * @throws anything: the submission then becomes a dead letter, and its successors go on
 */
export type Processor = (submission: Submission) => readonly Fact[];

/** Why a submission could not be processed. */
export interface Failure {
  /** A code of the errors table, or `internal`. */
  readonly code: string;
  readonly message: string;
  /** For operators: where it happened. */
  readonly detail: string | null;
}

/** A submission that waits, with what its processing needs to know. */
export interface Waiting extends Submission {
  readonly agentId: string;
  /** Bytes of the body. */
  readonly size: number;
  /** How often a gateway began with it and did not come to an end. */
  readonly attempts: number;
}

/** What came out of processing one submission. */
export type Outcome =
  | { readonly submission: Waiting; readonly facts: readonly Fact[] }
  | { readonly submission: Waiting; readonly failure: Failure };

/** A submission that processing refused, as operators see it. */
export interface DeadLetter {
  /** The submission's id. */
  readonly id: string;
  readonly agentId: string;
  readonly nodeId: string | null;
  readonly nodeName: string | null;
  readonly kind: string;
  readonly size: number;
  readonly acceptedAt: Date;
  readonly failedAt: Date;
  readonly failure: Failure;
  /** How often it was re-driven before. */
  readonly redrives: number;
}

export interface DeadLetterPage {
  readonly deadLetters: readonly DeadLetter[];
  readonly next: string | null;
}

/** How much waits. */
export interface Backlog {
  readonly waiting: number;
  readonly oldestAt: Date | null;
  readonly deadLetters: number;
}
