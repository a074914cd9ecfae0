import { type ErrorCodeName, type ErrorLevel, errorCodes } from "./codes.js";

export interface ErrorOptions {
  /** For the log only: never sent to a client. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** Seconds after which the caller may try again; sent as Retry-After by every dialect that knows it. */
  readonly retryAfterSeconds?: number;
  /** The places of what was sent that do not fit, by JSON pointer; sent by dialects that know several. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** For 405: the verbs that the path knows. */
  readonly allow?: readonly string[];
}

/**
 * The one error class: a registered code, a message fit for the caller, a detail fit for the log.
 * Each protocol renders it in its own dialect.
 */
export class GatehouseError extends Error {
  override readonly name = "GatehouseError";
  readonly code: ErrorCodeName;
  readonly detail: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[] | undefined;
  readonly errors: ErrorOptions["errors"];

  /**
   * @param code a key of {@link errorCodes}
   * @param message one sentence that the caller may read: no secret, no path of the server, no stack
   */
  constructor(code: ErrorCodeName, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.allow = options.allow;
    this.errors = options.errors;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  get level(): ErrorLevel {
    return errorCodes[this.code].level;
  }
}

/** What was thrown, as a {@link GatehouseError}: anything unknown becomes `internal` with the original as its cause. */
export function asGatehouseError(thrown: unknown): GatehouseError {
  if (thrown instanceof GatehouseError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new GatehouseError("internal", "The request failed inside the gateway.", { detail, cause: thrown });
}
