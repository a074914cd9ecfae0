import { apiDocument, documented, type Operated, operationsOf } from "@gatehouse/api/testing";
import type { Role } from "@gatehouse/core/access";
import { createSubmissions } from "@gatehouse/store";
import { beforeAll, describe, expect, it } from "vitest";
import { type Answer, enrol, useGateway } from "./gateway.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const ROLES: readonly Role[] = ["viewer", "operator", "admin"];
const operations = operationsOf(apiDocument());
const JOB = "d6a09c93-632e-11e6-9c21-80e6500eb60d";

/** A path that fits; nothing that there is. */
const pathOf = ({ path }: Operated) =>
  `/api/v1${path.replace("{kind}", "dsc-configuration").replace("{protocol}", "dsc").replace("{setting}", "dsc.configurations")}`.replaceAll(
    /\{\w+\}/g,
    "1",
  );
/** What is long enough to be read, and fits nothing. */
const bodyOf = ({ requestBody }: Operated) => (requestBody === undefined ? {} : { body: { "no such field": 1 } });

describe("the document", () => {
  it("is served as it is committed, to anyone", async () => {
    const { status, json } = await house.call("GET", "/api/v1/openapi.json");
    expect([status, json]).toEqual([200, apiDocument()]);
  });
});

describe.each(operations)("$id", (operation) => {
  const { id, method, role } = operation;
  const call = (who: { token?: string }) => house.call(method, pathOf(operation), { ...who, ...bodyOf(operation) });

  it("is for nobody without a token, unless it is for anyone", async () => {
    if (role === "anyone") expect((await call({})).status).toBe(200);
    else expect((await call({})).json).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("is for its role and those above", async () => {
    const needed = ROLES.indexOf(role as Role);
    for (const [rank, name] of ROLES.entries()) {
      const answer = await call({ token: house.tokens[name] });
      if (rank < needed) expect(answer.json, name).toMatchObject({ status: 403, code: "forbidden" });
      else expect([401, 403, 500], `${name}: ${answer.text}`).not.toContain(answer.status);
    }
  });

  it("knows its query parameters, each once, and no other", async () => {
    const ask = (query: string) => house.call(method, `${pathOf(operation)}?${query}`, { token: house.tokens.admin });
    const names = operation.parameters.flatMap(({ in: where, name, schema }) =>
      where === "query" && (schema as { type?: string }).type !== "array" ? [String(name)] : [],
    );
    const other = await ask("no-such-parameter=1");
    expect([other.status, other.json.title]).toEqual([400, expect.stringContaining('"no-such-parameter"')]);
    for (const name of names) {
      expect(other.json.title).toContain(name);
      const twice = await ask(`${name}=1&${name}=1`);
      expect([twice.status, twice.json.title]).toEqual([400, expect.stringContaining(`${name} may stand once`)]);
    }
  });

  it("has words for a body with fields that it does not have", async () => {
    if (operation.requestBody === undefined || id === "api.artifacts.publish") return;
    const answer = await call({ token: house.tokens.admin });
    expect([answer.status, answer.json.title]).toEqual([400, expect.stringContaining('"no such field"')]);
  });
});

/** Every place that a page may begin at which is none of this list's. */
const FOREIGN = [
  "noise",
  "e30",
  "WyJhIiwiYiJd",
  ...[
    ["2026-01-01T00:00:00.000Z", "x"],
    ["2026-01-01T00:00:00.000Z", "99999999999999999999"],
    ["tomorrow", "1"],
    // Years that JavaScript has and PostgreSQL has not.
    ["-271820-01-01T00:00:00.000Z", "1"],
    ["+275760-01-01T00:00:00.000Z", "1"],
    ["7", "-1"],
    ["\0", "0b8a0e0a-0000-4000-8000-000000000001"],
    [1, 2],
    ["a", "b", "c"],
  ].map((place) => Buffer.from(JSON.stringify(place)).toString("base64url")),
];

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
      settings: { "dsc.configurations": ["Web"] },
    });
    expect(json.agents[0]).toMatchObject({ id: agentId, registrations: [{ keyName: null, times: 1 }] });
    expect(json.agents[0].configurations).toMatchObject([{ name: "Web", published: null }]);
    expect((await admin("DELETE", "/nodes/web-1/settings/dsc.configurations")).status).toBe(204);
    expect((await admin("POST", "/nodes/web-1/deactivate")).json).toMatchObject({
      state: "deactivated",
      stateBy: "the-admin",
    });
    expect(await found("state=deactivated")).toBe(1);
    expect((await admin("POST", "/nodes/web-1/activate")).json.state).toBe("active");
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

  it("the gateway tells of itself", async () => {
    const { json } = await admin("GET", "/status");
    expect(json).toMatchObject({ nodes: { active: 1, expired: 0, deactivated: 0 }, protocols: ["dsc"] });
    expect(Object.values(json.reports24h)).toEqual([1]);
    expect(Object.values(json.latestReports)).toEqual([1]);
    const { checks } = (await admin("GET", "/doctor")).json;
    expect(checks.length).toBeGreaterThan(0);
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
      "node.deactivate",
      "node.activate",
      "enrolment-key.add",
      "enrolment-key.revoke",
      "token.create",
      "token.revoke",
      "artifact.publish",
      "artifact.move-channel",
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

describe("a list", () => {
  const lists = ["/nodes", "/reports", "/dead-letters", "/audit-events"];
  const get = (target: string) => house.call("GET", `/api/v1${target}`, { token: house.tokens.admin });

  it.each(lists.flatMap((list) => FOREIGN.map((after) => [list, after])))(
    "%s has no page after %s",
    async (list, after) => {
      const { status, json } = await get(`${list}?after=${after}`);
      expect([status, json.code]).toEqual([400, "request-malformed"]);
    },
  );

  it("has nothing past its end, wherever that is", async () => {
    const after = (...place: string[]) => Buffer.from(JSON.stringify(place)).toString("base64url");
    const uuid = "ffffffff-ffff-4fff-bfff-ffffffffffff";
    expect((await get(`/nodes?after=${after("\uffff", uuid)}`)).json).toEqual({ nodes: [], next: null });
    const place = after("1970-01-01T00:00:00.000Z", "1");
    expect((await get(`/reports?after=${place}`)).json).toEqual({ reports: [], next: null });
    expect((await get(`/dead-letters?after=${place}`)).json).toEqual({ deadLetters: [], next: null });
    // By its number: what comes after the first event of all.
    expect((await get(`/audit-events?after=${place}`)).json).toEqual({ events: [], next: null });
  });
});
