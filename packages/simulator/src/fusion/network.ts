import { attempt } from "../inventory/agent.js";
import { answersTo, deviceAt, discoveredAt } from "./made-network.js";
import type { OpenFusionRun, TaskContext } from "./run.js";
import { valuesOf, type XmlOption } from "./xml-options.js";

/** The version that the tasks for networks say. */
export const NETWORK_VERSION = "4.2";
const AGENT_VERSION = "2.6-3";
/** Addresses of a range that are looked at. */
const MOST_ADDRESSES = 65_536;

/** Does what an OPTION of a PROLOG's answer asks of the tasks for networks; any other is not this agent's. */
export async function doOption(context: TaskContext, option: XmlOption): Promise<void> {
  const pid = valuesOf(option, "PARAM")[0]?.PID ?? "";
  if (option.name === "NETDISCOVERY") await discover(context, option, pid);
  if (option.name === "SNMPQUERY") await inventory(context, option, pid);
  if (option.name === "WAKEONLAN")
    // Nobody is told of it.
    for (const { MAC = "" } of valuesOf(option, "PARAM")) note(context.run, "wakeonlan", MAC, "ok");
}

/** NETDISCOVERY: START, how many addresses, each that answered, END twice (recording fi-netdiscovery). */
async function discover(context: TaskContext, option: XmlOption, pid: string): Promise<void> {
  const ranges = valuesOf(option, "RANGEIP");
  if (ranges.length === 0) {
    context.run.left.push({ task: "NETDISCOVERY", why: "invalid job: it has no range" });
    return;
  }
  const credentials = valuesOf(option, "AUTHENTICATION").map(({ ID = "" }) => ID);
  const say = saying(context, "NETDISCOVERY", pid);
  const all = [await say({ agent: { agentversion: AGENT_VERSION, start: 1 } }, true)];
  for (const { IPSTART = "", IPEND = "", ENTITY = "" } of ranges) {
    const addresses = addressesBetween(IPSTART, IPEND);
    all.push(await say({ agent: { nbip: addresses.length } }, false));
    for (const address of addresses) {
      const found = discoveredAt(context.machine, address, credentials);
      if (found !== undefined) all.push(await say({ device: { ...found, entity: ENTITY } }, true));
    }
  }
  for (let twice = 0; twice < 2; twice += 1) all.push(await say({ agent: { end: 1 } }, true));
  note(context.run, "netdiscovery", pid, all.every(Boolean) ? "ok" : "ko");
}

/** SNMPQUERY: START, each of the devices with what it has or why there is nothing, END twice (recording fi-netinventory). */
async function inventory(context: TaskContext, option: XmlOption, pid: string): Promise<void> {
  const say = saying(context, "SNMPQUERY", pid);
  const all = [await say({ agent: { agentversion: AGENT_VERSION, start: 1 } }, true)];
  for (const { ID = "", IP = "", TYPE = "" } of valuesOf(option, "DEVICE")) {
    const device = answersTo(context.machine, IP)
      ? deviceAt(IP, ID, TYPE)
      : { error: { id: ID, message: "No response from remote host", type: TYPE } };
    all.push(await say({ device }, true));
  }
  for (let twice = 0; twice < 2; twice += 1) all.push(await say({ agent: { end: 1 } }, true));
  note(context.run, "netinventory", pid, all.every(Boolean) ? "ok" : "ko");
}

/** Sends one message of a task. @returns whether it was taken */
function saying({ backend, run }: TaskContext, query: "NETDISCOVERY" | "SNMPQUERY", pid: string) {
  return async (content: Readonly<Record<string, unknown>>, withVersion: boolean): Promise<boolean> => {
    const version = withVersion ? { moduleversion: NETWORK_VERSION } : {};
    const taken = await attempt(run, query.toLowerCase(), async () => {
      await backend.result(query, { ...content, ...version, processnumber: pid });
      return true;
    });
    return taken === true;
  };
}

const note = (run: OpenFusionRun, task: string, uuid: string, outcome: "ok" | "ko"): void => {
  run.jobs.push({ task, uuid, outcome, ...(outcome === "ok" ? {} : { why: "a message was not taken" }) });
};

/** Addresses of IPv4 from one to another, both among them; none where either is no such address. */
export function addressesBetween(start: string, end: string): string[] {
  const [from, to] = [numberOf(start), numberOf(end)];
  const count = Math.min(to - from + 1, MOST_ADDRESSES);
  if (!(count > 0)) return [];
  return Array.from({ length: count }, (_, n) => [24, 16, 8, 0].map((bits) => ((from + n) >>> bits) & 255).join("."));
}

function numberOf(address: string): number {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return Number.NaN;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
