import type { Processor, SubmissionContext } from "@gatehouse/core/submissions";
import { decodeAgentBodySync } from "@gatehouse/http/agent-body";
import { inventoryFactOf } from "@gatehouse/inventory";
import { postedDevice, postedDeviceHead } from "./mapping/devices.js";
import { type DocumentSyntax, postedHead, postedInventory } from "./mapping/documents.js";
import { headOf, messagesOf } from "./mapping/messages.js";

// For worker threads: nothing here may reach @gatehouse/http's own index, whose loading would cost more than the work.

/** The kind of a message, and the name of what is done with it, by its size. */
export const MESSAGE = "fusioninventory.message";
export const LARGE_MESSAGE = `${MESSAGE}.large`;
/** The name of the check that its answer depends on. */
export const MESSAGE_CHECK = `${MESSAGE}.check`;

/** The kind of an inventory that was posted to its remote, and the name of its check. */
export const DOCUMENT = "fusioninventory.document";
export const DOCUMENT_CHECK = `${DOCUMENT}.check`;

/** The kinds of what is told of one device by REST, by the task of its job, and the name of the check of both. */
export const DEVICES = {
  netdiscovery: "fusioninventory.device.netdiscovery",
  netinventory: "fusioninventory.device.netinventory",
} as const;
export const DEVICE_CHECK = "fusioninventory.device.check";

/** Whose machines a network task tells of is known; of an inventory the dialect said it when it was accepted. */
const read: Processor = ({ body, context = {} }) => {
  const { bytes } = decodeAgentBodySync(body, context["contentType"]);
  const { purpose, inventories } = messagesOf(bytes, context["userAgent"]);
  const of = purpose === "inventory" ? whose(context) : "collected";
  return inventories.map((inventory) => inventoryFactOf({ ...inventory, of }));
};

const known = ["own", "collected", "unsure"] as const;
const whose = (context: SubmissionContext) => known.find((name) => name === context["of"]) ?? "unsure";

const readPosted: Processor = ({ body, context = {} }) => {
  const syntax = context["contentType"]?.toLowerCase().includes("yaml") ? "yaml" : "json";
  const message = postedInventory(body, syntax, context["userAgent"]);
  return [inventoryFactOf({ ...message, of: whose(context) })];
};

const readDevice =
  (task: keyof typeof DEVICES): Processor =>
  ({ body, context = {} }) =>
    postedDevice(body, task, context["deviceId"] ?? "").map((inventory) =>
      inventoryFactOf({ ...inventory, of: "collected" }),
    );

/** Pure functions from a stored submission to facts, by the submission's kind. */
export const processors: Readonly<Record<string, Processor>> = {
  [MESSAGE]: read,
  [LARGE_MESSAGE]: read,
  [DOCUMENT]: readPosted,
  [DEVICES.netdiscovery]: readDevice("netdiscovery"),
  [DEVICES.netinventory]: readDevice("netinventory"),
};

/** What the dialect asks of bytes, on a thread where they are many. */
export const checks: Readonly<Record<string, (input: never) => unknown>> = {
  [MESSAGE_CHECK]: ({ body, userAgent }: { readonly body: Uint8Array; readonly userAgent?: string }) =>
    headOf(body, userAgent),
  [DEVICE_CHECK]: ({ body, task }: { readonly body: Uint8Array; readonly task: keyof typeof DEVICES }) =>
    postedDeviceHead(body, task),
  [DOCUMENT_CHECK]: (said: {
    readonly body: Uint8Array;
    readonly syntax: DocumentSyntax;
    readonly userAgent?: string;
  }) => postedHead(said.body, said.syntax, said.userAgent),
};

/** What is never done on the main thread, however few the bytes are while they are packed. */
export const aside: readonly string[] = [LARGE_MESSAGE, DOCUMENT, DEVICES.netinventory];
