import type { LcmAnswer } from "./transport.js";

/** Why an operation failed: no answer, an unwanted status, an answer the LCM cannot read, or bytes that are not what was promised. */
export type LcmErrorKind = "transport" | "status" | "protocol" | "checksum";

/** What a simulated LCM throws where a real one would report an error; `answer` is set when the server answered at all. */
export class LcmError extends Error {
  readonly kind: LcmErrorKind;
  readonly operation: string;
  readonly answer: LcmAnswer | undefined;

  /**
   * @param kind what went wrong
   * @param operation protocol operation, e.g. "GetDscAction"
   * @param message text as an LCM would put it into its report
   * @param answer the answer that caused it, if there was one
   */
  constructor(kind: LcmErrorKind, operation: string, message: string, answer?: LcmAnswer, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "LcmError";
    this.kind = kind;
    this.operation = operation;
    this.answer = answer;
  }

  /** HTTP status of the answer, undefined when there was none. */
  get status(): number | undefined {
    return this.answer?.status;
  }
}
