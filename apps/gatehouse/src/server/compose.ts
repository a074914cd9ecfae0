import path from "node:path";
import { bearerAuthentication, createApiRouter, createApply, documentKinds, groupChecks } from "@gatehouse/api";
import { createCatalogs, createDeclaredCatalogs } from "@gatehouse/catalogs";
import type { AutosignRule } from "@gatehouse/core/certificates";
import { systemClock } from "@gatehouse/core/clock";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { volatileFacts } from "@gatehouse/core/facts";
import { createDscRouter } from "@gatehouse/dsc";
import {
  Admission,
  createHttpMetrics,
  createRouter,
  type Handler,
  healthTable,
  type RouterDeps,
} from "@gatehouse/http";
import { inventoryRules, searchableFields } from "@gatehouse/inventory";
import { checkAutosignPolicy } from "@gatehouse/pki";
import { createCatalogPreview, createPuppetRouters, hasCode } from "@gatehouse/puppet";
import {
  BlobCache,
  createAgentKeys,
  createAgentLogins,
  createAgentWork,
  createApiTokens,
  createAssignments,
  createAuditLog,
  createCatalogArchive,
  createCatalogQueries,
  createContentStore,
  createCredentials,
  createDeadLetters,
  createEnrolmentKeys,
  createEnvironments,
  createExchanges,
  createFacts,
  createFileBucket,
  createGroups,
  createHeldSubmissions,
  createHistory,
  createInbox,
  createInventories,
  createJobs,
  createNodeIdentity,
  createNodeLifeCycle,
  createNodeRegistry,
  createPackages,
  createRecordings,
  createRegistrationTokens,
  createReports,
  createSubmissions,
  createTaskLog,
  databaseFacts,
  schemaFacts,
} from "@gatehouse/store";
import { collectDefaultMetrics } from "prom-client";
import { oidNamesOf } from "../config/authority.js";
import type { Mount } from "../config/types.js";
import { createRedeploy } from "../environment/redeploy.js";
import { protocols } from "../protocols.js";
import { applyAtomically } from "./apply/atomically.js";
import { createGatewayAuthority } from "./authority/authority.js";
import { authorityFacts, authorityHealth } from "./authority/facts.js";
import { authorityGauges } from "./authority/gauges.js";
import { createGatewayAuthorization } from "./authorization.js";
import { compilerMetrics, compilerNeeds, createGatewayCompiler, warmedEnvironments } from "./compiler/index.js";
import { createDoctor } from "./doctor/index.js";
import { createGatewayRecorder } from "./exchanges/index.js";
import { createApp, messagesOf } from "./express-app.js";
import type { Gateway, GatewayParts } from "./gateway.js";
import { crlRenewal, housekeeping } from "./housekeeping.js";
import { createInventoryAgents } from "./inventory-agents.js";
import { jobMetrics } from "./job-metrics.js";
import { landingTable } from "./landing.js";
import { mountsOf } from "./listeners.js";
import { VERSION } from "./version.js";
import { createWork } from "./work.js";

/** Everything put together by hand: ports from the store, adapters over them, one Express app. */
export function compose(parts: GatewayParts): Gateway {
  const { config, dataDir, db, box, log, exchanges, draining } = parts;
  const startedAt = systemClock.now();
  const admission = new Admission(config.admission);
  const metrics = createHttpMetrics(admission);
  collectDefaultMetrics({ register: metrics.registry });
  const registry = createNodeRegistry(db, () => work.wake());
  const checks = groupChecks(protocols);
  const groups = createGroups(db, checks);
  const assignments = createAssignments(db, registry, checks);
  const keys = createEnrolmentKeys(db, box);
  const logins = createAgentLogins(db);
  const agentKeys = createAgentKeys(db, box);
  const registrationTokens = createRegistrationTokens(db, box, () => agentKeys.forget());
  const tokens = createApiTokens(db);
  const audit = createAuditLog(db);
  const authority = createGatewayAuthority({ config, db, box, audit, log });
  const authorization = createGatewayAuthorization({ config, db, log });
  authorityGauges(metrics, authority.service, parts.certificate);
  const content = createContentStore(db, new BlobCache(db, path.join(dataDir, "blobs")), () => compiler.moved());
  const stored = createEnvironments(db, content);
  const withCode = (version: EnvironmentVersion) => hasCode(version, content);
  const compiler = createGatewayCompiler({
    ...{
      config: config.puppet.compiler,
      serverNames: config.serverNames,
      ruby: parts.ruby,
      content,
      environments: stored,
      hasCode: withCode,
      log,
    },
    queries: createCatalogQueries(db, box),
  });
  const environments = warmedEnvironments(stored, { compiler, log });
  const reports = createReports(db);
  const inbox = createInbox(db, volatileFacts(config.history.volatile), inventoryRules);
  const taskLog = createTaskLog(db);
  const schedule = [
    ...housekeeping(db, createNodeLifeCycle(db, registry.purge), config, () => work.wake()),
    crlRenewal(authority.service),
  ];
  const work = createWork({ db, config, inbox, taskLog, schedule, admission, metrics, log });
  const submissions = createSubmissions(db, work.wake);
  const agentWork = createAgentWork(db, work.wake);
  const jobs = createJobs(db, work.wake);
  jobMetrics(metrics, jobs, systemClock);
  const packages = createPackages(db);
  const facts = () => databaseFacts(db);
  const factsOfNodes = createFacts(db);
  const doctor = createDoctor({
    facts,
    sharesBackends: () => db.sharesBackends(),
    schema: () => schemaFacts(db),
    backlog: () => inbox.backlog(),
    jobs: (endedSince) => jobs.counts(endedSince),
    schedule,
    taskRuns: () => taskLog.list(),
    authority: () => authorityHealth(authority.service, config.ca.crlDays),
    compiler: compiler.facts,
    compilerNeeds: () => compilerNeeds({ db, groups, compiler }),
    listeners: parts.listeners,
    dscPrefixes: config.dsc.prefixes,
    serverNames: config.serverNames,
    dataDir,
    keyFile: parts.keyFile,
    startedAt,
    now: () => systemClock.now(),
  });
  const keptExchanges = createExchanges(db, box);
  const recorder = createGatewayRecorder({ db, box, assignments, metrics, log });
  const closing = () => draining() || config.http.connectionClose;
  const base: RouterDeps = {
    log,
    admission,
    metrics,
    draining: closing,
    peerOf: authority.peerOf,
    exchanges: exchanges ?? recorder.hook,
  };
  const on = (mount: Mount): RouterDeps => ({ ...base, accepts: (req) => mountsOf(req).includes(mount) });
  const notReady = async () => [
    ...(draining() ? ["stopping"] : []),
    ...((await db.isReachable()) ? [] : ["database"]),
    // A certificate that was revoked elsewhere would still count here.
    ...(authority.service.ready() ? [] : ["revocations"]),
  ];

  const autosign = {
    ...authority.rules,
    configured: () => config.ca.autosign,
    check: (rule: AutosignRule) => void checkAutosignPolicy({ rules: [rule] }, oidNamesOf(config.ca)),
  };
  const uploadDir = path.join(dataDir, "uploads");
  const kinds = documentKinds({
    protocols,
    autosign,
    authorization: authorization.forOperators,
    clock: systemClock,
    content,
    environments,
  });
  const atomically = applyAtomically({
    db,
    box,
    groups: checks,
    registry,
    committed: async () => {
      content.forget();
      compiler.moved();
      agentKeys.forget();
      await authorization.forOperators.refresh();
    },
  });
  const apply = createApply({ kinds, atomically, content, uploadDir });

  const declared = createDeclaredCatalogs();
  const catalogs = compilerMetrics(
    metrics,
    createCatalogs({ declared, compiler: compiler.source, hasCode: withCode }),
    compiler.facts,
  );
  const keptCatalogs = createCatalogArchive(db, box);
  const credentials = createCredentials(db, box);
  const { waking, router: inventoryAgents } = createInventoryAgents({
    ...{ db, box, config, metrics, log, registry, assignments, submissions, content, packages, credentials, audit },
    ...{ admission, logins, agentKeys, registrationTokens, work: agentWork, tasks: work.tasks },
    certificates: authority.service.of("inventory"),
    deps: on("inventory"),
  });
  const handlers: Handler[] = [
    createDscRouter({
      ...on("dsc"),
      authenticate: bearerAuthentication(tokens),
      registry,
      assignments,
      keys,
      content,
      submissions,
      reports,
      tasks: work.tasks,
      clock: systemClock,
      config: config.dsc,
    }),
    ...createPuppetRouters({
      ...on("puppet"),
      onlyByTls: true,
      environments,
      assignments,
      content,
      submissions,
      tasks: work.tasks,
      catalogs,
      archive: keptCatalogs,
      code: compiler,
      facts: factsOfNodes,
      bucket: createFileBucket(db),
      uploadDir,
      authority: authority.service.of("puppet"),
      registry,
      notReady,
      redeploy: createRedeploy({ dir: config.puppet.environmentsDir, content, environments, audit, log }),
      config: config.puppet,
      authorizationRules: authorization.known,
    }),
    inventoryAgents,
    createRouter(healthTable({ notReady, metrics }), on("platform")),
    createApiRouter({
      ...on("api"),
      registry,
      nodes: registry,
      catalogs: createCatalogPreview({
        ...{ registry, assignments, environments, facts: factsOfNodes, catalogs, content },
        ...{ archive: keptCatalogs, config: config.puppet },
      }),
      groups,
      assignments,
      identity: createNodeIdentity(db, registry.forget),
      keys,
      ...{ logins, registrationTokens, agentKeys },
      content,
      environments,
      tokens,
      authority: authority.service,
      authorityFacts: () =>
        authorityFacts({ store: authority.store, serverNames: config.serverNames, listeners: parts.listeners() }),
      certificates: authority.store,
      authorization: authorization.forOperators,
      credentials,
      ...{ jobs, packages },
      autosign,
      audit,
      clock: systemClock,
      reports,
      facts: factsOfNodes,
      history: createHistory(db),
      inventories: createInventories(db, searchableFields),
      inventoryRules,
      keptCatalogs,
      keptExchanges,
      recordings: createRecordings(db),
      submissions,
      held: createHeldSubmissions(db),
      deadLetters: createDeadLetters(db, work.wake),
      inbox,
      taskLog,
      doctor,
      compiler: compiler.facts,
      database: { facts },
      version: VERSION,
      startedAt,
      protocols,
      documentKinds: kinds,
      apply,
      uploadDir,
    }),
    createRouter(landingTable(mountsOf), base),
  ];

  const app = createApp(handlers);
  return {
    app,
    messages: messagesOf(app),
    metrics,
    registry,
    tokens,
    logins,
    registrationTokens,
    agentKeys,
    content,
    environments,
    audit,
    work,
    ...{ jobs, agentWork, packages },
    waking,
    authority,
    authorization,
    compiler,
    recorder,
    keptExchanges,
    apply,
    documentKinds: kinds,
  };
}
