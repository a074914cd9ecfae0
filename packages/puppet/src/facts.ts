import type { PuppetV3Deps } from "./deps.js";
import { kindOf } from "./processors.js";
import type { Coding } from "./wire/decode.js";
import type { SaidFacts } from "./wire/facts.js";

/**
 * What facts say, read on a thread where they are many.
 * @param body as they came, any outer coding taken off
 * @throws request-malformed, its message in puppetserver's words (`Could not intern from json: …`)
 */
export const readSaidFacts = (
  { tasks }: Pick<PuppetV3Deps, "tasks">,
  body: Uint8Array,
  coding: Coding = "json",
): Promise<SaidFacts> => tasks.run<SaidFacts>(kindOf("puppet.facts.read", coding), { body });

/**
 * Stores facts of an agent's node; they are in the place of the last ones as soon as its queue is processed. To be
 * called with what {@link readSaidFacts} has read, and where they are the agent's own.
 * @throws database-unavailable
 */
export const submitFacts = (
  { submissions }: Pick<PuppetV3Deps, "submissions">,
  agentId: string,
  body: Buffer,
  coding: Coding = "json",
): Promise<void> => submissions.accept({ agentId, kind: kindOf("puppet.facts", coding), body });
