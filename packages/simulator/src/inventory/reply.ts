import type { InventoryAnswer } from "./connection.js";
import { startOf } from "./decode.js";
import { InventoryAgentError } from "./errors.js";

/** An answer in XML, as far as agents look at it. */
export interface XmlReply {
  /** Content of RESPONSE, "" without one. */
  readonly response: string;
  /** Hours, from PROLOG_FREQ. */
  readonly prologFreq: number | undefined;
  /** Names of the OPTIONs, in their order. */
  readonly options: readonly string[];
  /** ACCOUNTINFO with KEYNAME TAG: what the local tag is to become (OCS). */
  readonly tag: string | undefined;
}

/** An answer in JSON, as far as agents look at it. */
export interface JsonReply {
  readonly status: string;
  /** Seconds; undefined where nothing usable was said, and the agent keeps what it had. */
  readonly expiration: number | undefined;
  /** Names in lower case. */
  readonly disabled: ReadonlySet<string>;
  /** Server by task. */
  readonly servers: ReadonlyMap<string, string>;
  /** `tasks.register.renew`: the server wants the agent to register anew. */
  readonly renew: boolean;
}

/** @throws InventoryAgentError kind "protocol" for what has no REPLY */
export function xmlReply(answer: InventoryAnswer, text: string): XmlReply {
  if (!/<REPLY(\s*\/>|>[\s\S]*<\/REPLY>)/.test(text))
    throw new InventoryAgentError(
      "protocol",
      answer.operation,
      `unexpected content, starting with ${startOf(text)}`,
      answer,
    );
  const error = first(text, "ERROR");
  if (error !== undefined) throw new InventoryAgentError("protocol", answer.operation, error, answer);
  const freq = Number(first(text, "PROLOG_FREQ") ?? "NaN");
  return {
    response: first(text, "RESPONSE") ?? "",
    prologFreq: Number.isFinite(freq) ? freq : undefined,
    options: [...text.matchAll(/<OPTION>\s*<NAME>([^<]*)<\/NAME>/g)].map(([, name = ""]) => name),
    tag: first(text, "KEYNAME") === "TAG" ? first(text, "KEYVALUE") : undefined,
  };
}

function first(text: string, element: string): string | undefined {
  const found = new RegExp(`<${element}>(?:<!\\[CDATA\\[)?([^<\\]]*)`).exec(text);
  return found?.[1]?.trim();
}

/** The object that an answer is; an empty one for any other JSON. @throws InventoryAgentError kind "protocol" for no JSON */
export function decoded(answer: InventoryAnswer, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const words = `Can't decode JSON content, starting with ${startOf(text)}`;
    throw new InventoryAgentError("protocol", answer.operation, words, answer);
  }
  return isObject(value) ? value : {};
}

/**
 * Reads an answer as the JSON client does.
 * @throws InventoryAgentError kind "protocol" for no JSON, no status and the status error, with the server's message
 */
export function jsonReply(answer: InventoryAnswer, text: string): JsonReply {
  const say = (words: string) => new InventoryAgentError("protocol", answer.operation, words, answer);
  const said = decoded(answer, text);
  const { status, message } = said;
  if (typeof status !== "string" || status === "") throw say("No supported answer: it has no status");
  if (status === "error") throw say(`error: ${typeof message === "string" ? message : "no message"}`);
  const disabled = [said.disabled ?? []].flat().map((task) => String(task).toLowerCase());
  const tasks = Object.entries(isObject(said.tasks) ? said.tasks : {});
  const servers = tasks.flatMap(([task, told]) =>
    // Agents keep both or none.
    isObject(told) && typeof told.server === "string" && told.version !== undefined
      ? [[task.toLowerCase(), told.server] as const]
      : [],
  );
  const renew = tasks.some(([task, told]) => task === "register" && isObject(told) && told.renew === true);
  const expiration = secondsOf(said.expiration);
  return { status, expiration, disabled: new Set(disabled), servers: new Map(servers), renew };
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, "": 3600 };

/** Seconds of an expiration: digits, hours unless a unit follows (wire/glpi.md section 3). */
export function secondsOf(expiration: unknown): number | undefined {
  const [, digits, unit = ""] = /^(\d+)([smhd]?)$/.exec(String(expiration ?? "")) ?? [];
  const seconds = digits === undefined ? 0 : Number(digits) * (UNITS[unit] ?? 0);
  return seconds > 0 ? seconds : undefined;
}
