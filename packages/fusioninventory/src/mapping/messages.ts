import { GatehouseError } from "@gatehouse/core/errors";
import type { Evidence } from "@gatehouse/core/nodes";
import { readXml, type Wanted, type XmlElement } from "@gatehouse/http/agent-xml";
import { type InventoryMessage, inventoryFactOf, parseDeviceId } from "@gatehouse/inventory";
import { inventoryContent } from "./inventory.js";
import { discoveredDevice, queriedDevice } from "./network.js";
import { type NetworkSaid, networkSaid, tellsOfDevice } from "./progress.js";
import { treeOf, type XmlTree } from "./tree.js";
import { textIn, treesOf } from "./values.js";

/**
 * What a message is. prolog: the agent asks what to do; inventory: of a machine; discovery, devices: of what it saw on the
 * network; progress: of a task on the network, without a device; other: of nothing that is offered here (OCS: DOWNLOAD, NOTIFY).
 */
export type Purpose = "prolog" | "inventory" | "discovery" | "devices" | "progress" | "other";

/** What an answer to a message depends on. */
export interface MessageHead {
  readonly purpose: Purpose;
  readonly deviceId: string;
  /** Program and version, as the message says them or else its sender's User-Agent. */
  readonly versionClient: string | undefined;
  readonly tag: string | undefined;
  /** Of an inventory: what tells its machine from others. */
  readonly evidence: readonly Evidence[];
  /** Of a task on the network: what it says of its job. */
  readonly network?: NetworkSaid;
}

/** A message in the shape of JSON. */
export interface Messages {
  readonly deviceId: string;
  readonly purpose: Purpose;
  /** Several where the agent looked at several devices, each under a name of its own. */
  readonly inventories: readonly Omit<InventoryMessage, "of">[];
}

const PURPOSES: ReadonlyMap<string, Purpose> = new Map([
  ["prolog", "prolog"],
  ["inventory", "inventory"],
  ["netdiscovery", "discovery"],
  ["snmpquery", "devices"],
  ["snmpinventory", "devices"],
  ["netinventory", "devices"],
  ["snmp", "devices"],
]);

/** Sections that say who the agent is, of which machine it speaks, and of which job. */
const TELLING = new Set(
  "accountinfo agent bios device hardware moduleversion networks operatingsystem processnumber versionclient".split(
    " ",
  ),
);

/** Devices of one message: agents send each in one of its own. */
const MOST_DEVICES = 200;

/** Elements of one such section that are looked at: a host of containers has some hundred cards, of 15 elements each. */
const MOST_TELLING = 2000;

/** Of CONTENT only what {@link TELLING} names, and not without end; of a device only which it is. */
function telling(): Wanted {
  const looked = new Map<string, number>();
  return (path) => {
    const { length, 2: said = "" } = path;
    if (length <= 2) return true;
    const section = said.toLowerCase();
    if (!TELLING.has(section)) return false;
    if (section === "device" && length > 3 && !tellsOfDevice(path.slice(3))) return false;
    const count = (looked.get(section) ?? 0) + 1;
    looked.set(section, count);
    return count <= MOST_TELLING;
  };
}

/**
 * What an answer depends on, in one pass that keeps nothing else: all of the message is checked for what would keep it
 * from being processed.
 * @param userAgent the sender's
 * @throws request-malformed for what is no XML, says no deviceid, or is to be stored and has no CONTENT; body-too-large
 */
export function headOf(bytes: Uint8Array, userAgent?: string): MessageHead {
  const root = readXml(bytes, undefined, telling());
  const { deviceId, purpose, content, task } = requestIn(root, userAgent);
  const network = task && content && networkSaid(task, treeOf(content));
  const about =
    content !== undefined && purpose === "inventory"
      ? inventoryFactOf({ ...inventoryOf(root, treeOf(content), deviceId, userAgent), of: "unsure" })
      : undefined;
  return {
    purpose,
    deviceId,
    versionClient: about?.versionClient ?? userAgent,
    tag: about?.tag,
    evidence: about?.evidence ?? [],
    ...(network !== undefined && { network }),
  };
}

/**
 * A message as inventories. Errors of devices are none, and neither is what an agent says of a task's progress.
 * @param userAgent the sender's: OCS says nowhere else who it is
 * @throws as {@link headOf}
 */
export function messagesOf(bytes: Uint8Array, userAgent?: string): Messages {
  const root = readXml(bytes);
  const { deviceId, purpose, content } = requestIn(root, userAgent);
  const tree = content === undefined ? {} : treeOf(content);
  if (purpose === "inventory")
    return { deviceId, purpose, inventories: [inventoryOf(root, tree, deviceId, userAgent)] };
  const version = textIn(tree["moduleversion"]);
  const [convert, scope] =
    purpose === "discovery" ? ([discoveredDevice, "discovery"] as const) : ([queriedDevice, "full"] as const);
  const devices = purpose === "discovery" || purpose === "devices" ? treesOf(tree["device"]) : [];
  const inventories = devices
    .map((device) => convert(device, version))
    .filter((device) => device !== undefined)
    .map((device) => ({ ...device, deviceId: device.deviceId ?? deviceId, scope }));
  return { deviceId, purpose, inventories };
}

function inventoryOf(
  root: XmlElement,
  content: XmlTree,
  deviceId: string,
  userAgent: string | undefined,
): Messages["inventories"][number] {
  const itemType = textOf(root, "itemtype");
  return {
    deviceId,
    scope: "full",
    content: inventoryContent(content),
    ...(itemType !== undefined && { itemType }),
    ...(userAgent !== undefined && { versionClient: userAgent }),
  };
}

/** @throws request-malformed, body-too-large */
function requestIn(root: XmlElement, userAgent: string | undefined) {
  const deviceId = parseDeviceId(textOf(root, "deviceid"));
  const content = childOf(root, "content");
  const query = textOf(root, "query")?.toLowerCase();
  const purpose = purposeOf(query, content, userAgent);
  if (content === undefined && purpose !== "prolog" && purpose !== "other")
    throw new GatehouseError("request-malformed", "The message has no CONTENT.");
  const devices = content?.children.filter(({ name }) => name.toLowerCase() === "device") ?? [];
  if (devices.length > MOST_DEVICES)
    throw new GatehouseError("body-too-large", `The message tells of more than ${MOST_DEVICES} devices.`);
  return { deviceId, purpose, content, task: taskOf(query, purpose) };
}

/** The task on the network that a message is of. */
function taskOf(query: string | undefined, purpose: Purpose): NetworkSaid["task"] | undefined {
  if (purpose !== "discovery" && purpose !== "devices" && purpose !== "progress") return undefined;
  return PURPOSES.get(query ?? "") === "discovery" ? "netdiscovery" : "netinventory";
}

function purposeOf(query: string | undefined, content: XmlElement | undefined, userAgent = ""): Purpose {
  const hasDevice = content !== undefined && childOf(content, "device") !== undefined;
  // Injected files have none (wire/glpi.md section 9).
  if (query === undefined) return hasDevice ? "devices" : "inventory";
  const purpose = PURPOSES.get(query) ?? "other";
  if (purpose !== "discovery" && purpose !== "devices") return purpose;
  // What OCS calls SNMP has another form, and nobody here reads it.
  if (userAgent.startsWith("OCS")) return "other";
  return hasDevice ? purpose : "progress";
}

const childOf = ({ children }: XmlElement, name: string): XmlElement | undefined =>
  children.find((child) => child.name.toLowerCase() === name);

/** @returns undefined for a text that is blank, too */
const textOf = (element: XmlElement, name: string): string | undefined =>
  childOf(element, name)?.text.trim() || undefined;
