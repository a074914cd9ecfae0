import type { Exchange } from "./exchange.js";

/** Hours for which a recording goes on unless it says so, and at the most: none keeps everything for ever. */
export const RECORDING_HOURS = 1;
export const MOST_RECORDING_HOURS = 30 * 24;
/** Exchanges that a recording keeps unless it says so, and at the most; it ends with the last one. */
export const RECORDED_EXCHANGES = 1000;
export const MOST_RECORDED_EXCHANGES = 100_000;
/** Megabytes (2^20) that a recording keeps unless it says so, and at the most. */
export const RECORDED_MEGABYTES = 256;
export const MOST_RECORDED_MEGABYTES = 10_240;
/** Recordings that are on at once. */
export const MOST_RECORDINGS = 100;
/** Bytes of a body that are kept; the rest is left out, and said so. */
export const MOST_BODY = 256 << 10;

/** What a recording may be called, as a regular expression. */
export const RECORDING_NAME = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";

/** What is recorded: all that is said has to hold, what is left out does not narrow. */
export interface RecordingSpec {
  /** Exchanges of this node: its id. */
  readonly nodeId?: string;
  /** Of the nodes of this group, as it is at the moment. */
  readonly group?: string;
  /** The id of a protocol, such as `dsc` or `inventory`. */
  readonly protocol?: string;
  /** The beginning of a route's name, such as `puppet.v3.catalog`. */
  readonly route?: string;
  /** The client's address: also of agents that nobody knows yet. */
  readonly from?: string;
  /** Answers from this status on, such as 400. */
  readonly leastStatus?: number;
}

export interface NewRecording {
  /** Unique among those that have one: for files that describe a fleet. */
  readonly name?: string;
  readonly spec: RecordingSpec;
  /** Seconds from now. */
  readonly seconds: number;
  /** Exchanges, at the most. */
  readonly most: number;
  /** Of 2^20 bytes, at the most: of what its exchanges carried, before that is packed. */
  readonly megabytes: number;
}

/** A recording as operators see it. */
export interface Recording extends Omit<NewRecording, "name" | "seconds"> {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly endsAt: Date;
  readonly recorded: number;
  readonly bytes: number;
  /** stopped: by an operator; full: it kept as many as it may; over: its time is. */
  readonly state: "on" | "stopped" | "full" | "over";
}

/** What is wrong with a recording, in a sentence; undefined for a good one. */
export function recordingFault({ name, seconds, most, megabytes, spec }: NewRecording): string | undefined {
  if (name !== undefined && !new RegExp(RECORDING_NAME).test(name))
    return "A recording's name has 1 to 100 of letters, digits, `.`, `_` and `-`.";
  if (!(Number.isInteger(seconds) && seconds >= 1 && seconds <= MOST_RECORDING_HOURS * 3600))
    return `A recording ends: after at most ${MOST_RECORDING_HOURS / 24} days.`;
  if (!(Number.isInteger(most) && most >= 1 && most <= MOST_RECORDED_EXCHANGES))
    return `A recording keeps 1 to ${MOST_RECORDED_EXCHANGES} exchanges.`;
  if (!(Number.isInteger(megabytes) && megabytes >= 1 && megabytes <= MOST_RECORDED_MEGABYTES))
    return `A recording keeps 1 to ${MOST_RECORDED_MEGABYTES} megabytes.`;
  const { leastStatus } = spec;
  if (leastStatus !== undefined && !(Number.isInteger(leastStatus) && leastStatus >= 100 && leastStatus <= 599))
    return "A status is a whole number from 100 to 599.";
  return undefined;
}

/** What can be told of an exchange without asking anybody: group and node are another question. Pure. */
export const fitsRecording = (
  { protocol, route, from, leastStatus }: RecordingSpec,
  exchange: Pick<Exchange, "protocol" | "route" | "from" | "status">,
): boolean =>
  (protocol === undefined || protocol === exchange.protocol) &&
  (route === undefined || exchange.route.startsWith(route)) &&
  (from === undefined || from === exchange.from) &&
  (leastStatus === undefined || exchange.status >= leastStatus);
