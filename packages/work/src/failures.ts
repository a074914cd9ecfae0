import { type ErrorCodeName, errorCodes, GatehouseError } from "@gatehouse/core/errors";
import type { Failure } from "@gatehouse/core/submissions";

/** Characters of a foreign error's text that are kept: it may quote all of a body. */
const MOST_DETAIL = 8_000;

/** Whether the database could not be reached: nobody's fault but the network's, so that trying again is right. */
export const isAway = (thrown: unknown): boolean =>
  thrown instanceof GatehouseError && thrown.code === "database-unavailable";

/** An error's message and stack, or whatever else was thrown, as text of at most 8,000 characters. */
export function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return safeString(thrown).slice(0, MOST_DETAIL);
  const stack = typeof thrown.stack === "string" ? thrown.stack : "";
  const text = stack.includes(thrown.message) ? stack : `${thrown.message}\n${stack}`;
  return text.slice(0, MOST_DETAIL);
}

/**
 * What was thrown, as plain data, which is all that survives the way between two threads.
 * @param message for what is not a {@link GatehouseError}: its own words may quote what an agent sent, and its stack is for the log
 */
export function failureOf(thrown: unknown, message = "The work failed."): Failure {
  if (!(thrown instanceof GatehouseError)) return { code: "internal", message, detail: kindOf(thrown) };
  return { code: thrown.code, message: thrown.message, detail: thrown.detail ?? null };
}

/** Where an error came from, without its words: they may quote a body. */
export function framesOf(thrown: unknown): string {
  const stack = thrown instanceof Error && typeof thrown.stack === "string" ? thrown.stack : "";
  const frames = stack.split("\n").filter((line) => /^\s*at /.test(line));
  return frames.slice(0, 20).join("\n");
}

/** What kind of error it was, such as `error 22003`: a name and the code that a library gives it. */
function kindOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const { code } = thrown as { code?: unknown };
  return typeof code === "string" ? `${thrown.name} ${code}` : thrown.name;
}

/** The error that a failure was made of; a code that this version does not know becomes internal. */
export function errorOf(failure: Failure, cause?: unknown): GatehouseError {
  const code = Object.hasOwn(errorCodes, failure.code) ? (failure.code as ErrorCodeName) : "internal";
  const detail = failure.detail === null ? {} : { detail: failure.detail };
  return new GatehouseError(code, failure.message, cause === undefined ? detail : { ...detail, cause });
}

/** An object may be thrown that cannot be made a string. */
function safeString(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}
