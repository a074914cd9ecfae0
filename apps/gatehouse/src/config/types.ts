import type { DscConfig } from "@gatehouse/dsc";
import type { FusionInventoryConfig } from "@gatehouse/fusioninventory";
import type { GlpiConfig } from "@gatehouse/glpi";
import type { AdmissionLimits } from "@gatehouse/http";
import type { UnprovenPolicy } from "@gatehouse/inventory";
import type { PuppetConfig } from "@gatehouse/puppet";
import type { AuthorityConfig } from "./authority.js";
import type { CompilerConfig } from "./compiler.js";
import type { ListenerConfig } from "./listener.js";

export type { ListenerCertificate, ListenerConfig, Mount } from "./listener.js";

/** The configuration after defaults, file, environment and flags. */
export interface Config {
  readonly dataDir: string;
  readonly instanceKeyFile?: string;
  readonly serverNames: readonly string[];
  readonly database: { readonly url?: string; readonly poolSize: number };
  readonly log: { readonly level: "error" | "warn" | "info" | "debug"; readonly format: "auto" | "json" | "text" };
  readonly listeners: readonly ListenerConfig[];
  readonly http: {
    readonly idleSeconds: number;
    readonly requestSeconds: number;
    readonly drainSeconds: number;
    readonly connectionClose: boolean;
  };
  readonly admission: AdmissionLimits;
  readonly inbox: { readonly workers: number; readonly timeoutSeconds: number; readonly heapMb: number };
  readonly retention: {
    readonly reportDays: number;
    readonly historyDays: number;
    readonly bucketDays: number;
    readonly catalogs: number;
    readonly environmentDays: number;
    readonly exchangeDays: number;
    readonly exchangeMegabytes: number;
    readonly deadLetterDays: number;
    readonly auditDays: number;
  };
  readonly history: { readonly volatile: readonly string[] };
  readonly nodes: { readonly expireAfterDays: number; readonly purgeAfterDays: number };
  readonly search: { readonly indexed: readonly string[] };
  readonly ca: AuthorityConfig;
  readonly dsc: DscConfig;
  readonly inventory: { readonly prefixes: readonly string[]; readonly unproven: UnprovenPolicy };
  readonly glpi: GlpiConfig;
  readonly fusioninventory: FusionInventoryConfig;
  readonly jobs: { readonly allowUnproven: boolean; readonly mostWaiting: number; readonly wakeLoopback: boolean };
  readonly puppet: PuppetConfig & { readonly compiler: CompilerConfig };
}
