import { GatehouseError } from "@gatehouse/core/errors";

// Connection failures as Node and pg report them; SQLSTATE classes 08 (connection), 57P (shutdown), 53300 (too many clients).
const AWAY_CODES = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|0800[0-7]|57P0|53300|25006)/;
const AWAY_MESSAGES =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|client was closed|Client was closed|not queryable|is not currently accepting connections|^timeout expired$/i;

/** Seconds that callers are asked to wait while the database is away. */
const RETRY_AFTER_SECONDS = 10;

/** True when the database could not be reached, rather than having refused a statement. */
export function isUnavailable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = String((thrown as { code?: unknown }).code ?? "");
  const cause = (thrown as { driverError?: unknown }).driverError;
  // A server that is down takes its Unix socket with it; any other missing file is not the database.
  if (code === "ENOENT") return (thrown as { syscall?: unknown }).syscall === "connect";
  return (
    AWAY_CODES.test(code) ||
    AWAY_MESSAGES.test(thrown.message) ||
    (cause !== undefined && cause !== thrown && isUnavailable(cause))
  );
}

/** A database failure as callers see it: `database-unavailable` when it is away, else the thing itself. */
export function translate(thrown: unknown): unknown {
  if (!isUnavailable(thrown)) return thrown;
  return new GatehouseError("database-unavailable", "The database is away; try again later.", {
    detail: (thrown as Error).message,
    cause: thrown,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** Whether a failure that was translated already says that the database is away. */
export const isAway = (thrown: unknown): boolean =>
  thrown instanceof GatehouseError && thrown.code === "database-unavailable";

/** Whether a statement broke this unique constraint. */
export function breaksUnique(thrown: unknown, constraint: string): boolean {
  const error = ((thrown as { driverError?: unknown }).driverError ?? thrown) as { code?: string; constraint?: string };
  return error.code === "23505" && error.constraint === constraint;
}
