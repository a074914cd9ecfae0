import type { InventoryFact, InventoryScope } from "@gatehouse/core/inventory";
import type { Processor, Submission } from "@gatehouse/core/submissions";
import { decodeAgentBodySync } from "@gatehouse/http/agent-body";
import { inventoryFactOf } from "@gatehouse/inventory";
import { headOf, objectOf, readMessage, type Said, textIn } from "./wire/read.js";

// For worker threads: nothing here may reach @gatehouse/http's own index, whose loading would cost more than the work.

const inventory: Processor = ({ body, context }) => {
  const said = readMessage(decodeAgentBodySync(body, context?.["contentType"]).bytes);
  const { itemtype, tag } = said;
  return [
    inventoryFactOf({
      deviceId: context?.["deviceId"] ?? "",
      ...(typeof itemtype === "string" && { itemType: itemtype }),
      ...(typeof tag === "string" && { tag }),
      ...{ scope: scopeOf(said), content: objectOf(said["content"]), of: whose(context) },
      ...(context?.["userAgent"] !== undefined && { versionClient: context["userAgent"] }),
    }),
  ];
};

function scopeOf({ action, partial }: Said): InventoryScope {
  if (textIn(action)?.toLowerCase() === "netdiscovery") return "discovery";
  return partial === true || partial === 1 || partial === "true" || partial === "1" ? "partial" : "full";
}

const whose = (context: Submission["context"]): InventoryFact["of"] =>
  context?.["of"] === "unsure" ? "unsure" : "collected";

/** Pure functions from a stored submission to facts, by the submission's kind. */
export const processors: Readonly<Record<string, Processor>> = {
  "glpi.inventory": inventory,
  "glpi.inventory.large": inventory,
};

/** What routes ask of bytes, on a thread where they are many. */
export const checks = {
  "glpi.head": ({ body }: { readonly body: Uint8Array }) => headOf(body),
} as const;

/** Never on the main thread. */
export const aside: readonly string[] = ["glpi.inventory.large"];
