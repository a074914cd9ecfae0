import type { JobSaid } from "@gatehouse/core/jobs";
import { cleanJson, cleanText } from "../clean.js";

/** Lines of a job's story, the bytes of one as JSON, and of all of them. */
export const MOST_EVENTS = 10_000;
export const MOST_EVENT_BYTES = 64 * 1024;
export const MOST_JOB_BYTES = 16 * 1024 * 1024;

/** Characters that say where a line belongs. */
const LONGEST_WORD = 500;
/** Characters of a message that no longer one fits beside. */
const LONGEST_MESSAGE = 15_000;
const LONGEST_REASON = 2_000;
/** Levels of what an agent brings: no walk of ours, and none of the database's, has to survive more. */
const DEEPEST = 50;

/** One line of a job's story as it is stored. */
export interface EventRow {
  readonly step: string | null;
  readonly about: string | null;
  readonly status: string | null;
  readonly message: string | null;
  /** As JSON. */
  readonly data: string | null;
  readonly bytes: number;
  readonly reason: string | null;
}

/**
 * What was said, within its bounds: data that is too much, or nests too deep, is left out and says so; what is too long is cut.
 */
export function eventRow({ step, about, status, message, data, reason }: JobSaid): EventRow {
  const words = { step: cut(step, LONGEST_WORD), about: cut(about, LONGEST_WORD), status };
  const whole = { ...words, message: cut(message, MOST_EVENT_BYTES), data: dataOf(data) };
  const fits = sizeOf(whole) <= MOST_EVENT_BYTES;
  const kept = fits
    ? whole
    : { ...words, message: cut(message, LONGEST_MESSAGE), data: data === undefined ? null : TOO_MUCH };
  return { ...kept, bytes: sizeOf(kept), reason: cut(reason ?? null, LONGEST_REASON) };
}

const TOO_MUCH = JSON.stringify({ leftOut: `more than ${MOST_EVENT_BYTES} bytes` });
const TOO_DEEP = JSON.stringify({ leftOut: `more than ${DEEPEST} levels` });

function dataOf(data: JobSaid["data"]): string | null {
  if (data === undefined) return null;
  return isDeep(data) ? TOO_DEEP : JSON.stringify(cleanJson(data));
}

/** Level by level: a recursion would not survive what it looks for. */
function isDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level
      .filter((item) => typeof item === "object" && item !== null)
      .flatMap((item) => Object.values(item as object));
  }
  return false;
}

const sizeOf = ({ step, about, message, data }: Pick<EventRow, "step" | "about" | "message" | "data">): number =>
  [step, about, message, data].reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0);

/** Half of a pair that the cut leaves is replaced. */
const cut = (text: string | null, most: number): string | null =>
  text === null ? null : cleanText(text.slice(0, most));
