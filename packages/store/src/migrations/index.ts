import type { MigrationInterface } from "typeorm";
import { TheHouse1 } from "./0001-the-house.js";
import { Reports2 } from "./0002-reports.js";
import { Certificates3 } from "./0003-certificates.js";
import { ProfilesAndRules4 } from "./0004-profiles-and-rules.js";
import { GroupsAndFacts5 } from "./0005-groups-and-facts.js";
import { Identity6 } from "./0006-identity.js";
import { AppliedDocuments7 } from "./0007-applied-documents.js";
import { AccessAndCredentials8 } from "./0008-access-and-credentials.js";
import { Environments9 } from "./0009-environments.js";
import { HistoryAndBucket10 } from "./0010-history-and-bucket.js";
import { EnvironmentRetention11 } from "./0011-environment-retention.js";
import { Catalogs12 } from "./0012-catalogs.js";
import { Inventories13 } from "./0013-inventories.js";
import { WhoMaySubmit14 } from "./0014-who-may-submit.js";
import { ChallengesFrom15 } from "./0015-challenges-from.js";
import { Jobs16 } from "./0016-jobs.js";
import { Exchanges17 } from "./0017-exchanges.js";
import { RevisedAtOnce18 } from "./0018-revised-at-once.js";
import { PackedExchanges19 } from "./0019-packed-exchanges.js";

/** Every migration, oldest first. Additive ones only: the version before must run on the schema after. */
export const migrations: readonly (new () => MigrationInterface & { readonly name: string })[] = [
  TheHouse1,
  Reports2,
  Certificates3,
  ProfilesAndRules4,
  GroupsAndFacts5,
  Identity6,
  AppliedDocuments7,
  AccessAndCredentials8,
  Environments9,
  HistoryAndBucket10,
  EnvironmentRetention11,
  Catalogs12,
  Inventories13,
  WhoMaySubmit14,
  ChallengesFrom15,
  Jobs16,
  Exchanges17,
  RevisedAtOnce18,
  PackedExchanges19,
];
