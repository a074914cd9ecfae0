import type { InventoryAgentOptions } from "./agent.js";
import { ocsText } from "./decode.js";
import { LegacyAgent } from "./legacy.js";
import { ocsContent } from "./ocs-content.js";

/** A simulated OCS agent 2.10 for Unix: zlib both ways or nothing (recordings ocs-basic, ocs-plain-answer). */
export class OcsAgent extends LegacyAgent {
  constructor(options: InventoryAgentOptions) {
    super(options, {
      program: "ocs",
      userAgent: "OCS-NG_unified_unix_agent_v2.10.0",
      contentType: "application/x-compress",
      text: ocsText,
      content: ocsContent,
    });
  }
}
