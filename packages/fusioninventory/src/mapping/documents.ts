import { GatehouseError } from "@gatehouse/core/errors";
import { decodedText } from "@gatehouse/http/agent-xml";
import { exceeds } from "@gatehouse/http/json-limits";
import { type InventoryMessage, inventoryFactOf, parseDeviceId } from "@gatehouse/inventory";
import type { MessageHead } from "./messages.js";
import type { Json } from "./values.js";
import { readYaml } from "./yaml.js";

/** What a document is written in. */
export type DocumentSyntax = "json" | "yaml";

/** As of messages of the JSON protocol: real ones have 7 levels, and a large host 12,000 values. */
const LIMITS = { levels: 32, values: 200_000, text: 1 << 20 };

/**
 * A value that was posted to a remote.
 * @throws request-malformed for what is no object, body-too-large
 */
export function readDocument(bytes: Uint8Array, syntax: DocumentSyntax): Json {
  const value = syntax === "yaml" ? readYaml(bytes) : readJson(bytes);
  if (!isObject(value)) throw new GatehouseError("request-malformed", "What was posted is no object.");
  return value;
}

function readJson(bytes: Uint8Array): unknown {
  if (exceeds(bytes, LIMITS))
    throw new GatehouseError(
      "body-too-large",
      `The JSON has more than ${LIMITS.levels} levels or ${LIMITS.values} values, or a text of more than ${LIMITS.text} bytes.`,
    );
  try {
    return JSON.parse(decodedText(bytes));
  } catch {
    throw new GatehouseError("request-malformed", "What was posted is no JSON.");
  }
}

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * An inventory that was posted to its remote (decisions, row 24): in the shape that agents of JSON give it, `deviceid`,
 * `itemtype`, `tag`, `partial` and `content` by section.
 * @throws request-malformed for one without a deviceid or content, body-too-large
 */
export function postedInventory(
  bytes: Uint8Array,
  syntax: DocumentSyntax,
  userAgent?: string,
): Omit<InventoryMessage, "of"> {
  const { deviceid, itemtype, tag, partial, content } = readDocument(bytes, syntax);
  if (!isObject(content))
    throw new GatehouseError("request-malformed", "The inventory's content is missing or no object.");
  return {
    deviceId: parseDeviceId(deviceid),
    ...(typeof itemtype === "string" && { itemType: itemtype }),
    ...(typeof tag === "string" && { tag }),
    scope: partial === true || partial === 1 || partial === "1" ? "partial" : "full",
    content,
    ...(userAgent !== undefined && { versionClient: userAgent }),
  };
}

/** What an answer to a posted inventory depends on. @throws as {@link postedInventory} */
export function postedHead(bytes: Uint8Array, syntax: DocumentSyntax, userAgent?: string): MessageHead {
  const message = postedInventory(bytes, syntax, userAgent);
  const { deviceId, versionClient, tag, evidence } = inventoryFactOf({ ...message, of: "unsure" });
  return { purpose: "inventory", deviceId, versionClient, tag, evidence };
}
