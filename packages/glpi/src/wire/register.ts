import { GatehouseError } from "@gatehouse/core/errors";
import { parseDeviceId } from "@gatehouse/inventory";
import { uuidBytes } from "../register/uuid.js";
import { type Said, textIn } from "./read.js";

/** What an agent that registers says of itself (chapter 6.1.1). */
export interface FirstMessage {
  readonly deviceid: string;
  /** On which it is joinable; 0: it is not. */
  readonly port: number;
  readonly name: string;
  readonly version: string;
  readonly tag?: string;
}

/** One of the agent's messages: the first one; an answer to a challenge; or that something is wrong on its side (6.1.3). */
export type RegisterMessage =
  | { readonly first: FirstMessage }
  | { readonly answer: string }
  | { readonly failure: string };

const LONGEST = 255;
const MOST_PORT = 65_535;

/** @throws request-malformed naming the place that does not fit */
export function registerMessageOf(said: Said): RegisterMessage {
  const { challenge } = said;
  if (challenge === undefined || challenge === null) return { first: firstMessageOf(said) };
  if (typeof challenge !== "string" || challenge.length > LONGEST)
    throw unfit("challenge", `text of at most ${LONGEST} characters`);
  return uuidBytes(challenge) === undefined ? { failure: challenge } : { answer: challenge };
}

/** @throws request-malformed naming the place that does not fit */
export function firstMessageOf(said: Said): FirstMessage {
  const tag = said["tag"] ?? undefined;
  return {
    deviceid: parseDeviceId(said["deviceid"]),
    port: portOf(said["port"]),
    ...{ name: textOf(said, "name"), version: textOf(said, "version") },
    ...(tag !== undefined && tag !== "" && { tag: textOf(said, "tag") }),
  };
}

function portOf(said: unknown): number {
  const text = textIn(said);
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  if (port === undefined || port > MOST_PORT) throw unfit("port", `a TCP port, or 0`);
  return port;
}

function textOf(said: Said, key: "name" | "version" | "tag"): string {
  const text = textIn(said[key])?.toWellFormed().replaceAll("\0", "").trim() ?? "";
  if (text === "" || text.length > LONGEST) throw unfit(key, `text of 1 to ${LONGEST} characters`);
  return text;
}

const unfit = (key: string, what: string) => new GatehouseError("request-malformed", `/${key} must be ${what}`);
