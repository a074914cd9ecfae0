import type { PuppetAnswer } from "./connection.js";

/** Why a step failed: no answer, an unwanted status, an answer that cannot be read, or bytes that are not what was promised. */
export type PuppetAgentErrorKind = "transport" | "status" | "protocol" | "checksum";

/** What a simulated Puppet agent meets where a real one would log an error; `answer` is set when the server answered. */
export class PuppetAgentError extends Error {
  readonly kind: PuppetAgentErrorKind;
  /** Such as `catalog` or `file_content`. */
  readonly operation: string;
  readonly answer: PuppetAnswer | undefined;

  constructor(kind: PuppetAgentErrorKind, operation: string, message: string, answer?: PuppetAnswer, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PuppetAgentError";
    this.kind = kind;
    this.operation = operation;
    this.answer = answer;
  }

  /** HTTP status of the answer, undefined when there was none. */
  get status(): number | undefined {
    return this.answer?.status;
  }
}

/** An answer of another status than 200, in the words of an agent's log. */
export function refused(answer: PuppetAnswer): PuppetAgentError {
  return new PuppetAgentError(
    "status",
    answer.operation,
    `Error ${answer.status} on SERVER: ${answer.body.toString("utf8", 0, 500)}`,
    answer,
  );
}

/** @returns the error as it is, or as one of the step @param operation */
export function agentError(operation: string, thrown: unknown): PuppetAgentError {
  if (thrown instanceof PuppetAgentError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new PuppetAgentError("protocol", operation, text, undefined, thrown);
}
