import { GatehouseError } from "@gatehouse/core/errors";
import { isObject, readDocument } from "./documents.js";
import type { Messages } from "./messages.js";
import { discoveredDevice, queriedDevice } from "./network.js";
import { type DeviceSaid, deviceSaid, type NetworkSaid } from "./progress.js";
import type { XmlTree, XmlValue } from "./tree.js";
import type { Json } from "./values.js";

type Task = NetworkSaid["task"];

/** What an answer to a posted device depends on. */
export interface PostedDeviceHead {
  readonly device: DeviceSaid;
  /** Where the body says them, and not the query. */
  readonly uuid?: string;
  readonly token?: string;
}

/**
 * What is told of one device by REST (decisions, row 24): `{"device": {…}}`, whose inside is that of XML's DEVICE, names in
 * lower case.
 * @throws request-malformed for what has none, body-too-large
 */
export function postedDeviceHead(bytes: Uint8Array, task: Task): PostedDeviceHead {
  const document = readDocument(bytes, "json");
  const { uuid, _glpi_csrf_token: token } = document;
  return {
    device: deviceSaid(task, treeOfDevice(document)),
    ...(typeof uuid === "string" && { uuid }),
    ...(typeof token === "string" && { token }),
  };
}

/**
 * The device as an inventory; none where it only says what went wrong.
 * @param collector the deviceid of its finder, for devices that nothing is said of to tell them by
 * @throws as {@link postedDeviceHead}
 */
export function postedDevice(bytes: Uint8Array, task: Task, collector: string): Messages["inventories"] {
  const document = readDocument(bytes, "json");
  const version = textOf(document["moduleversion"]);
  const tree = treeOfDevice(document);
  const found = task === "netdiscovery" ? discoveredDevice(tree, version) : queriedDevice(tree, version);
  if (found === undefined) return [];
  const scope = task === "netdiscovery" ? "discovery" : "full";
  return [{ ...found, deviceId: found.deviceId ?? collector, scope }];
}

function treeOfDevice({ device }: Json): XmlTree {
  if (!isObject(device)) throw new GatehouseError("request-malformed", "The answer tells of no device.");
  return treeOf(device);
}

/** As if it had come as XML: every value a text, what is empty left out. */
function treeOf(json: Json): XmlTree {
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) => {
      const said = saidBy(value);
      return said === undefined ? [] : [[key.toLowerCase(), said] as const];
    }),
  );
}

function saidBy(value: unknown): XmlValue | undefined {
  if (Array.isArray(value)) {
    const items = value
      .map(saidBy)
      .filter((item): item is string | XmlTree => item !== undefined && !Array.isArray(item));
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return textOf(value);
  const tree = treeOf(value);
  return Object.keys(tree).length === 0 ? undefined : tree;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value.trim() || undefined : undefined;
}
