import { systemClock } from "@gatehouse/core/clock";
import type { NodeLifeCycle, Purged } from "@gatehouse/core/nodes";
import type { ScheduledTask } from "@gatehouse/core/schedule";
import {
  createFileBucket,
  type Database,
  dropOldAgentKeys,
  dropOldAnswers,
  dropOldAuditEvents,
  dropOldCatalogs,
  dropOldChallenges,
  dropOldChanges,
  dropOldDeadLetters,
  dropOldExchanges,
  dropOldJobs,
  dropOldRecordings,
  dropOldReports,
  dropOldVersions,
  dropStagedBlobs,
  dropUnusedEntries,
  endOverdueJobs,
  makePartitions,
  markHung,
} from "@gatehouse/store";
import type { Config } from "../config/types.js";

const DAY = 86_400;
/** Content that was sent for an apply, and never applied, is kept so long. */
const STAGED_HOURS = 24;
/** Keys of agents that open nothing any more are shown so long. */
const AGENT_KEY_DAYS = 30;
/** Nodes that are purged in one round. */
const MOST_PURGED = 500;

/**
 * What has to be done again and again, by one of all gateways on the database.
 * @param jobsEnded called when jobs were ended: their reports wait in the inbox
 */
export function housekeeping(
  db: Database,
  nodes: NodeLifeCycle,
  { retention, nodes: policy }: Pick<Config, "retention" | "nodes">,
  jobsEnded: () => void = () => undefined,
): ScheduledTask[] {
  const tasks: ScheduledTask[] = [
    {
      name: "partitions",
      everySeconds: 3600,
      run: async () => {
        const made = await makePartitions(db);
        return made.length === 0 ? undefined : { made };
      },
    },
    {
      name: "report-retention",
      everySeconds: 3600,
      run: async () => {
        const { reports, partitions } = await dropOldReports(db, retention.reportDays);
        return reports + partitions.length === 0 ? undefined : { reports, partitions };
      },
    },
    {
      name: "history-retention",
      everySeconds: 3600,
      run: async () => {
        const partitions = await dropOldChanges(db, retention.historyDays);
        return partitions.length === 0 ? undefined : { partitions };
      },
    },
    {
      name: "exchange-retention",
      everySeconds: 300,
      run: async () => {
        const { partitions, exchanges } = await dropOldExchanges(
          db,
          retention.exchangeDays,
          retention.exchangeMegabytes,
        );
        const recordings = await dropOldRecordings(db);
        return partitions.length + exchanges + recordings === 0 ? undefined : { partitions, exchanges, recordings };
      },
    },
    {
      name: "catalog-retention",
      everySeconds: 3600,
      run: async () => {
        const { catalogs, bodies } = await dropOldCatalogs(db, retention.catalogs);
        return catalogs + bodies === 0 ? undefined : { catalogs, bodies };
      },
    },
    {
      name: "staged-content",
      everySeconds: 3600,
      run: async () => counted("deleted", await dropStagedBlobs(db, STAGED_HOURS)),
    },
    {
      name: "inventory-entries",
      everySeconds: 6 * 3600,
      run: async () => counted("deleted", await dropUnusedEntries(db)),
    },
    { name: "put-off-answers", everySeconds: 3600, run: async () => counted("deleted", await dropOldAnswers(db)) },
    {
      name: "registration-challenges",
      everySeconds: 600,
      run: async () => counted("deleted", await dropOldChallenges(db)),
    },
    {
      name: "agent-keys",
      everySeconds: 3600,
      run: async () => counted("deleted", await dropOldAgentKeys(db, AGENT_KEY_DAYS)),
    },
    {
      name: "job-timeouts",
      everySeconds: 60,
      run: async () => {
        const swept = await endOverdueJobs(db);
        if (swept.timedOut + swept.done === 0) return undefined;
        jobsEnded();
        return { ...swept };
      },
    },
    {
      name: "job-retention",
      everySeconds: 3600,
      run: async () => {
        const dropped = await dropOldJobs(db, retention.reportDays);
        return dropped.jobs + dropped.orders + dropped.versions === 0 ? undefined : { ...dropped };
      },
    },
    { name: "hung-runs", everySeconds: 300, run: async () => counted("hung", await markHung(db)) },
  ];
  if (retention.deadLetterDays > 0) {
    tasks.push({
      name: "dead-letter-retention",
      everySeconds: 3600,
      run: async () => counted("deleted", await dropOldDeadLetters(db, retention.deadLetterDays)),
    });
  }
  if (retention.auditDays > 0) {
    tasks.push({
      name: "audit-retention",
      everySeconds: 3600,
      run: async () => counted("deleted", await dropOldAuditEvents(db, retention.auditDays)),
    });
  }
  if (retention.bucketDays > 0) {
    tasks.push({
      name: "bucket-retention",
      everySeconds: 3600,
      run: async () => {
        const before = new Date(systemClock.now().getTime() - retention.bucketDays * DAY * 1000);
        return counted("deleted", await createFileBucket(db).drop(before));
      },
    });
  }
  if (retention.environmentDays > 0) {
    tasks.push({
      name: "environment-retention",
      everySeconds: 6 * 3600,
      run: async () => counted("versions", await dropOldVersions(db, retention.environmentDays)),
    });
  }
  if (policy.expireAfterDays > 0) {
    tasks.push({
      name: "node-expiry",
      everySeconds: 600,
      run: async () => counted("expired", await nodes.expire(policy.expireAfterDays * DAY)),
    });
    tasks.push({
      name: "quarantine-purge",
      everySeconds: 3600,
      run: async () => purgedOf(await nodes.purgeSilentQuarantined(policy.expireAfterDays * DAY, MOST_PURGED)),
    });
  }
  if (policy.purgeAfterDays > 0) {
    tasks.push({
      name: "node-purge",
      everySeconds: 3600,
      run: async () => purgedOf(await nodes.purgeOld(policy.purgeAfterDays * DAY, MOST_PURGED)),
    });
  }
  return tasks;
}

/** Lists are renewed at half of their life, years before they end: a day's delay is none. */
export const crlRenewal = (authority: { renewCrls(): Promise<string[]> }): ScheduledTask => ({
  name: "crl-renewal",
  everySeconds: 3600,
  run: async () => {
    const renewed = await authority.renewCrls();
    return renewed.length === 0 ? undefined : { renewed };
  },
});

const counted = (what: string, count: number) => (count === 0 ? undefined : { [what]: count });
const purgedOf = (purged: readonly Purged[]) =>
  purged.length === 0 ? undefined : { purged: purged.map(({ nodeId, name }) => ({ nodeId, name })) };
