import { documented } from "@gatehouse/api/testing";
import type { Role } from "@gatehouse/core/access";
import { type Handler, pick, type RouteRow, type RouteTable, tableOf } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { type Answer, useGateway } from "./gateway.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const A = "6D1FA4F7-0000-4000-8000-000000000001";

/** A path for every row, as a client writes it. A row without one fails the test below. */
const SAMPLES: Readonly<Record<string, string>> = {
  "dsc.get-dsc-action": `/Nodes(AgentId='${A}')/GetDscAction`,
  "dsc.register": `/Nodes(AgentId='${A}')`,
  "dsc.configuration-content": `/Nodes(AgentId='${A}')/Configurations(ConfigurationName='x')/ConfigurationContent`,
  "dsc.module-content": "/Modules(ModuleName='x',ModuleVersion='1.0')/ModuleContent",
  "dsc.service": "/PSDSCPullServer.svc/",
  "dsc.metadata": "/PSDSCPullServer.svc/$metadata",
  "dsc.version-1.post": `/Node(ConfigurationId='${A}')/SendStatusReport`,
  "dsc.version-1.get": `/Action(ConfigurationId='${A}')/ConfigurationContent`,
  "dsc.send-report": `/Nodes(AgentId='${A}')/SendReport`,
  "dsc.certificate-rotation": `/Nodes(AgentId='${A}')/CertificateRotation`,
  "dsc.reports": `/Nodes(AgentId='${A}')/Reports`,
  "dsc.report": `/Nodes(AgentId='${A}')/Reports(JobId='${A}')`,
  "puppet.ca.certificate": "/puppet-ca/v1/certificate/ca",
  "puppet.ca.crl": "/puppet-ca/v1/certificate_revocation_list/ca",
  "puppet.ca.crl.take": "/puppet-ca/v1/certificate_revocation_list",
  "puppet.ca.expirations": "/puppet-ca/v1/expirations",
  "puppet.ca.request": "/puppet-ca/v1/certificate_request/x",
  "puppet.ca.request.submit": "/puppet-ca/v1/certificate_request/x",
  "puppet.ca.request.delete": "/puppet-ca/v1/certificate_request/x",
  "puppet.ca.status": "/puppet-ca/v1/certificate_status/x",
  "puppet.ca.status.change": "/puppet-ca/v1/certificate_status/x",
  "puppet.ca.status.delete": "/puppet-ca/v1/certificate_status/x",
  "puppet.ca.statuses": "/puppet-ca/v1/certificate_statuses/x",
  "puppet.ca.clean": "/puppet-ca/v1/clean",
  "puppet.ca.sign": "/puppet-ca/v1/sign",
  "puppet.ca.sign-all": "/puppet-ca/v1/sign/all",
  "puppet.ca.renewal": "/puppet-ca/v1/certificate_renewal",
  "puppet.environment-cache": "/puppet-admin-api/v1/environment-cache",
  "puppet.status.simple": "/status/v1/simple",
  "puppet.status.simple.service": "/status/v1/simple/ca",
  "puppet.status.services": "/status/v1/services",
  "puppet.status.services.service": "/status/v1/services/ca",
  "puppet.v3.environments": "/puppet/v3/environments",
  "puppet.v3.environment-modules": "/puppet/v3/environment_modules",
  "puppet.v3.environment-transports": "/puppet/v3/environment_transports",
  "puppet.v3.environment-classes": "/puppet/v3/environment_classes",
  "puppet.v3.file-metadata": "/puppet/v3/file_metadata/modules/x/y",
  "puppet.v3.file-metadata.post": "/puppet/v3/file_metadata/modules/x/y",
  "puppet.v3.file-metadatas": "/puppet/v3/file_metadatas/plugins",
  "puppet.v3.file-metadatas.post": "/puppet/v3/file_metadatas/plugins",
  "puppet.v3.file-content": "/puppet/v3/file_content/modules/x/y",
  "puppet.v3.file-content.post": "/puppet/v3/file_content/modules/x/y",
  "puppet.v3.static-file-content": "/puppet/v3/static_file_content/modules/x/files/y",
  "puppet.v3.tasks": "/puppet/v3/tasks",
  "puppet.v3.task": "/puppet/v3/tasks/x/y",
  "puppet.v3.plans": "/puppet/v3/plans",
  "puppet.v3.plan": "/puppet/v3/plans/x/y",
  "puppet.v3.node": "/puppet/v3/node/x?environment=production",
  "puppet.v3.catalog.get": "/puppet/v3/catalog/x?environment=production",
  "puppet.v4.catalog": "/puppet/v4/catalog",
  "puppet.v3.catalog.post": "/puppet/v3/catalog/x?environment=production",
  "puppet.v3.facts": "/puppet/v3/facts/x",
  "puppet.v3.file-bucket.head": "/puppet/v3/file_bucket_file/md5/x",
  "puppet.v3.file-bucket.get": "/puppet/v3/file_bucket_file/md5/x",
  "puppet.v3.file-bucket.put": "/puppet/v3/file_bucket_file/md5/x",
  "puppet.v3.report": "/puppet/v3/report/x",
  "inventory.message": "/front/inventory.php",
  "inventory.ask": "/front/inventory.php",
  "inventory.part": "/plugins/fusioninventory/b/deploy/parts/x",
  "inventory.part.head": "/plugins/fusioninventory/b/deploy/parts/x",
  "inventory.token": "/front/inventory.php/api.php/token",
  healthz: "/healthz",
  readyz: "/readyz",
  metrics: "/metrics",
  landing: "/",
  "landing.head": "/",
  "api.openapi": "/api/v1/openapi.json",
  "api.status": "/api/v1/status",
  "api.doctor": "/api/v1/doctor",
  "api.nodes.list": "/api/v1/nodes",
  "api.nodes.show": "/api/v1/nodes/x",
  "api.nodes.purge": "/api/v1/nodes/x",
  "api.nodes.catalog": "/api/v1/nodes/x/catalog",
  "api.nodes.compile": "/api/v1/nodes/x/catalog",
  "api.nodes.catalogs.list": "/api/v1/nodes/x/catalogs",
  "api.nodes.catalogs.show": "/api/v1/nodes/x/catalogs/1",
  "api.nodes.catalogs.compare": "/api/v1/nodes/x/catalogs/1/differences",
  "api.nodes.explain": "/api/v1/nodes/x/explain",
  "api.nodes.facts": "/api/v1/nodes/x/facts",
  "api.nodes.history": "/api/v1/nodes/x/history",
  "api.nodes.inventory": "/api/v1/nodes/x/inventory",
  "api.nodes.inventory.compare": "/api/v1/nodes/x/inventory/differences",
  "api.inventory.search": "/api/v1/inventory",
  "api.inventory.export": "/api/v1/inventory/export",
  "api.nodes.label": "/api/v1/nodes/x/labels",
  "api.nodes.deactivate": "/api/v1/nodes/x/deactivate",
  "api.nodes.activate": "/api/v1/nodes/x/activate",
  "api.nodes.merge": "/api/v1/nodes/x/merge",
  "api.nodes.split": "/api/v1/nodes/x/split",
  "api.pending.list": "/api/v1/pending",
  "api.identity-conflicts.dismiss": "/api/v1/identity-conflicts/1/dismiss",
  "api.identity-changes.list": "/api/v1/identity-changes",
  "api.identity-changes.undo": "/api/v1/identity-changes/1/undo",
  "api.nodes.setting.set": "/api/v1/nodes/x/settings/dsc.configurations",
  "api.nodes.setting.remove": "/api/v1/nodes/x/settings/dsc.configurations",
  "api.groups.list": "/api/v1/groups",
  "api.groups.test": "/api/v1/groups/test",
  "api.groups.show": "/api/v1/groups/x",
  "api.groups.members": "/api/v1/groups/x/nodes",
  "api.groups.put": "/api/v1/groups/x",
  "api.groups.remove": "/api/v1/groups/x",
  "api.reports.list": "/api/v1/reports",
  "api.reports.show": "/api/v1/reports/1",
  "api.reports.events": "/api/v1/reports/1/events",
  "api.reports.submission": "/api/v1/reports/1/submissions/1",
  "api.dead-letters.list": "/api/v1/dead-letters",
  "api.dead-letters.redrive-all": "/api/v1/dead-letters/redrive",
  "api.dead-letters.show": "/api/v1/dead-letters/1",
  "api.dead-letters.discard": "/api/v1/dead-letters/1",
  "api.dead-letters.body": "/api/v1/dead-letters/1/body",
  "api.dead-letters.redrive": "/api/v1/dead-letters/1/redrive",
  "api.authority.show": "/api/v1/authority",
  "api.authority.ca": "/api/v1/authority/ca.pem",
  "api.authority.crl": "/api/v1/authority/crl.pem",
  "api.certificates.list": "/api/v1/certificates",
  "api.certificates.show": "/api/v1/certificates/x",
  "api.certificates.generate": "/api/v1/certificates",
  "api.certificates.sign": "/api/v1/certificates/x/sign",
  "api.certificates.revoke": "/api/v1/certificates/x/revoke",
  "api.certificates.clean": "/api/v1/certificates/x/clean",
  "api.certificates.revoke-serials": "/api/v1/certificates/revoke",
  "api.certificate-requests.list": "/api/v1/certificate-requests",
  "api.certificate-requests.delete": "/api/v1/certificate-requests/x",
  "api.autosign-rules.list": "/api/v1/autosign-rules",
  "api.autosign-rules.put": "/api/v1/autosign-rules/x",
  "api.autosign-rules.remove": "/api/v1/autosign-rules/x",
  "api.autosign-rules.test": "/api/v1/autosign-rules/test",
  "api.authorization-rules.list": "/api/v1/authorization-rules",
  "api.authorization-rules.put": "/api/v1/authorization-rules/x",
  "api.authorization-rules.remove": "/api/v1/authorization-rules/x",
  "api.authorization-rules.explain": "/api/v1/authorization-rules/explain",
  "api.credentials.list": "/api/v1/credentials",
  "api.credentials.put": "/api/v1/credentials/x",
  "api.credentials.remove": "/api/v1/credentials/x",
  "api.job-orders.list": "/api/v1/job-orders",
  "api.job-orders.create": "/api/v1/job-orders",
  "api.job-orders.show": "/api/v1/job-orders/x",
  "api.job-orders.cancel": "/api/v1/job-orders/x/cancel",
  "api.jobs.list": "/api/v1/jobs",
  "api.jobs.show": "/api/v1/jobs/x",
  "api.jobs.events": "/api/v1/jobs/x/events",
  "api.jobs.cancel": "/api/v1/jobs/x/cancel",
  "api.packages.list": "/api/v1/packages",
  "api.packages.publish": "/api/v1/packages/x",
  "api.packages.missing-files": "/api/v1/packages/x/missing-files",
  "api.packages.withdraw": "/api/v1/packages/x",
  "api.packages.versions": "/api/v1/packages/x/versions",
  "api.packages.show": "/api/v1/packages/x/versions/1",
  "api.nodes.wake": "/api/v1/nodes/x/wake",
  "api.audit-events.list": "/api/v1/audit-events",
  "api.exchanges.list": "/api/v1/exchanges",
  "api.exchanges.show": "/api/v1/exchanges/1",
  "api.exchanges.stream": "/api/v1/exchange-stream",
  "api.recordings.list": "/api/v1/recordings",
  "api.recordings.add": "/api/v1/recordings",
  "api.recordings.stop": "/api/v1/recordings/x",
  "api.apply": "/api/v1/apply",
  "api.apply.schema": "/api/v1/apply/schema",
  "api.apply.missing-files": "/api/v1/apply/missing-files",
  "api.apply.stage-small-files": "/api/v1/apply/small-files",
  "api.apply.stage-file": "/api/v1/apply/files",
  "api.environments.list": "/api/v1/environments",
  "api.environments.deploy": "/api/v1/environments/x",
  "api.environments.withdraw": "/api/v1/environments/x",
  "api.environments.versions": "/api/v1/environments/x/versions",
  "api.environments.rollback": "/api/v1/environments/x/rollback",
  "api.environments.nodes": "/api/v1/environments/x/nodes",
  "api.environments.compare": "/api/v1/environments/x/differences",
  "api.artifacts.list": "/api/v1/artifacts/dsc-configuration",
  "api.artifacts.publish": "/api/v1/artifacts/dsc-configuration?file=x.txt",
  "api.artifacts.versions": "/api/v1/artifacts/dsc-configuration/x/versions",
  "api.artifacts.move-channel": "/api/v1/artifacts/dsc-configuration/x/channels/current",
  "api.enrolment-keys.list": "/api/v1/enrolment-keys/dsc",
  "api.enrolment-keys.add": "/api/v1/enrolment-keys/dsc",
  "api.enrolment-keys.revoke": "/api/v1/enrolment-keys/dsc/x",
  "api.enrolment.tokens.list": "/api/v1/enrolment/tokens",
  "api.enrolment.tokens.create": "/api/v1/enrolment/tokens",
  "api.enrolment.tokens.revoke": "/api/v1/enrolment/tokens/x",
  "api.enrolment.logins.list": "/api/v1/enrolment/logins",
  "api.enrolment.logins.add": "/api/v1/enrolment/logins",
  "api.enrolment.logins.revoke": "/api/v1/enrolment/logins/basic/x",
  "api.enrolment.agent-keys.list": "/api/v1/enrolment/agent-keys",
  "api.enrolment.agent-keys.revoke": "/api/v1/enrolment/agent-keys/x",
  "api.enrolment.agent-keys.renew": "/api/v1/enrolment/agent-keys/x/renew",
  "api.tokens.list": "/api/v1/tokens",
  "api.tokens.create": "/api/v1/tokens",
  "api.tokens.revoke": "/api/v1/tokens/nobody",
};
/** Rows that anyone may call and that answer with something. */
const OPEN = ["api.openapi", "dsc.metadata", "dsc.service", "healthz", "landing", "landing.head", "metrics", "readyz"];
/** Rows that Puppet's rules leave open to who has no certificate yet, or a balancer, and that answer with something. */
const OPEN_BY_RULES = [
  "puppet.ca.certificate",
  "puppet.ca.crl",
  "puppet.status.services",
  "puppet.status.services.service",
  "puppet.status.simple",
  "puppet.status.simple.service",
];
/** Rows of theirs that are open and find nothing, or nothing that they could take, in an empty call. */
const REFUSED_BY_HANDLER = ["puppet.ca.request", "puppet.ca.request.submit"];
/** Rows that anyone may call, to be refused. */
const ALWAYS_REFUSED = ["dsc.version-1.get", "dsc.version-1.post"];
/** Rows that write and take no body: the path says all. */
const PATH_SAYS_ALL = [
  "api.certificates.clean",
  "api.certificates.revoke",
  "api.dead-letters.redrive",
  "api.dead-letters.redrive-all",
  "api.enrolment.agent-keys.renew",
  "api.identity-changes.undo",
  "api.identity-conflicts.dismiss",
  "api.job-orders.cancel",
  "api.jobs.cancel",
  "api.nodes.activate",
  "api.nodes.deactivate",
];

const layers = () => house.gateway.app.router.stack as unknown as { handle: Handler; route?: unknown }[];
const tables = (): RouteTable[] => layers().flatMap(({ handle }) => tableOf(handle) ?? []);
const rows = (): RouteRow[] => tables().flatMap((table) => table.rows);
const call = (row: RouteRow, token?: string, body?: Buffer): Promise<Answer> =>
  house.call(row.method, SAMPLES[row.id] ?? "/no-sample", {
    // Puppet is served by TLS only; the listener trusts us as it would a proxy.
    headers: row.access.who === "rules" ? { "X-Forwarded-Proto": "https" } : {},
    ...(token === undefined ? {} : { token }),
    ...(body === undefined ? {} : { body }),
  });

describe("the mounted app", () => {
  it("holds route tables and nothing else", () => {
    expect(layers().length).toBeGreaterThanOrEqual(4);
    for (const { handle, route } of layers()) {
      expect(route).toBeUndefined();
      expect(tableOf(handle), `a layer without a table: ${String(handle).slice(0, 80)}`).toBeDefined();
    }
    const ids = tables().flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(new Set(ids).size, "logs and metrics tell routes by their ids").toBe(ids.length);
  });

  it("says for every row who may call it and why, how long a body may be, and where it begins and ends", () => {
    for (const row of rows()) {
      const { access } = row;
      if (access.who === "rules") expect(tables().find((table) => table.rows.includes(row))?.authorize).toBeDefined();
      const reasons = { anyone: "why", agent: "proof", operator: "role", rules: "who" } as const;
      const reason = String((access as unknown as Record<string, unknown>)[reasons[access.who]]);
      expect(reason.length, row.id).toBeGreaterThan(4);
      expect(row.bodyLimit, row.id).toBeGreaterThanOrEqual(0);
      expect(Number.isSafeInteger(row.bodyLimit), row.id).toBe(true);
      const writes = row.method === "PUT" || row.method === "POST";
      if (writes && !PATH_SAYS_ALL.includes(row.id)) expect(row.bodyLimit, row.id).toBeGreaterThan(0);
      else if (row.id !== "dsc.version-1.get") expect(row.bodyLimit, row.id).toBe(0);
      expect(row.pattern.source, row.id).toMatch(/^\^.*\$$/);
      expect(row.pattern.source.replaceAll(/\((?:[^()]|\([^()]*\))*\)/g, ""), row.id).not.toContain("|");
      expect(row.pattern.flags.replace("u", ""), row.id).toBe("");
    }
  });

  it("has a sample path for every row, and each reaches its row", async () => {
    expect(
      rows()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(Object.keys(SAMPLES).toSorted());
    for (const row of rows()) {
      if (row.access.who === "rules") {
        // Who may not call is refused before the row is looked for.
        const table = tables().find((each) => each.rows.includes(row));
        const path = table?.canonicalPath(SAMPLES[row.id] ?? "") ?? "";
        expect(table && pick(table, row.method, path).row, row.id).toBe(row);
        continue;
      }
      house.lines.length = 0;
      await call(row);
      const line = house.lines.find(({ message }) => /^request/.test(message));
      expect(line?.fields["route"], row.id).toBe(row.id);
    }
  });
});

describe("nobody in particular", () => {
  it("gets something from exactly the rows that are open", async () => {
    const open: string[] = [];
    for (const row of rows()) {
      const answer = await call(row);
      if (answer.status < 400) open.push(row.id);
      else if (row.access.who === "operator") expect([row.id, answer.status]).toEqual([row.id, 401]);
      else if (row.access.who === "anyone") expect(ALWAYS_REFUSED).toContain(row.id);
      else if (REFUSED_BY_HANDLER.includes(row.id)) expect([400, 404], row.id).toContain(answer.status);
      else if (row.access.who === "rules") expect([row.id, answer.status]).toEqual([row.id, 403]);
      else if (row.id === "inventory.ask") expect(answer.status).toBe(405);
      else expect([400, 401], row.id).toContain(answer.status);
    }
    expect(open.toSorted()).toEqual([...OPEN, ...OPEN_BY_RULES].toSorted());
    const anyone = rows().filter(({ access }) => access.who === "anyone");
    expect(anyone.map(({ id }) => id).toSorted()).toEqual([...OPEN, ...ALWAYS_REFUSED].toSorted());
  });

  it.each([
    "/api",
    "/api/",
    "/api/v1",
    "/api/v2/nodes",
    "/API/v1/nodes",
    "//api/v1/nodes",
    "/api/v1/nodes/",
    "/api/v1/../v1/nodes",
    "/%61pi/v1/nodes",
    "/metrics/",
    "/healthz/x",
    "/favicon.ico",
    "/.git/config",
    "/server-status",
  ])("finds nothing at %s, with any verb", async (path) => {
    for (const verb of ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE"]) {
      const { status } = await house.call(verb, path, { token: house.tokens.viewer });
      expect([404, 405, 400]).toContain(status);
    }
  });
});

it("serves nothing of Puppet's to who did not come by TLS", async () => {
  for (const row of rows()) {
    if (row.access.who !== "rules") continue;
    const { status } = await house.call(row.method, SAMPLES[row.id] ?? "");
    expect([row.id, status]).toEqual([row.id, 403]);
  }
});

describe("operators", () => {
  const order: Role[] = ["viewer", "operator", "admin"];

  it("are refused below the role that a row asks for, and let in from there", async () => {
    const seen: string[] = [];
    for (const row of rows()) {
      if (row.access.who !== "operator") continue;
      const needed = order.indexOf(row.access.role);
      expect((await call(row)).status, row.id).toBe(401);
      expect((await call(row, "gth_unknown")).status, row.id).toBe(401);
      for (const [i, role] of order.entries()) {
        const { status } = await call(row, house.tokens[role], row.bodyLimit > 0 ? Buffer.from("{}") : undefined);
        if (i < needed) expect([row.id, role, status]).toEqual([row.id, role, 403]);
        else expect([401, 403, 500], `${row.id} as ${role}`).not.toContain(status);
      }
      seen.push(row.id);
    }
    expect(seen.length).toBeGreaterThan(60);
  });

  it.each(["Basic eDp5", "Bearer", "Bearer ", "bearer\tx", "Token x", `Bearer ${"x".repeat(600)}`, "Bearer a b"])(
    "are not known by %j",
    async (authorization) => {
      const answer = await house.call("GET", "/api/v1/nodes", { headers: { Authorization: authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
    },
  );
});
