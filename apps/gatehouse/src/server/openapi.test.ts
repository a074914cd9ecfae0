import { apiDocument, documented, operationsOf } from "@gatehouse/api/testing";
import { createCatalogArchive, createSubmissions, SecretBox } from "@gatehouse/store";
import { beforeAll, describe, expect, it } from "vitest";
import { csrFor } from "./csr.test.helper.js";
import { type Answer, enrol, useGateway } from "./gateway.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const operations = operationsOf(apiDocument());
const JOB = "d6a09c93-632e-11e6-9c21-80e6500eb60d";

describe("what is there", () => {
  let agentId = "";
  let nodeId = "";
  const succeeded = new Set<string>();
  const patterns = operations.map(({ id, method, path }) => ({
    id,
    method,
    pattern: new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  }));
  const admin = async (method: string, below: string, body?: unknown): Promise<Answer> => {
    const target = `/api/v1${below}`;
    const answer = await house.call(method, target, {
      token: house.tokens.admin,
      ...(body === undefined ? {} : { body }),
    });
    const path = target.replace(/\?.*/, "");
    const found = patterns.find((each) => each.method === method && each.pattern.test(path));
    if (answer.status < 300 && found !== undefined) succeeded.add(found.id);
    return answer;
  };
  const submissions = () => createSubmissions(house.db, house.gateway.work.wake);
  const settled = async () => expect(await submissions().settled(agentId, 30_000)).toBe(true);
  const handIn = (body: string) => submissions().accept({ agentId, kind: "dsc.report", body: Buffer.from(body) });

  beforeAll(async () => {
    ({ agentId, nodeId } = await enrol(house, "6D1FA4F7-0000-4000-8000-00000000000A", "web-1"));
  });

  it("a report is listed, shown with its lines, and handed out as it came", async () => {
    const items = ["True", "False"].map((InDesiredState, i) => ({ ResourceId: `[File]${i}`, InDesiredState }));
    const StatusData = [
      JSON.stringify({ ResourcesInDesiredState: items.slice(0, 1), ResourcesNotInDesiredState: items.slice(1) }),
    ];
    const sent = JSON.stringify({ JobId: JOB, OperationType: "Consistency", Status: "Success", StatusData });
    await handIn(sent);
    const { json } = await admin("GET", "/reports?node=WEB-1&limit=1");
    expect(json.reports).toMatchObject([{ nodeId, agentId, run: JOB, protocol: "dsc", published: [] }]);
    const [{ id, parts, status }] = json.reports;
    expect((await admin("GET", `/reports/${id}`)).json).toEqual(json.reports[0]);
    const first = await admin("GET", `/reports/${id}/events?limit=1`);
    const second = await admin("GET", `/reports/${id}/events?limit=1&after=${first.json.next}`);
    expect([...first.json.events, ...second.json.events].map(({ resource }) => resource).toSorted()).toEqual([
      "[File]0",
      "[File]1",
    ]);
    expect(second.json.next).toBeNull();
    const raw = await admin("GET", `/reports/${id}/submissions/${parts[0].submissionId}`);
    expect(raw.text).toBe(sent);
    expect(raw.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "x-content-type-options": "nosniff",
    });
    expect(raw.headers["content-disposition"]).toMatch(/^attachment; filename="[\w.-]+"$/);
    const shown = await admin("GET", "/nodes/web-1");
    expect(shown.json.agents[0].latestReport).toMatchObject({ reportId: id, status });
  });

  it.each([
    ["status", "status=running"],
    ["protocol", "protocol=puppet"],
    ["time", "since=2099-01-01T00:00:00Z"],
    ["an earlier time", "until=2001-01-01T00:00:00%2B02:00"],
  ])("reports of another %s are not listed", async (_, query) => {
    expect((await admin("GET", "/reports")).json.reports).toHaveLength(1);
    expect((await admin("GET", `/reports?${query}`)).json).toEqual({ reports: [], next: null });
  });

  it("what a node says about itself is told, with what changed in it", async () => {
    for (const version of ["5.1", "7.4"]) {
      const AdditionalData = [{ Key: "PSVersion", Value: JSON.stringify({ PSVersion: version }) }];
      await handIn(JSON.stringify({ JobId: JOB, AdditionalData }));
      // Of two in one batch only the last state counts.
      await settled();
    }
    expect((await admin("GET", "/nodes/web-1/facts")).json.facts).toMatchObject([
      { source: "dsc", facts: { powershell: { version: "7.4" } } },
    ]);
    expect((await admin("GET", "/nodes/web-1/history?subject=facts")).json).toMatchObject({
      changes: [{ source: "dsc", path: "powershell.version", before: "5.1", after: "7.4" }],
      next: null,
    });
  });

  it("a dead letter is shown, put back, and thrown away", async () => {
    await handIn("<html>");
    await settled();
    const list = await admin("GET", "/dead-letters");
    expect(list.json.deadLetters).toMatchObject([
      { agentId, nodeId, nodeName: "web-1", kind: "dsc.report", redrives: 0 },
    ]);
    const [letter] = list.json.deadLetters;
    expect((await admin("GET", `/dead-letters/${letter.id}`)).json).toEqual(letter);
    expect((await admin("GET", `/dead-letters/${letter.id}/body`)).text).toBe("<html>");
    expect((await admin("POST", `/dead-letters/${letter.id}/redrive`)).status).toBe(204);
    await settled();
    expect((await admin("GET", `/dead-letters/${letter.id}`)).json.redrives).toBe(1);
    expect((await admin("POST", "/dead-letters/redrive")).json).toEqual({ redriven: 1 });
    await settled();
    expect((await admin("GET", "/status")).json.backlog).toEqual({ waiting: 0, oldestAt: null, deadLetters: 1 });
    expect((await admin("DELETE", `/dead-letters/${letter.id}`)).status).toBe(204);
    expect((await admin("DELETE", `/dead-letters/${letter.id}`)).status).toBe(404);
    expect((await admin("GET", "/dead-letters")).json).toEqual({ deadLetters: [], next: null });
  });

  it("a node is listed by what it is, labelled, explained and put out of service", async () => {
    const found = async (query: string) => (await admin("GET", `/nodes?${query}`)).json.nodes.length;
    expect((await admin("POST", `/nodes/${nodeId}/labels`, { set: { site: "100%", __proto: "x" } })).json).toEqual({
      labels: { site: "100%", __proto: "x" },
    });
    expect((await admin("POST", "/nodes/web-1/labels", '{"set":{"__proto__":"y"},"remove":["__proto"]}')).status).toBe(
      200,
    );
    for (const yes of ["label=site=100%25&label=__proto__=y", "name=WEB", "state=active", "family=dsc"])
      expect([yes, await found(yes)]).toEqual([yes, 1]);
    for (const no of [
      "label=site=100",
      "name=eb",
      "name=%25",
      "name=_eb",
      "state=expired",
      "family=puppet",
      "reportStatus=hung",
      "notSeenDays=1",
    ])
      expect([no, await found(no)]).toEqual([no, 0]);
    await house.db.run("update agent_contacts set last_seen = now() - interval '50 hours'");
    for (const [days, nodes] of [
      [2, 1],
      [3, 0],
    ])
      expect([days, await found(`notSeenDays=${days}`)]).toEqual([days, nodes]);
    await admin("PUT", "/nodes/web-1/settings/dsc.configurations", { value: ["Web"] });
    const { json } = await admin("GET", "/nodes/web-1/explain");
    expect(json).toMatchObject({
      id: nodeId,
      lifeCycle: { state: "active" },
      settings: [{ setting: "dsc.configurations", value: ["Web"], from: [{ by: "hand" }] }],
    });
    expect(json.agents[0]).toMatchObject({ id: agentId, registrations: [{ keyName: null, times: 1 }] });
    expect(json.agents[0].configurations).toMatchObject([{ name: "Web", published: null }]);
    expect((await admin("DELETE", "/nodes/web-1/settings/dsc.configurations")).status).toBe(204);
    const group = { rule: { field: "name", prefix: "WEB" }, settings: { "dsc.configurations": ["Base"] } };
    expect((await admin("POST", "/groups/test", { rule: group.rule })).json).toMatchObject({
      total: 1,
      nodes: [{ id: nodeId }],
    });
    expect((await admin("PUT", "/groups/all-web", group)).json).toMatchObject({ name: "all-web", changed: true });
    expect((await admin("PUT", "/groups/all-web", group)).json.changed).toBe(false);
    expect((await admin("GET", "/groups/all-web/nodes")).json).toMatchObject({ total: 1, nodes: [{ id: nodeId }] });
    expect((await admin("GET", "/groups")).json.groups).toMatchObject([{ name: "all-web", changedBy: "the-admin" }]);
    expect((await admin("GET", "/groups/ALL-web")).json).toMatchObject({ name: "all-web", rule: group.rule });
    expect((await admin("GET", "/nodes/web-1/explain")).json).toMatchObject({
      settings: [{ setting: "dsc.configurations", value: ["Base"], from: [{ by: "group", group: "all-web" }] }],
      groups: [{ group: "all-web", matches: true }],
    });
    const { json: refused } = await admin("PUT", "/groups/more", { ...group, rule: { field: "labls.x", eq: 1 } });
    expect(refused).toMatchObject({ status: 400, title: expect.stringMatching(/rule\/field.*labels\.x/) });
    expect((await admin("DELETE", "/groups/all-web")).status).toBe(204);
    expect((await admin("POST", "/nodes/web-1/deactivate")).json).toMatchObject({
      state: "deactivated",
      stateBy: "the-admin",
    });
    expect(await found("state=deactivated")).toBe(1);
    expect((await admin("POST", "/nodes/web-1/activate")).json.state).toBe("active");
  });

  it("nodes that may be one machine wait, are dismissed, merged, put back and split", async () => {
    const named = (family: "dsc" | "puppet", value: string) =>
      house.gateway.registry.enrol({
        alias: { family, kind: "id", value },
        nodeName: value,
        evidence: [{ kind: "name", value: "twin" }],
        trust: "key",
        role: "x",
        keyId: null,
        detail: {},
        merge: (before) => before,
      });
    const [one, two] = [await named("dsc", "twin-1"), await named("puppet", "twin-2")];
    const { json } = await admin("GET", "/pending");
    expect(json).toMatchObject({
      openConflicts: 1,
      conflicts: [{ kind: "unproven", node: { id: two.nodeId }, other: { id: one.nodeId, name: "twin-1" } }],
      certificateRequests: [],
    });
    expect((await admin("POST", `/identity-conflicts/${json.conflicts[0].id}/dismiss`)).status).toBe(200);
    expect((await admin("GET", "/status")).json.pending.identityConflicts).toBe(0);
    const merged = await admin("POST", "/nodes/twin-1/merge", { from: "twin-2" });
    expect(merged.json).toMatchObject({ kind: "merge", by: "the-admin", agents: [two.agentId] });
    expect((await admin("GET", `/nodes/${two.nodeId}`)).json.id).toBe(one.nodeId);
    const split = await admin("POST", "/nodes/twin-1/split", { agents: ["TWIN-2"] });
    expect(split.status).toBe(200);
    for (const { json } of [split, merged])
      expect((await admin("POST", `/identity-changes/${json.id}/undo`)).json.undoneBy).toBe("the-admin");
    const { changes } = (await admin("GET", "/identity-changes?node=twin-1")).json;
    expect(changes.map(({ kind }: { kind: string }) => kind)).toEqual(["split", "merge"]);
    const { identity } = (await admin("GET", `/nodes/${two.nodeId}/explain`)).json;
    expect(identity.agents).toMatchObject([{ agentId: two.agentId, by: "the-admin", changeId: merged.json.id }]);
    for (const { nodeId: id } of [one, two]) expect((await admin("DELETE", `/nodes/${id}`)).status).toBe(200);
  });

  it("keys, tokens and content come and go", async () => {
    await admin("POST", "/enrolment-keys/dsc", { name: "fleet" });
    await admin("GET", "/enrolment-keys/dsc");
    await admin("DELETE", "/enrolment-keys/dsc/fleet");
    await admin("POST", "/tokens", { name: "ci", role: "viewer" });
    expect((await admin("GET", "/tokens")).json.tokens).toHaveLength(4);
    await admin("DELETE", "/tokens/ci");
    const mof = 'instance of OMI_ConfigurationDocument { Version="2.0.0"; };';
    expect((await admin("POST", "/artifacts/dsc-configuration?file=Web.mof", mof)).status).toBe(201);
    await admin("GET", "/artifacts/dsc-configuration");
    await admin("GET", "/artifacts/dsc-configuration/Web/versions");
    expect((await admin("PUT", "/artifacts/dsc-configuration/Web/channels/current", { version: 1 })).status).toBe(200);
  });

  it("documents are applied, with the content that they name", async () => {
    const mof = 'instance of OMI_ConfigurationDocument { Version="2.0.1"; };';
    const staged = await admin("POST", "/apply/files", mof);
    expect(staged.status).toBe(201);
    const small = await admin("POST", "/apply/small-files", { files: [Buffer.from(mof).toString("base64"), ""] });
    expect(small).toMatchObject({ status: 201, json: { files: [staged.json, { size: 0 }] } });
    const sha256s = [staged.json.sha256, "00".repeat(32)];
    expect((await admin("POST", "/apply/missing-files", { sha256s })).json).toEqual({ missing: ["00".repeat(32)] });
    const body = {
      documents: [{ kind: "Configuration", name: "Applied", spec: { file: "a.mof" } }],
      files: { "a.mof": staged.json },
    };
    const change = { action: "create", kind: "Configuration", name: "Applied", fields: [], note: null };
    const answer = { set: "default", dryRun: false, changes: [change], unchanged: 0, warnings: [] };
    expect((await admin("POST", "/apply", body)).json).toEqual(answer);
    expect((await admin("GET", "/apply/schema")).json.definitions.Configuration).toMatchObject({ type: "object" });
  });

  it("an environment is deployed, listed, rolled back and withdrawn", async () => {
    const { sha256, size } = (await admin("POST", "/apply/files", "# nothing\n")).json;
    const file = { type: "file", path: "site.pp", mode: 0o644, mtime: 1_763_700_000, size, sha256 };
    const folder = { type: "directory", path: "manifests", mode: 0o755, mtime: 1_763_700_000 };
    const deploy = (...entries: object[]) => admin("PUT", "/environments/production", { entries });
    expect(await deploy(file)).toMatchObject({ status: 201, json: { version: 1, changed: true } });
    expect(await deploy({ ...file, mtime: 5 })).toMatchObject({ status: 200, json: { version: 1, changed: false } });
    expect((await deploy(file, folder)).json).toEqual({ name: "production", version: 2, changed: true });
    expect((await admin("POST", "/environments/production/rollback", {})).json).toMatchObject({ version: 1 });
    const summary = { name: "production", deployedBy: "the-admin", files: 1, bytes: size };
    expect((await admin("GET", "/environments/production/versions")).json.versions).toMatchObject([
      { ...summary, version: 2, current: false },
      { ...summary, version: 1, current: true },
    ]);
    expect((await admin("GET", "/environments")).json.environments).toMatchObject([{ ...summary, version: 1 }]);
    expect((await admin("DELETE", "/environments/production")).status).toBe(204);
    expect((await admin("DELETE", "/environments/production")).status).toBe(404);
  });

  it("a node's catalog is shown, or why there is none", async () => {
    const certname = "puppet-1.example.org";
    const { nodeId: id } = await house.gateway.registry.enrol({
      ...{ alias: { family: "puppet", kind: "certname", value: certname }, nodeName: certname, evidence: [] },
      ...{ trust: "certificate", role: "certificate", keyId: null, detail: { extensions: { pp_role: "web" } } },
      merge: (before) => before,
    });
    const setting = `/nodes/${id}/settings/puppet.resources`;
    const put = (resources: object) => admin("PUT", setting, { value: resources });
    expect((await put({ "File[/a]": { contents: "x" } })).text).toContain('File has no parameter \\"contents\\"');
    const secret = { __ptype: "Sensitive", __pvalue: "s3cr3t" };
    await put({ "File[/a]": { content: secret }, "Notify[%{trusted.extensions.pp_role}]": { before: "File[/a]" } });
    const { json } = await admin("GET", `/nodes/${id}/catalog`);
    expect(json).toMatchObject({ name: certname, environment: "production", code_id: null });
    expect(json.resources.slice(3)).toMatchObject([
      { type: "Notify", title: "web" },
      { type: "File", title: "/a", parameters: { content: "[redacted]" } },
    ]);
    await put({ "Notify[%{facts.role}]": {} });
    const refused = await admin("GET", `/nodes/${id}/catalog`);
    expect([refused.status, refused.json.detail ?? refused.text]).toEqual([
      409,
      expect.stringContaining("%{facts.role} has no value"),
    ]);
    const archive = createCatalogArchive(house.db, new SecretBox(Buffer.alloc(32)));
    for (const resources of [[], json.resources]) {
      const result = { catalog: { ...json, resources }, exported: [] };
      const outcome = {
        nodeId: id,
        certname,
        environment: "production",
        version: 1,
        milliseconds: 1,
        logs: [],
        result,
      };
      await archive.keep(outcome);
    }
    const { catalogs } = (await admin("GET", `/nodes/${id}/catalogs`)).json;
    expect(catalogs).toMatchObject([{ resources: json.resources.length }, { resources: 0 }]);
    expect((await admin("GET", `/nodes/${id}/catalogs/${catalogs[0].id}`)).json.catalog).toEqual(json);
    const { added } = (await admin("GET", `/nodes/${id}/catalogs/${catalogs[0].id}/differences`)).json;
    expect(added).toHaveLength(json.resources.length);
    expect((await admin("DELETE", `/nodes/${id}`)).status).toBe(200);
  });

  it("a request is tested, listed, signed or thrown away", async () => {
    const ask = async (name: string) => {
      const body = csrFor(name);
      const path = `/puppet-ca/v1/certificate_request/${name}`;
      const headers = { "X-Forwarded-Proto": "https" };
      expect((await house.call("PUT", path, { headers, body })).status).toBe(200);
      return body;
    };
    const csr = await ask("web01");
    await ask("web02");
    const found = await admin("POST", "/autosign-rules/test", { csr });
    expect(found.json).toMatchObject({ name: "web01", key: "EC P-256", refusal: null, signed: false });
    const { requests } = (await admin("GET", "/certificate-requests")).json;
    expect(requests).toMatchObject([{ name: "web01", profile: "puppet", note: "no rule" }, { name: "web02" }]);
    expect(requests[0].fingerprints.sha256).toBe(found.json.fingerprint);
    expect((await admin("GET", "/certificates/web01")).json).toMatchObject({
      state: "requested",
      request: requests[0],
    });
    expect((await admin("DELETE", "/certificate-requests/web02")).status).toBe(204);
    expect((await admin("DELETE", "/certificate-requests/web02")).status).toBe(404);
    expect((await admin("POST", "/certificates/web01/sign", {})).status).toBe(204);
    expect((await admin("GET", "/certificate-requests")).json).toEqual({ requests: [] });
  });

  it("a certificate is generated, shown, revoked and cleaned", async () => {
    const made = await admin("POST", "/certificates", { name: "web03", extensions: { pp_role: "web" } });
    expect(made.status).toBe(201);
    const shown = (await admin("GET", "/certificates/web03")).json;
    expect(shown).toMatchObject({ state: "signed", certificate: { extensions: { pp_role: "web" } } });
    expect(made.json.certificate).toBe(shown.pem);
    const { serial } = shown.certificate;
    const state = async (name: string) => (await admin("GET", `/certificates/${name}`)).json.state;
    expect((await admin("POST", "/certificates/revoke", { serials: [serial] })).json).toEqual({ revoked: [serial] });
    expect((await admin("POST", "/certificates/web01/revoke")).status).toBe(204);
    expect([await state("web01"), await state("web03")]).toEqual(["revoked", "revoked"]);
    const { certificates } = (await admin("GET", "/certificates?state=revoked")).json;
    expect(certificates.map(({ name }: { name: string }) => name)).toEqual(["web01", "web03"]);
    expect((await admin("POST", "/certificates/web03/clean")).status).toBe(204);
    expect((await admin("GET", "/certificates/web03")).status).toBe(404);
  });

  it("rules for requests are added, listed and taken away", async () => {
    const put = await admin("PUT", "/autosign-rules/web", { kind: "token", names: ["*.example.org"] });
    const { secret, ...rule } = put.json;
    expect(rule).toMatchObject({ name: "web", kind: "token", used: 0, uses: 1, createdBy: "the-admin" });
    expect((await admin("GET", "/autosign-rules")).json).toEqual({ rules: [rule] });
    expect(secret).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect((await admin("DELETE", "/autosign-rules/web")).status).toBe(204);
    expect((await admin("GET", "/autosign-rules")).json).toEqual({ rules: [] });
  });

  it("rules of who may call what are added, listed, explained and taken away", async () => {
    const spec = { "sort-order": 400, "match-request": { path: "/puppet/v3/x", type: "path" }, allow: "*" };
    const put = await admin("PUT", "/authorization-rules/own", { protocol: "puppet", spec });
    expect(put.json).toMatchObject({ name: "own", protocol: "puppet", spec, createdBy: "the-admin" });
    const [first] = (await admin("GET", "/authorization-rules")).json.rules;
    expect(first).toMatchObject({ name: "own", origin: "stored", sortOrder: 400, who: "any node", fault: null });
    const call = { call: "GET /puppet/v3/x", certname: "web01" };
    expect((await admin("POST", "/authorization-rules/explain", call)).json).toMatchObject({
      allowed: true,
      rule: first,
    });
    expect((await admin("DELETE", "/authorization-rules/own")).status).toBe(204);
  });

  it("credentials are put, listed and taken away", async () => {
    const body = { kind: "password", username: "root", secret: "correct horse" };
    const put = await admin("PUT", "/credentials/esx", body);
    expect((await admin("GET", "/credentials")).json).toEqual({ credentials: [put.json] });
    expect(put.json).toMatchObject({ name: "esx", kind: "password", username: "root", createdBy: "the-admin" });
    expect((await admin("DELETE", "/credentials/esx")).status).toBe(204);
  });

  it("the authority is shown, with its certificates and lists as agents get them", async () => {
    const { json } = await admin("GET", "/authority");
    expect(json).toMatchObject({ origin: "made", bootstrap: { server: null, port: null } });
    expect(json.certificates).toHaveLength(2);
    expect(json.crls.map(({ revoked }: { revoked: number }) => revoked)).toEqual([2, 0]);
    const agent = (path: string) =>
      house.call("GET", `/puppet-ca/v1/${path}`, { headers: { "X-Forwarded-Proto": "https" } });
    const ca = await admin("GET", "/authority/ca.pem");
    const crl = await admin("GET", "/authority/crl.pem");
    expect([ca.text, crl.text]).toEqual([
      (await agent("certificate/ca")).text,
      (await agent("certificate_revocation_list/ca")).text,
    ]);
    expect([ca.text.match(/-BEGIN CERTIFICATE-/g), crl.text.match(/-BEGIN X509 CRL-/g)]).toMatchObject([
      { length: 2 },
      { length: 2 },
    ]);
  });

  it("the gateway tells of itself", async () => {
    const { json } = await admin("GET", "/status");
    expect(json).toMatchObject({ nodes: { active: 1, expired: 0, deactivated: 0 }, protocols: ["dsc", "puppet"] });
    expect(Object.values(json.reports24h)).toEqual([1]);
    expect(Object.values(json.latestReports)).toEqual([1]);
    const { checks } = (await admin("GET", "/doctor")).json;
    expect(checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: "authority", state: "ok" }),
        expect.objectContaining({ id: "revocation-lists", state: "ok" }),
      ]),
    );
  });

  it("a purged node is gone, with its reports", async () => {
    expect((await admin("DELETE", "/nodes/web-1")).json).toEqual({ nodeId, name: "web-1", agents: 1, reports: 1 });
    expect((await admin("GET", `/nodes/${nodeId}`)).status).toBe(404);
    expect((await admin("GET", "/reports")).json.reports).toEqual([]);
  });

  it("every write left a trace, newest first, and no read did", async () => {
    const { json } = await admin("GET", "/audit-events");
    expect(json.events.map(({ action }: { action: string }) => action).toReversed()).toEqual([
      "dead-letter.redrive",
      "dead-letter.redrive",
      "dead-letter.discard",
      "node.label",
      "node.label",
      "node.setting.set",
      "node.setting.remove",
      "group.put",
      "group.remove",
      "node.deactivate",
      "node.activate",
      "identity.conflict",
      "identity.dismiss",
      "node.merge",
      "node.split",
      "node.undo",
      "node.undo",
      "node.purge",
      "node.purge",
      "enrolment-key.add",
      "enrolment-key.revoke",
      "token.create",
      "token.revoke",
      "artifact.publish",
      "artifact.move-channel",
      "apply.create",
      "environment.deploy",
      "environment.deploy",
      "environment.rollback",
      "environment.withdraw",
      "node.setting.set",
      "node.setting.set",
      "node.purge",
      "ca.request.delete",
      "ca.sign",
      "ca.generate",
      "ca.revoke-serials",
      "ca.revoke",
      "ca.clean",
      "ca.policy.put",
      "ca.policy.remove",
      "authorization-rule.put",
      "authorization-rule.remove",
      "credential.put",
      "credential.remove",
      "node.purge",
    ]);
    const page = async (query: string) => (await admin("GET", `/audit-events?${query}`)).json;
    const first = await page("action=dead-letter.&limit=2");
    expect(first.events.map(({ subject }: { subject: string }) => subject)).toEqual([
      expect.stringMatching(/^\d+$/),
      "all",
    ]);
    const second = await page(`action=dead-letter.&limit=2&after=${first.next}`);
    expect([second.events.length, second.next]).toEqual([1, null]);
    expect((await page("actor=the-viewer")).events).toEqual([]);
    expect((await page(`subject=${nodeId}&action=node.purge&actor=the-admin`)).events).toMatchObject([
      { detail: { reports: 1 } },
    ]);
    expect((await page("until=2001-01-01T00:00:00Z")).events).toEqual([]);
    expect((await page("since=2099-01-01T00:00:00Z")).events).toEqual([]);
  });

  it("every operation has succeeded once, as documented", async () => {
    await admin("GET", "/openapi.json");
    expect([...succeeded].toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
  });
});
