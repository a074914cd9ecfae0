import { GatehouseError } from "@gatehouse/core/errors";
import type { Heard, Job, JobSaid } from "@gatehouse/core/jobs";
import type { AgentAnswer } from "@gatehouse/http";
import { json } from "../replies.js";
import type { RestCall } from "./call.js";

/** Nothing to do, and nothing to say: agents take an empty text for an error (wire/fusioninventory.md section 1). */
export const nothing: AgentAnswer = json(200, {});

/** Characters of a message: agents cut theirs so that they have at most 1,500, encoded. */
const LONGEST_MESSAGE = 4096;
const LONGEST_WORD = 100;

/** PostgreSQL stores no U+0000; halves of a pair did not get through the query's decoding. */
export const clean = (text: string): string => text.replaceAll("\0", "");

/**
 * A message in a query.
 * @returns null where there is none
 * @throws body-too-large for one that no agent writes
 */
export const messageIn = (query: URLSearchParams, name: string): string | null => textIn(query, name, LONGEST_MESSAGE);

/**
 * A word in a query, such as the name of a step.
 * @returns null where there is none
 * @throws body-too-large for one that no agent writes
 */
export const wordIn = (query: URLSearchParams, name: string): string | null => textIn(query, name, LONGEST_WORD);

function textIn(query: URLSearchParams, name: string, most: number): string | null {
  const text = clean(query.get(name) ?? "");
  if (text.length > most) throw new GatehouseError("body-too-large", `${name} has at most ${most} characters.`);
  return text === "" ? null : text;
}

/**
 * Notes what an agent said of its job, before it is answered.
 * @throws conflict for a job that has ended
 */
export async function say({ deps }: Pick<RestCall, "deps">, job: Job, said: JobSaid): Promise<Exclude<Heard, "over">> {
  const heard = await deps.work.say(job, said);
  if (heard === "over") throw new GatehouseError("conflict", "The job has ended.");
  return heard;
}
