import type { StoredInventory } from "@gatehouse/core/inventory";
import {
  anything,
  boolean,
  described,
  integer,
  listOf,
  mapOf,
  moment,
  named,
  nullable,
  object,
  oneOf,
  text,
} from "../operation/schema.js";
import { next } from "./common.js";

const Repair = named(
  "InventoryRepair",
  object({
    path: text({ description: "Where, such as `softwares[12].install_date`; of many alike the first." }),
    did: oneOf(["changed", "moved", "dropped"]),
    why: text({ description: "One sentence." }),
    was: text({ description: "The beginning of what stood there." }),
    times: integer({ description: "How often, in this section and for this reason." }),
  }),
);

const Section = named(
  "InventorySection",
  object({
    name: text({ description: "Such as `softwares`." }),
    content: described("An object, a list of entries or a text.", anything()),
    changedAt: moment({ description: "When something but volatile fields was other than before." }),
  }),
);

const Inventory = named(
  "Inventory",
  object({
    agentId: text({ description: "The agent that said it." }),
    isCollected: boolean({ description: "Whether the agent runs elsewhere and looked at the node from outside." }),
    deviceId: text({ description: "The name under which the agent said it." }),
    itemType: text({ description: "Such as `Computer`." }),
    tag: nullable(text()),
    versionClient: text({ description: "The agent's program and version." }),
    isComplete: boolean({
      description: "False: some of it never came or could not be processed; all of it has been asked for.",
    }),
    seenAt: moment(),
    changedAt: moment({ description: "When something but volatile fields was other than before." }),
    fullAt: nullable(moment({ description: "When all of it came last." })),
    repairs: listOf(Repair, { description: "What the newest message said wrongly, and what was made of it." }),
    sections: listOf(Section, { description: "By name." }),
  }),
);

export const NodeInventories = named(
  "NodeInventories",
  object({
    inventories: listOf(Inventory, { description: "One for each agent that told of the node; its own first." }),
  }),
);

export const InventoryPage = named(
  "InventoryPage",
  object({
    nodes: listOf(object({ nodeId: text(), nodeName: text(), inventory: Inventory }), {
      description: "By name; a node that several agents told of is there several times.",
    }),
    next,
  }),
);

export const InventoryHits = named(
  "InventoryHits",
  object({
    hits: listOf(
      named(
        "InventoryHit",
        object({
          nodeId: text(),
          nodeName: text(),
          found: listOf(object({ section: text(), entry: mapOf(text()) }), {
            description: "Entries that made it fit, with what of them can be searched.",
          }),
        }),
      ),
      { description: "By name." },
    ),
    next,
  }),
);

const Side = object({ nodeId: text(), nodeName: text(), seenAt: moment() });

export const InventoryDifferences = named(
  "InventoryDifferences",
  object({
    node: Side,
    other: Side,
    differences: listOf(
      named(
        "InventoryDifference",
        object(
          {
            path: text({
              description:
                "Parts joined by dots: the section, the entry by what tells it from others, the field. At the path of a section itself: how many more there are.",
            }),
          },
          {
            node: described("What it is at the first; left out where it is not there.", anything()),
            other: described("What it is at the other one; left out where it is not there.", anything()),
          },
        ),
      ),
    ),
  }),
);

/** An inventory as the API tells it. */
export const inventoryOf = (stored: StoredInventory) => ({
  agentId: stored.agentId,
  isCollected: stored.isCollected,
  deviceId: stored.deviceId,
  itemType: stored.itemType,
  tag: stored.tag,
  versionClient: stored.versionClient,
  isComplete: stored.isComplete,
  seenAt: stored.seenAt,
  changedAt: stored.changedAt,
  fullAt: stored.fullAt,
  repairs: stored.repairs,
  sections: stored.sections.map(({ name, content, changedAt }) => ({ name, content, changedAt })),
});
