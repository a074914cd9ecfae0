import type { Apply, DocumentKind } from "@gatehouse/api";
import type { NoRuby, StartedRuby } from "@gatehouse/catalogs";
import type { AuditLog } from "@gatehouse/core/audit";
import type { AgentKeys, AgentLogins, RegistrationTokens } from "@gatehouse/core/enrolment";
import type { Environments } from "@gatehouse/core/environments";
import type { ExchangeHook } from "@gatehouse/core/exchanges";
import type { Work as AgentWork, Jobs } from "@gatehouse/core/jobs";
import type { Packages } from "@gatehouse/core/packages";
import type { HttpMetrics, Log } from "@gatehouse/http";
import type {
  createApiTokens,
  createContentStore,
  createExchanges,
  createNodeRegistry,
  Database,
  SecretBox,
} from "@gatehouse/store";
import type { Express } from "express";
import type { Config } from "../config/types.js";
import type { GatewayAuthority } from "./authority/authority.js";
import type { GatewayAuthorization } from "./authorization.js";
import type { ServerCertificate } from "./certificate.js";
import type { GatewayCompiler } from "./compiler/index.js";
import type { GatewayRecorder } from "./exchanges/index.js";
import type { Listener, Messages } from "./listeners.js";
import type { KeyFile } from "./storage.js";
import type { Waking } from "./waking.js";
import type { Work } from "./work.js";

/** What a gateway is made of. */
export interface GatewayParts {
  readonly config: Config;
  readonly dataDir: string;
  readonly db: Database;
  readonly box: SecretBox;
  readonly keyFile: KeyFile;
  readonly log: Log;
  /** Known after the composition; asked when somebody looks. */
  readonly listeners: () => readonly Listener[];
  /** The gateway's own certificate, once it has one. */
  readonly certificate: () => ServerCertificate | undefined;
  /** The Ruby for Puppet code, where it is being looked for already. */
  readonly ruby?: Promise<StartedRuby | NoRuby> | undefined;
  readonly exchanges?: ExchangeHook;
  readonly draining: () => boolean;
}

/** A gateway put together: what its process serves, and what tests look into. */
export interface Gateway {
  readonly app: Express;
  /** What servers make its requests and answers of. */
  readonly messages: Messages;
  readonly metrics: HttpMetrics;
  readonly registry: ReturnType<typeof createNodeRegistry>;
  readonly tokens: ReturnType<typeof createApiTokens>;
  /** What inventory agents prove themselves with. */
  readonly logins: AgentLogins;
  /** What GLPI agents register with, and what they got for it. */
  readonly registrationTokens: RegistrationTokens;
  readonly agentKeys: AgentKeys;
  readonly content: ReturnType<typeof createContentStore>;
  readonly environments: Environments;
  readonly audit: AuditLog;
  readonly work: Work;
  /** Jobs as operators handle them, and as agents meet them. */
  readonly jobs: Jobs;
  readonly agentWork: AgentWork;
  readonly packages: Packages;
  readonly waking: Waking;
  readonly authority: GatewayAuthority;
  readonly authorization: GatewayAuthorization;
  readonly compiler: GatewayCompiler;
  readonly recorder: GatewayRecorder;
  readonly keptExchanges: ReturnType<typeof createExchanges>;
  readonly apply: Apply;
  readonly documentKinds: readonly DocumentKind[];
}
