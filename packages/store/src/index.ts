export { createAgentSecrets } from "./agent-secrets.js";
export { createApiTokens } from "./api-tokens.js";
export { createAppliedDocuments } from "./applied-documents.js";
export { createAssignments } from "./assignment/assignments.js";
export { createAuditLog } from "./audit-log.js";
export { AUTHORIZATION_CHANNEL, createAuthorizationRules } from "./authorization-rules.js";
export {
  type BackupHeader,
  type CheckedBackup,
  type CreatedBackup,
  checkBackup,
  checkPassphrase,
  createBackup,
  type Opening,
  restoreBackup,
  type TableSum,
} from "./backup/index.js";
export { createFileBucket } from "./bucket/file-bucket.js";
export { createCatalogArchive } from "./catalogs/archive.js";
export { createCatalogQueries } from "./catalogs/queries.js";
export { type DroppedCatalogs, dropOldCatalogs } from "./catalogs/retention.js";
export { createAutosignRules } from "./certificates/autosign-rules.js";
export { AUTHORITY_CHANNEL, createCertificateStore } from "./certificates/certificate-store.js";
export { BlobCache } from "./content/blob-cache.js";
export { dropStagedBlobs } from "./content/blob-rows.js";
export { createContentRecords } from "./content/content-records.js";
export { createContentStore, type WatchedContentStore } from "./content/content-store.js";
export { createCredentials } from "./credentials.js";
export { Database, type DatabaseOptions, type Queryable } from "./database.js";
export {
  asRefusal,
  type EmbeddedDatabase,
  type EmbeddedOptions,
  hasEmbedded,
  reachEmbedded,
  startEmbedded,
} from "./embedded/index.js";
export { createAgentKeys, dropOldAgentKeys, type StoredAgentKeys } from "./enrolment/agent-keys.js";
export { createAgentLogins } from "./enrolment/agent-logins.js";
export { createChallenges, dropOldChallenges } from "./enrolment/challenges.js";
export { createEnrolmentKeys } from "./enrolment/enrolment-keys.js";
export { createRegistrationTokens } from "./enrolment/registration-tokens.js";
export { dropOldVersions } from "./environments/drop-versions.js";
export { createEnvironmentRecords } from "./environments/environment-records.js";
export { createEnvironments } from "./environments/environments.js";
export { createExchanges } from "./exchanges/exchanges.js";
export { createRecordings, dropOldRecordings, RECORDINGS_CHANNEL } from "./exchanges/recordings.js";
export { createExchangeRows } from "./exchanges/rows.js";
export { createFacts } from "./facts/facts.js";
export { INDEXED_FACT, indexFacts } from "./facts/indexed.js";
export { databaseFacts } from "./facts.js";
export { createGroups } from "./groups/groups.js";
export { createHistory } from "./history/history.js";
export { createInstanceKey, readInstanceKey, storeInstanceKey } from "./instance-key.js";
export { createInventories } from "./inventories/inventories.js";
export { dropUnusedEntries } from "./inventories/sweep.js";
export { createJobs } from "./jobs/jobs.js";
export { type DroppedJobs, dropOldJobs } from "./jobs/retention.js";
export { JOBS_CHANNEL } from "./jobs/rows.js";
export { endOverdueJobs, type Swept } from "./jobs/sweep.js";
export { createWakes } from "./jobs/wakes.js";
export { createAgentWork } from "./jobs/work.js";
export { schemaFacts } from "./migrate.js";
export { createNodeIdentity } from "./nodes/identity.js";
export { createNodeLifeCycle } from "./nodes/life-cycle.js";
export { createNodeRegistry } from "./nodes/registry.js";
export { countNodesWithSetting } from "./nodes/with-setting.js";
export { createPackages } from "./packages/packages.js";
export { makePartitions } from "./partitions.js";
export { createPendingAnswers, dropOldAnswers } from "./pending-answers.js";
export { POOLER_ADVICE, POOLER_FINDING, sharesBackends } from "./pooler.js";
export { createReports } from "./reports/reports.js";
export {
  type Dropped,
  dropOldAuditEvents,
  dropOldChanges,
  dropOldDeadLetters,
  dropOldExchanges,
  dropOldReports,
  markHung,
} from "./retention.js";
export { hasInstance, openSecretBox, SecretBox } from "./secret-box.js";
export { createSubmissions } from "./submissions/accept.js";
export { createDeadLetters } from "./submissions/dead-letters.js";
export { createHeldSubmissions } from "./submissions/held.js";
export { createInbox } from "./submissions/inbox.js";
export { createTaskLog } from "./task-log.js";
