import type { XmlTree } from "./tree.js";
import { textIn, treeIn, treesOf } from "./values.js";

/** What a task on the network says of its job, in one message (wire/fusioninventory.md section 7). */
export interface NetworkSaid {
  readonly task: "netdiscovery" | "netinventory";
  /** PROCESSNUMBER: the number of the job that it was told. */
  readonly number: number;
  /** Version of the agent's module; a GLPI agent's from 5 on. */
  readonly moduleVersion: string | undefined;
  /** The agent's version, where it begins. */
  readonly started: string | undefined;
  /** Addresses that it will look at. */
  readonly addresses: string | undefined;
  readonly isAtEnd: boolean;
  /** It broke off. */
  readonly hasLeft: boolean;
  readonly devices: readonly DeviceSaid[];
}

export interface DeviceSaid {
  /** As the job has it; of a discovery, where it was found. */
  readonly id: string | undefined;
  /** What went wrong with it. */
  readonly error: string | undefined;
}

/** Elements below DEVICE that tell which one it is and whether it went well. */
const OF_DEVICE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["ip", new Set()],
  ["mac", new Set()],
  ["info", new Set(["id"])],
  ["error", new Set(["id", "message"])],
]);

/** Whether an element below DEVICE is one of those. @param below names from DEVICE's child on, in any case */
export function tellsOfDevice([name = "", leaf, ...deeper]: readonly string[]): boolean {
  const leaves = OF_DEVICE.get(name.toLowerCase());
  if (leaves === undefined || deeper.length > 0) return false;
  return leaf === undefined || leaves.has(leaf.toLowerCase());
}

/** @returns undefined for what names no job of ours */
export function networkSaid(task: NetworkSaid["task"], content: XmlTree): NetworkSaid | undefined {
  const number = Number(/^\d{1,15}$/.exec(textIn(content["processnumber"]) ?? "")?.[0]);
  if (!Number.isSafeInteger(number)) return undefined;
  const agent = treeIn(content["agent"]) ?? {};
  return {
    ...{ task, number, moduleVersion: textIn(content["moduleversion"]) },
    started: agent["start"] === undefined ? undefined : (textIn(agent["agentversion"]) ?? ""),
    addresses: /^\d{1,15}$/.exec(textIn(agent["nbip"]) ?? "")?.[0],
    isAtEnd: agent["end"] !== undefined,
    hasLeft: agent["exit"] !== undefined,
    devices: treesOf(content["device"]).map((device) => deviceSaid(task, device)),
  };
}

/** Which device one is, and whether it went well. */
export const deviceSaid = (task: NetworkSaid["task"], device: XmlTree): DeviceSaid =>
  task === "netdiscovery" ? found(device) : queried(device);

const found = (device: XmlTree): DeviceSaid => ({
  id: textIn(device["ip"]) ?? textIn(device["mac"]),
  error: undefined,
});

function queried(device: XmlTree): DeviceSaid {
  const error = treeIn(device["error"]);
  return {
    id: textIn(treeIn(device["info"])?.["id"]) ?? textIn(error?.["id"]),
    error: error && (textIn(error["message"]) ?? "The device could not be looked at."),
  };
}
