import type { InventoryAnswer } from "./connection.js";

/**
 * Why a step failed: no answer, an unwanted status, an answer whose coding the agent cannot undo, one that says
 * nothing that it understands, or one that is not under the key that it should be under.
 */
export type InventoryAgentErrorKind = "transport" | "status" | "coding" | "protocol" | "crypto";

/** What a simulated inventory agent meets where a real one would log an error; `answer` is set when the server answered. */
export class InventoryAgentError extends Error {
  readonly kind: InventoryAgentErrorKind;
  /** Such as `prolog`, `contact`, `inventory` or `getConfig`. */
  readonly operation: string;
  readonly answer: InventoryAnswer | undefined;

  constructor(
    kind: InventoryAgentErrorKind,
    operation: string,
    message: string,
    answer?: InventoryAnswer,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "InventoryAgentError";
    this.kind = kind;
    this.operation = operation;
    this.answer = answer;
  }

  /** HTTP status of the answer, undefined when there was none. */
  get status(): number | undefined {
    return this.answer?.status;
  }
}
