import type { Assignments } from "@gatehouse/core/assignment";
import type { AuditLog } from "@gatehouse/core/audit";
import type { ProfileAuthority } from "@gatehouse/core/certificates";
import { systemClock } from "@gatehouse/core/clock";
import type { ContentStore } from "@gatehouse/core/content";
import type { Credentials } from "@gatehouse/core/credentials";
import type { AgentKeys, AgentLogins, RegistrationTokens } from "@gatehouse/core/enrolment";
import type { Work } from "@gatehouse/core/jobs";
import type { NodeRegistry } from "@gatehouse/core/nodes";
import type { KnownPackages } from "@gatehouse/core/packages";
import type { Submissions, Tasks } from "@gatehouse/core/submissions";
import { createFusionInventoryDialect } from "@gatehouse/fusioninventory";
import { createGlpiDialect, createOpenEnvelope } from "@gatehouse/glpi";
import {
  type Admission,
  createAgentMessagesRouter,
  createProofOf,
  createTokenEndpoint,
  FailedProofs,
  type Handler,
  type HttpMetrics,
  type Log,
  type RouterDeps,
} from "@gatehouse/http";
import {
  createAgentSecrets,
  createChallenges,
  createPendingAnswers,
  createWakes,
  type Database,
  type SecretBox,
} from "@gatehouse/store";
import type { Config } from "../config/types.js";
import { accessBy } from "./listeners.js";
import { createWaking, type Waking } from "./waking.js";

export interface InventoryAgentsParts {
  readonly db: Database;
  readonly box: SecretBox;
  readonly config: Config;
  readonly metrics: HttpMetrics;
  readonly log: Log;
  readonly registry: NodeRegistry;
  readonly assignments: Assignments;
  readonly submissions: Submissions;
  readonly content: ContentStore;
  readonly packages: KnownPackages;
  readonly credentials: Credentials;
  readonly audit: AuditLog;
  readonly admission: Admission;
  readonly logins: AgentLogins;
  readonly agentKeys: AgentKeys;
  readonly registrationTokens: RegistrationTokens;
  readonly work: Work;
  readonly tasks: Tasks;
  /** Of profile inventory. */
  readonly certificates: ProfileAuthority;
  /** Of the router that they call. */
  readonly deps: RouterDeps;
}

/** The one door of inventory agents, both dialects behind it, and what wakes them. */
export function createInventoryAgents(parts: InventoryAgentsParts): {
  readonly router: Handler;
  readonly waking: Waking;
} {
  const { db, box, config, metrics, log, work, tasks, packages, content, certificates } = parts;
  const { registry, assignments, submissions, credentials, audit, admission } = parts;
  const { logins, agentKeys, registrationTokens } = parts;
  const waking = createWaking({
    ...{ db, metrics, log, clock: systemClock, config: config.jobs },
    wakes: createWakes(db),
  });
  const shared = {
    ...{ registry, assignments, submissions, tasks, credentials, audit, admission, clock: systemClock },
    ...{ work, waits: waking.waits },
    allowUnproven: config.jobs.allowUnproven,
    access: accessBy(config.inventory.unproven),
  };
  const glpi = {
    ...{ ...shared, agentKeys, registrationTokens, config: config.glpi },
    ...{
      secrets: createAgentSecrets(db, box),
      pending: createPendingAnswers(db),
      challenges: createChallenges(db, box),
    },
  };
  const fusionInventory = {
    ...{ ...shared, packages, content, certificates, answerKey: box.derive("answers to jobs") },
    config: { ...config.fusioninventory, expiration: config.glpi.expiration },
  };
  const proving = {
    logins,
    tokenKey: box.derive("access tokens of agents"),
    clock: systemClock,
    failures: new FailedProofs(systemClock),
  };
  const router = createAgentMessagesRouter({
    ...parts.deps,
    prefixes: config.inventory.prefixes,
    proofOf: createProofOf(proving),
    tokenEndpoint: createTokenEndpoint(proving),
    openEnvelope: createOpenEnvelope(glpi),
    dialects: [createGlpiDialect(glpi), createFusionInventoryDialect(fusionInventory)],
  });
  return { router, waking };
}
