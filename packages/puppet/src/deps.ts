import type { KnownAuthorizationRules } from "@gatehouse/core/access";
import type { Assignments } from "@gatehouse/core/assignment";
import type { FileBucket } from "@gatehouse/core/bucket";
import type { CatalogArchive, CatalogSource, CodeReader } from "@gatehouse/core/catalogs";
import type { ProfileAuthority } from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import type { ContentStore } from "@gatehouse/core/content";
import type { KnownEnvironments } from "@gatehouse/core/environments";
import type { Facts } from "@gatehouse/core/facts";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { Submissions, Tasks } from "@gatehouse/core/submissions";
import type { RouterDeps } from "@gatehouse/http";
import type { PuppetConfig } from "./config.js";

/** All that the adapter may touch. */
export interface PuppetDeps extends RouterDeps {
  /** That of profile puppet. */
  readonly authority: PuppetAuthority;
  readonly registry: Pick<NodeRegistry, "enrol" | "recentAgent" | "touch">;
  readonly clock?: Clock;
  /** Names of what keeps the gateway from serving (`stopping` among them); empty when it is ready. */
  readonly notReady: () => Promise<readonly string[]>;
  /** Deploys one environment, or all, from the folder that they are laid in; does nothing where there is no such folder. */
  readonly redeploy: (environment: string | undefined, by: string) => Promise<void>;
  readonly config: PuppetConfig;
  /** Those that operators keep, besides the configuration's. */
  readonly authorizationRules: KnownAuthorizationRules;
}

/** What API v3 may touch: nothing of the authority. */
export interface PuppetV3Deps extends RouterDeps {
  readonly registry: Pick<NodeRegistry, "enrol" | "findAgent" | "recentAgent" | "touch">;
  readonly assignments: Pick<Assignments, "resolved">;
  readonly environments: KnownEnvironments;
  readonly content: Pick<ContentStore, "open">;
  readonly catalogs: CatalogSource;
  /** Where what became of each catalog is kept. */
  readonly archive: Pick<CatalogArchive, "keep">;
  readonly code: CodeReader;
  readonly facts: Pick<Facts, "of" | "ofAgent">;
  readonly submissions: Pick<Submissions, "accept" | "settled">;
  readonly bucket: Pick<FileBucket, "find" | "put">;
  readonly tasks: Tasks;
  /** Where what is being sent is kept until it is whole. */
  readonly uploadDir: string;
  readonly config: PuppetConfig;
  readonly authorizationRules: KnownAuthorizationRules;
}

/** Everything but what only operators do. */
export type PuppetAuthority = Omit<ProfileAuthority, "generate" | "identify" | "test">;
