import type { ApiTokens, AuthorizationRuleSpec } from "@gatehouse/core/access";
import type { Assignments, SettingExplanation } from "@gatehouse/core/assignment";
import type { AuditLog } from "@gatehouse/core/audit";
import type { CatalogArchive, CatalogPreview } from "@gatehouse/core/catalogs";
import type { Authority, AutosignRule, AutosignRules, CertificateStore } from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import type { ArtifactKind, ContentStore } from "@gatehouse/core/content";
import type { Credentials } from "@gatehouse/core/credentials";
import type { AgentKeys, AgentLogins, EnrolmentKeys, RegistrationTokens } from "@gatehouse/core/enrolment";
import type { Environments } from "@gatehouse/core/environments";
import type { Exchanges, Recordings } from "@gatehouse/core/exchanges";
import type { Facts } from "@gatehouse/core/facts";
import type { Groups, NodeSearch, SettingDefinition } from "@gatehouse/core/groups";
import type { CompilerFacts, DatabaseFacts, Doctor } from "@gatehouse/core/health";
import type { History } from "@gatehouse/core/history";
import type { Inventories, InventoryRules } from "@gatehouse/core/inventory";
import type { Jobs, JobTask } from "@gatehouse/core/jobs";
import type { AgentView, NodeIdentity, NodeRegistry } from "@gatehouse/core/nodes";
import type { Packages } from "@gatehouse/core/packages";
import type { Reports } from "@gatehouse/core/reports";
import type { TaskLog } from "@gatehouse/core/schedule";
import type { DeadLetters, HeldSubmissions, Inbox, Submissions } from "@gatehouse/core/submissions";
import type { RouterDeps } from "@gatehouse/http";
import type { Apply } from "./apply/engine.js";
import type { DocumentKind } from "./apply/kind.js";
import type { AuthorizationForOperators } from "./authorization.js";

/** What a protocol brings for operators; the gateway hands the adapters' own in. */
export interface ProtocolForOperators {
  readonly id: string;
  readonly artifactKinds: readonly ArtifactKind[];
  /** The settings that groups carry. */
  readonly settings: readonly SettingDefinition[];
  /** JSON Schemas of the settings that a node may be given by hand. */
  readonly nodeSettings: Readonly<Record<string, object>>;
  /**
   * Left out where agents get in without such keys.
   * @returns warnings @throws request-malformed for a key that no agent could use
   */
  readonly checkEnrolmentKey?: (secret: string) => string[];
  /** Of a protocol whose calls are decided by rules; others have none. */
  readonly authorizationRules?: {
    /** JSON Schema of what a rule says. */
    readonly schema: object;
    /** @throws request-malformed for a rule that could not work, saying why */
    readonly check: (name: string, spec: AuthorizationRuleSpec) => void;
  };
  /** What tells agents of a node with these settings not to run a task, in a few words; undefined where nothing does. */
  readonly taskSwitchedOff?: (task: JobTask, settings: readonly SettingExplanation[]) => string | undefined;
  /**
   * What an agent of this protocol gets, and why: one plain JSON object for each thing; none for agents of others.
   * Where one has `kind` (one of `artifactKinds`) and `name`, and `channel` if it is not the usual one, what is
   * published there is added to it.
   */
  readonly explain?: (
    agent: Pick<AgentView, "family" | "attributes">,
    settings: readonly SettingExplanation[],
  ) => readonly Readonly<Record<string, unknown>>[];
}

/** The authority as operators see it. Its certificates and lists themselves are asked of {@link Authority}. */
export interface AuthorityFacts {
  readonly origin: "made" | "imported";
  readonly createdAt: Date;
  /** The CA certificates, the signing one first. */
  readonly certificates: readonly {
    /** The subject's common name. */
    readonly name: string;
    /** SHA-256 over the DER, upper-case hex with colons. */
    readonly fingerprint: string;
    readonly notBefore: Date;
    readonly notAfter: Date;
  }[];
  /** The newest list of each issuer, our own first. */
  readonly crls: readonly {
    /** The issuer's common name. */
    readonly issuer: string;
    readonly number: bigint;
    readonly thisUpdate: Date;
    readonly nextUpdate: Date;
    /** How many serials it holds. */
    readonly revoked: number;
  }[];
  /** Where a new Puppet agent is pointed: a name of the server's certificate, and the port of a listener with Puppet. */
  readonly bootstrap: { readonly server: string | null; readonly port: number | null };
}

/** The rules by which requests are signed: those of the configuration, then those that operators keep. */
export interface AutosignForOperators extends Omit<AutosignRules, "identities"> {
  /** Those of the configuration, which come first and cannot be changed here. */
  configured(): readonly AutosignRule[];
  /** @throws config-invalid for a rule that could not work, with a message for who wrote it */
  check(rule: AutosignRule): void;
}

/** All that the API may touch. */
export interface ApiDeps extends RouterDeps {
  readonly registry: Pick<
    NodeRegistry,
    "find" | "setSetting" | "label" | "setState" | "purge" | "registrations" | "counts"
  >;
  readonly nodes: NodeSearch;
  readonly groups: Pick<Groups, "list" | "get" | "put" | "remove">;
  readonly assignments: Pick<Assignments, "explain" | "members" | "test">;
  readonly identity: NodeIdentity;
  readonly facts: Pick<Facts, "of">;
  readonly history: Pick<History, "of">;
  readonly inventories: Inventories;
  readonly inventoryRules: Pick<InventoryRules, "changes">;
  readonly reports: Reports;
  readonly submissions: Pick<Submissions, "settled">;
  readonly held: HeldSubmissions;
  readonly deadLetters: DeadLetters;
  readonly inbox: Pick<Inbox, "backlog">;
  readonly taskLog: Pick<TaskLog, "list">;
  readonly doctor: Doctor;
  readonly compiler: () => CompilerFacts;
  readonly database: { facts(): Promise<DatabaseFacts> };
  readonly keys: EnrolmentKeys;
  readonly logins: Pick<AgentLogins, "add" | "list" | "revoke">;
  readonly registrationTokens: Pick<RegistrationTokens, "add" | "list" | "revoke">;
  readonly agentKeys: Pick<AgentKeys, "list" | "find" | "revoke" | "askRenewal">;
  readonly content: ContentStore;
  readonly environments: Pick<
    Environments,
    "current" | "deploy" | "list" | "propose" | "versions" | "rollback" | "withdraw"
  >;
  readonly catalogs: CatalogPreview;
  readonly keptCatalogs: Pick<CatalogArchive, "list" | "find" | "nodesOf" | "ofReport" | "reportsOf">;
  readonly tokens: ApiTokens;
  readonly authority: Authority;
  readonly authorityFacts: () => Promise<AuthorityFacts>;
  readonly certificates: Pick<CertificateStore, "certificates" | "requests" | "bySerial">;
  readonly autosign: AutosignForOperators;
  readonly authorization: AuthorizationForOperators;
  readonly credentials: Omit<Credentials, "identities">;
  readonly jobs: Omit<Jobs, "identities">;
  readonly packages: Omit<Packages, "identities" | "isCurrent" | "partBy">;
  readonly keptExchanges: Exchanges;
  readonly recordings: Recordings;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly protocols: readonly ProtocolForOperators[];
  /** What documents may describe. */
  readonly documentKinds: readonly DocumentKind[];
  readonly apply: Apply;
  /** Folder for uploads on their way; private to this process. */
  readonly uploadDir: string;
  /** Of the gateway. */
  readonly version: string;
  readonly startedAt: Date;
}
