import type { KnownAuthorizationRules } from "@gatehouse/core/access";
import type { ProfileAuthority } from "@gatehouse/core/certificates";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { RouterDeps } from "@gatehouse/http";
import type { PuppetConfig } from "./config.js";

/** All that the adapter may touch. */
export interface PuppetDeps extends RouterDeps {
  /** That of profile puppet. */
  readonly authority: PuppetAuthority;
  readonly registry: Pick<NodeRegistry, "enrol" | "recentAgent" | "touch">;
  /** Names of what keeps the gateway from serving (`stopping` among them); empty when it is ready. */
  readonly notReady: () => Promise<readonly string[]>;
  readonly config: PuppetConfig;
  /** Those that operators keep, besides the configuration's. */
  readonly authorizationRules: KnownAuthorizationRules;
}

/** Everything but what only operators do. */
export type PuppetAuthority = Omit<ProfileAuthority, "generate" | "test">;
