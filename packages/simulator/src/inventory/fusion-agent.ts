import type { InventoryAgentOptions } from "./agent.js";
import { legacyContent } from "./content.js";
import { fusionText } from "./decode.js";
import { LegacyAgent } from "./legacy.js";

const VERSION = "2.6-3";
const USER_AGENT = `FusionInventory-Agent_v${VERSION}`;

/** A simulated FusionInventory agent 2.6: XML in zlib, and getConfig for its other tasks (recording fi-basic). */
export class FusionAgent extends LegacyAgent {
  constructor(options: InventoryAgentOptions) {
    super(options, {
      program: "fusioninventory",
      userAgent: USER_AGENT,
      contentType: "application/x-compress-zlib",
      token: "12345678",
      text: fusionText,
      content: (machine, tag, serverUrl) =>
        legacyContent(
          machine,
          {
            versionClient: USER_AGENT,
            name: "FusionInventory",
            version: VERSION,
            args: `--config=none --server=${serverUrl}`,
          },
          tag,
        ),
      rest: { tasks: { ESX: "2.6", Deploy: "2.8", Collect: "2.6" }, headers: [["User-Agent", USER_AGENT]] },
    });
  }
}
