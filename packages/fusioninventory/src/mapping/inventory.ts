import { oldSystem } from "./old-system.js";
import { rewritten } from "./sections.js";
import type { XmlTree } from "./tree.js";
import type { Json } from "./values.js";

/**
 * An inventory's CONTENT in the places that it has in JSON (wire/xml-inventory.md section 5): what OCS and older agents say
 * elsewhere. Names, types, dates, units and words of all the others are repaired with those of JSON, and what no inventory
 * has is left out there.
 */
export const inventoryContent = (content: XmlTree): Json => rewritten({ ...content, ...oldSystem(content) });
