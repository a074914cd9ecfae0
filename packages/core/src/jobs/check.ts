import type { JobWork, NewOrder, SnmpAccess } from "./types.js";

/** Seconds after which a job that nobody took has timed out, unless an order says so: 30 days. */
export const WAIT_SECONDS = 30 * 86_400;
/** The same for a wake, in seconds: a machine that is off for the night may come in the morning. After that nobody waits for it. */
export const WAKE_WAIT_SECONDS = 86_400;
/** Seconds of silence after which a job that was handed over has timed out, unless an order says so: a command may take long. */
export const SILENCE_SECONDS = 4 * 3600;

const MOST_SECONDS = 366 * 86_400;
const MOST_NODES = 100_000;

/** Whether a job of it runs code on the machine, or carries credentials: it goes to proven agents only (decisions, row 30). */
export const needsProof = (work: JobWork): boolean => work.task === "deploy" || credentialsOf(work).length > 0;

/** A credential that a job carries, and of which kind it has to be. */
export interface NeededCredential {
  readonly name: string;
  readonly kind: "password" | "snmp-community";
}

/** Those that it carries, each as often as it names it. */
export function credentialsOf({ task, spec }: JobWork): readonly NeededCredential[] {
  if (task === "esx") return [{ name: spec.credential, kind: "password" }];
  if (task === "netdiscovery" || task === "netinventory") return (spec.access ?? []).flatMap(ofAccess);
  return [];
}

const ofAccess = ({ version, credential, privCredential }: SnmpAccess): NeededCredential[] => [
  { name: credential, kind: version === "3" ? "password" : "snmp-community" },
  ...(privCredential === undefined ? [] : [{ name: privCredential, kind: "password" } as const]),
];

/** What is wrong with an order whose spec fits its schema, in a sentence; undefined for a good one. */
export function orderFault(order: NewOrder): string | undefined {
  const { target, perMinute, waitSeconds, silenceSeconds, work } = order;
  if ("nodes" in target && (target.nodes.length === 0 || target.nodes.length > MOST_NODES))
    return `An order is for 1 to ${MOST_NODES} nodes.`;
  if (perMinute !== undefined && !(Number.isInteger(perMinute) && perMinute >= 1 && perMinute <= 1_000_000))
    return "Jobs in a minute are a whole number from 1 to 1000000.";
  for (const [what, seconds] of Object.entries({ waitSeconds, silenceSeconds }))
    if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= 1 && seconds <= MOST_SECONDS))
      return `${what} is a whole number of seconds, at most ${MOST_SECONDS}.`;
  if (work.task === "wake" && order.wake === true) return "A wake wakes by itself.";
  if (work.task === "netinventory") {
    const outside = work.spec.devices.find(({ access = 0 }) => access >= work.spec.access.length);
    if (outside !== undefined) return `${outside.ip} names access ${outside.access}, which is not there.`;
  }
  return undefined;
}
