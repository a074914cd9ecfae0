/** How loud an error is in the log: what a client did wrong is not what we did wrong. */
export type ErrorLevel = "info" | "warn" | "error";

/** What a code stands for, whoever raises it. The table makes the reference page in the docs. */
export interface ErrorCode {
  readonly status: number;
  readonly level: ErrorLevel;
  readonly meaning: string;
}

const code = (status: number, level: ErrorLevel, meaning: string): ErrorCode => ({ status, level, meaning });

/** Every error that may leave the process, by its stable code. */
export const errorCodes = {
  "request-malformed": code(400, "warn", "The request does not have the form that its protocol asks for."),
  "name-invalid": code(400, "warn", "A name holds characters that an agent could not fetch, or is too long."),
  unauthenticated: code(401, "warn", "The caller did not prove who it is."),
  forbidden: code(403, "warn", "The caller is known and may not do this."),
  "not-found": code(404, "info", "There is no such thing, or the caller may not know of it."),
  "method-not-allowed": code(405, "info", "The path is known, the verb is not."),
  conflict: code(409, "warn", "The request does not fit what is stored."),
  "body-too-large": code(413, "warn", "The body is larger than this route takes."),
  "body-late": code(408, "warn", "The body did not arrive in time."),
  "coding-unsupported": code(415, "warn", "The body's coding or type is not one that this route takes."),
  "not-acceptable": code(406, "warn", "The caller takes none of the forms in which there is an answer."),
  "catalog-failed": code(500, "warn", "The code that describes a node makes no catalog; the message says where."),
  overloaded: code(503, "warn", "More requests or bytes are in flight than this class admits."),
  "database-unavailable": code(503, "error", "PostgreSQL cannot be reached."),
  "upstream-failed": code(502, "warn", "A server that a task is handed to does not answer, or not as it should."),
  "not-available": code(501, "info", "This version of Gatehouse does not offer the operation."),
  internal: code(500, "error", "A fault of ours; the log has it under the request id."),
  "config-invalid": code(500, "error", "The configuration does not fit its schema."),
  "start-refused": code(500, "error", "The gateway does not start in this state."),
} as const satisfies Record<string, ErrorCode>;

export type ErrorCodeName = keyof typeof errorCodes;
