import { GatehouseError } from "@gatehouse/core/errors";
import type { JobSaid } from "@gatehouse/core/jobs";
import { json } from "../../replies.js";
import { onlyGet, type RestCall, type RestHandler } from "../call.js";
import { jobOf } from "../caller.js";
import { clean, nothing, say } from "../said.js";
import { displayed } from "./displayed.js";
import { answerToken, isAnswerToken } from "./token.js";

/** Bytes of a form: more than 1,000 values of 1,500 characters, as agents cut them, are no answer of an agent. */
const FORM_LIMIT = 1 << 20;
const MOST_VALUES = 1000;
/** Characters of names and values that are kept of one answer: an event of a job has 64 KiB. */
const KEPT = 48 << 10;

/** What is said about the answer, and no part of it. */
const NAMES: ReadonlySet<string> = new Set(["action", "uuid", "method", "_cpt", "_sid", "_glpi_csrf_token"]);

/**
 * setAnswer: one thing that a collect job found, by GET or posted as a form (wire/fusioninventory.md section 5). A posted one
 * is answered with the token of the next. One without a token is taken, as it would be by GET: an agent whose last answer got
 * lost has none any more.
 * @throws request-malformed, body-too-large for what no agent sends; forbidden for a token that is none of ours; not-found for
 *   a job that is not there; conflict for one that has ended
 */
export const setAnswer: RestHandler = async (call) => {
  const { method, query } = call.request;
  const fields = method === "POST" ? formOf(call) : new URLSearchParams(query);
  if (method !== "POST") fields.delete("machineid");
  const said = saidIn(fields);
  const key = call.deps.answerKey;
  const token = fields.get("_glpi_csrf_token");
  if (token && !isAnswerToken(key, token)) throw new GatehouseError("forbidden", "The token is none of ours.");
  const job = await jobOf(call, ["collect"], fields.get("uuid"));
  await say(call, job, said);
  return method === "POST" ? json(200, { token: answerToken(key) }) : nothing;
};

/**
 * jobsDone: all steps of a collect job were done, whatever they found.
 * @throws as {@link setAnswer}
 */
export const jobsDone: RestHandler = async (call) => {
  onlyGet(call);
  const job = await jobOf(call, ["collect"]);
  await say(call, job, { step: null, about: null, status: "ok", message: null, end: "ok" });
  return nothing;
};

function formOf({ request: { body, query } }: RestCall): URLSearchParams {
  if (body.length > FORM_LIMIT)
    throw new GatehouseError("body-too-large", `An answer has at most ${FORM_LIMIT} bytes.`);
  const form = new URLSearchParams(body.toString("utf8"));
  const [named, posted] = [query.get("uuid"), form.get("uuid")];
  if (named !== null && posted !== null && named !== posted)
    throw new GatehouseError("request-malformed", "The call names two jobs.");
  if (posted === null && named !== null) form.set("uuid", named);
  return form;
}

function saidIn(fields: URLSearchParams): JobSaid {
  const step = numberIn(fields, "_sid");
  const left = numberIn(fields, "_cpt");
  const values = valuesIn(fields);
  if (values.size === 0 && left !== undefined && left > 0)
    throw new GatehouseError("request-malformed", "The answer says nothing.");
  const { data, dropped } = fitting(values);
  const shown = displayed(values.get("path"));
  return {
    step: null,
    about: step === undefined ? "answer" : `answer to step ${step}`,
    status: dropped > 0 ? "warning" : null,
    message:
      [
        values.size === 0 ? "nothing found" : shown,
        dropped > 0 ? `${dropped} of ${values.size} values are too much to be kept` : undefined,
      ]
        .filter((text) => text !== undefined)
        .join("; ") || null,
    ...(values.size > 0 && { data }),
  };
}

/** In the order in which they came; a name that comes more than once, or as `name[]`, has a list. */
function valuesIn(fields: URLSearchParams): Map<string, string | string[]> {
  const values = new Map<string, string | string[]>();
  let count = 0;
  for (const [said, text] of fields) {
    if (NAMES.has(said)) continue;
    if (++count > MOST_VALUES)
      throw new GatehouseError("body-too-large", `An answer has at most ${MOST_VALUES} values.`);
    const name = clean(said.replace(/(?<=.)\[\]$/, ""));
    const value = clean(text);
    const before = values.get(name);
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) values.set(name, [before, value]);
    else values.set(name, said.endsWith("[]") ? [value] : value);
  }
  return values;
}

/** Names are whatever was found on the machine: they become keys, and nothing else. */
function fitting(values: ReadonlyMap<string, string | string[]>) {
  const kept: [string, string | string[]][] = [];
  let room = KEPT;
  for (const [name, value] of values) {
    const size = name.length + (typeof value === "string" ? value.length : value.join("").length);
    if (size > room) continue;
    room -= size;
    kept.push([name, value]);
  }
  return { data: Object.fromEntries(kept), dropped: values.size - kept.length };
}

function numberIn(fields: URLSearchParams, name: string): number | undefined {
  const said = fields.get(name);
  if (said === null || said === "") return undefined;
  if (!/^\d{1,9}$/.test(said)) throw new GatehouseError("request-malformed", `${name} is a number.`);
  return Number(said);
}
