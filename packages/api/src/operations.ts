import { openApiDocument } from "./openapi.js";
import type { Operation } from "./operation/operation.js";
import type { JsonSchema } from "./operation/schema.js";
import * as agentKeys from "./routes/agent-keys.js";
import * as agentLogins from "./routes/agent-logins.js";
import * as apply from "./routes/apply.js";
import * as artifacts from "./routes/artifacts.js";
import { listAuditEvents } from "./routes/audit-events.js";
import * as authority from "./routes/authority.js";
import * as authorization from "./routes/authorization-rules.js";
import * as autosign from "./routes/autosign-rules.js";
import * as certificateChanges from "./routes/certificate-changes.js";
import * as certificateRequests from "./routes/certificate-requests.js";
import { listCertificates, showCertificate } from "./routes/certificates.js";
import * as credentials from "./routes/credentials.js";
import * as deadLetters from "./routes/dead-letters.js";
import * as keys from "./routes/enrolment-keys.js";
import { compareEnvironment, listEnvironmentNodes } from "./routes/environment-change.js";
import * as environments from "./routes/environments.js";
import * as exchanges from "./routes/exchanges.js";
import * as groups from "./routes/groups.js";
import * as identity from "./routes/identity.js";
import * as inventory from "./routes/inventory.js";
import * as jobOrders from "./routes/job-orders.js";
import * as jobs from "./routes/jobs.js";
import { compileNodeCatalog, showNodeCatalog } from "./routes/node-catalog.js";
import * as keptCatalogs from "./routes/node-catalogs.js";
import { explainNode } from "./routes/node-explain.js";
import { listHistory, showFacts } from "./routes/node-facts.js";
import { labelNode } from "./routes/node-labels.js";
import * as lifeCycle from "./routes/node-life-cycle.js";
import * as settings from "./routes/node-settings.js";
import { listNodes, showNode } from "./routes/nodes.js";
import { describeApi } from "./routes/openapi.js";
import * as packages from "./routes/packages.js";
import { dismissConflict, listPending } from "./routes/pending.js";
import * as recordings from "./routes/recordings.js";
import * as registrationTokens from "./routes/registration-tokens.js";
import * as reports from "./routes/reports.js";
import { examine, showStatus } from "./routes/status.js";
import { createToken, listTokens, revokeToken } from "./routes/tokens.js";

/** Of the API, not of the gateway: the document is the same for the same operations. */
const API_VERSION = "1.0.0";

/** Everything that the API does, in the order of the document. */
export const operations: readonly Operation[] = [
  describeApi(() => apiDocument()),
  showStatus,
  examine,
  listNodes,
  showNode,
  lifeCycle.purgeNode,
  explainNode,
  showFacts,
  listHistory,
  inventory.showInventory,
  inventory.compareInventories,
  showNodeCatalog,
  compileNodeCatalog,
  keptCatalogs.listNodeCatalogs,
  keptCatalogs.showKeptCatalog,
  keptCatalogs.compareCatalogs,
  labelNode,
  lifeCycle.deactivateNode,
  lifeCycle.activateNode,
  jobOrders.wakeNode,
  identity.mergeNodes,
  identity.splitNode,
  settings.setNodeSetting,
  settings.removeNodeSetting,
  groups.listGroups,
  groups.testGroup,
  groups.showGroup,
  groups.listGroupMembers,
  groups.putGroup,
  groups.removeGroup,
  listPending,
  dismissConflict,
  identity.listIdentityChanges,
  identity.undoIdentityChange,
  inventory.searchInventories,
  inventory.exportInventories,
  jobOrders.listJobOrders,
  jobOrders.createJobOrder,
  jobOrders.showJobOrder,
  jobOrders.cancelJobOrder,
  jobs.listJobs,
  jobs.showJob,
  jobs.listJobEvents,
  jobs.cancelJob,
  packages.listPackages,
  packages.publishPackage,
  packages.withdrawPackage,
  packages.lackingFiles,
  packages.listPackageVersions,
  packages.showPackageVersion,
  reports.listReports,
  reports.showReport,
  reports.listReportEvents,
  reports.downloadSubmission,
  deadLetters.listDeadLetters,
  deadLetters.redriveDeadLetters,
  deadLetters.showDeadLetter,
  deadLetters.discardDeadLetter,
  deadLetters.downloadDeadLetter,
  deadLetters.redriveDeadLetter,
  listCertificates,
  certificateChanges.generateCertificate,
  certificateChanges.revokeSerials,
  showCertificate,
  certificateChanges.signCertificate,
  certificateChanges.revokeCertificate,
  certificateChanges.cleanCertificate,
  certificateRequests.listCertificateRequests,
  certificateRequests.deleteCertificateRequest,
  authority.showAuthority,
  authority.fetchCaBundle,
  authority.fetchCrlBundle,
  autosign.listAutosignRules,
  autosign.putAutosignRule,
  autosign.removeAutosignRule,
  autosign.testRequest,
  authorization.listAuthorizationRules,
  authorization.putAuthorizationRule,
  authorization.removeAuthorizationRule,
  authorization.explainCall,
  credentials.listCredentials,
  credentials.putCredential,
  credentials.removeCredential,
  exchanges.listExchanges,
  exchanges.showExchange,
  exchanges.followExchanges,
  recordings.listRecordings,
  recordings.addRecording,
  recordings.stopRecording,
  listAuditEvents,
  apply.applyDocuments,
  apply.showDocumentsSchema,
  apply.missingFiles,
  apply.stageFile,
  apply.stageSmallFiles,
  artifacts.listArtifacts,
  artifacts.publishArtifact,
  artifacts.listArtifactVersions,
  artifacts.moveChannel,
  environments.listEnvironments,
  environments.deployEnvironment,
  environments.withdrawEnvironment,
  environments.listEnvironmentVersions,
  environments.rollbackEnvironment,
  listEnvironmentNodes,
  compareEnvironment,
  keys.listEnrolmentKeys,
  keys.addEnrolmentKey,
  keys.revokeEnrolmentKey,
  registrationTokens.listRegistrationTokens,
  registrationTokens.createRegistrationToken,
  registrationTokens.revokeRegistrationToken,
  agentLogins.listAgentLogins,
  agentLogins.addAgentLogin,
  agentLogins.revokeAgentLogin,
  agentKeys.listAgentKeys,
  agentKeys.revokeAgentKey,
  agentKeys.renewAgentKey,
  listTokens,
  createToken,
  revokeToken,
];

/** The OpenAPI document of what is served. */
export const apiDocument = (): JsonSchema => openApiDocument(operations, { version: API_VERSION });

/** The document as it is committed, for the client's generator and for readers. */
export const apiDocumentText = (): string => `${JSON.stringify(apiDocument(), null, 2)}\n`;
