import { createHash } from "node:crypto";
import { once } from "node:events";
import https from "node:https";
import path from "node:path";
import { createTestAuthority, type Identity } from "@gatehouse/http/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../config/load.js";
import { mountable } from "../config/schema.js";
import { serverIssuer } from "./authority/issuer.js";
import { ownCertificate } from "./certificate.js";
import { useGateway } from "./gateway.test.helper.js";
import { closeListeners, type Listener, openListeners } from "./listeners.js";

const house = useGateway({ env: { GATEHOUSE_HISTORY_VOLATILE: '["counter"]' } });
const NODE = "web01.example.org";
let listeners: Listener[] = [];
let ca = "";
let agent: Identity;
let administrator: Identity;

beforeAll(async () => {
  const { service } = house.gateway.authority;
  const own = () => ownCertificate(path.join(house.dataDir, "tls"), [], new Date(), serverIssuer(service));
  const env = { GATEHOUSE_LISTENERS: JSON.stringify([{ address: "127.0.0.1:0", mounts: mountable }]) };
  listeners = await openListeners(loadConfig({}, env), own, house.gateway.app);
  ca = (await service.caBundle()).pem;
  agent = await made(NODE);
  administrator = await made("boss.example.org", { pp_cli_auth: "true" });
});
afterAll(() => closeListeners(listeners, 0));

async function made(name: string, extensions = {}): Promise<Identity> {
  const body = { name, profile: "puppet", extensions };
  const { json } = await house.call("POST", "/api/v1/certificates", { token: house.tokens.admin, body });
  return { cert: json.certificate, key: json.key };
}

/** A call over TLS with a certificate of ours. */
async function call(method: string, target: string, type: string, body: Buffer | string = "", identity = agent) {
  const headers = { "Content-Type": type, Accept: "*/*" };
  const request = https.request(`${listeners[0]?.url}/puppet/v3/${target}`, {
    agent: false,
    ca,
    ...identity,
    method,
    headers,
  });
  request.end(body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode as number, text: Buffer.concat(chunks).toString() };
}
const viewer = async (target: string) =>
  (await house.call("GET", `/api/v1${target}`, { token: house.tokens.viewer })).json;

describe("what a Puppet agent hands in", () => {
  it("facts: are those of its node, and their changes its history", async () => {
    const put = (values: object) =>
      call("PUT", `facts/${NODE}`, "application/json", JSON.stringify({ name: NODE, values }));
    expect(await put({ os: { family: "Debian" }, counter: 1, system_uptime: { seconds: 1 } })).toMatchObject({
      status: 200,
      text: "0",
    });
    // Of two in one batch only the last state counts.
    await house.gateway.work.idle();
    expect((await put({ os: { family: "RedHat" }, counter: 2, system_uptime: { seconds: 2 } })).status).toBe(200);
    const { facts } = await viewer(`/nodes/${NODE}/facts`);
    expect(facts).toMatchObject([{ source: "puppet", facts: { os: { family: "RedHat" }, counter: 2 } }]);
    expect(await viewer(`/nodes/${NODE}/history`)).toMatchObject({
      changes: [{ subject: "facts", source: "puppet", path: "os.family", before: "Debian", after: "RedHat" }],
      next: null,
    });
  });

  it("a report: is listed with its resources, its totals from the metrics", async () => {
    const report = {
      ...{ host: NODE, time: "2026-11-20T19:39:05.622869601+00:00", transaction_uuid: "u-1", status: "changed" },
      ...{ report_format: 12, environment: "production", logs: [] },
      metrics: { resources: { values: [["total", "Total", 30]] } },
      resource_statuses: { "File[/a]": { resource: "File[/a]", resource_type: "File", changed: true, events: [] } },
    };
    for (const _ of ["once", "and once more (G2)"])
      expect(await call("PUT", `report/${NODE}`, "application/json", JSON.stringify(report))).toMatchObject({
        status: 200,
        text: '["store"]',
      });
    const { reports } = await viewer(`/reports?node=${NODE}`);
    expect(reports).toMatchObject([
      { protocol: "puppet", run: "u-1", status: "success", counts: { changed: 1, ok: 29 } },
    ]);
    const { events } = await viewer(`/reports/${reports[0].id}/events`);
    expect(events).toMatchObject([{ resource: "File[/a]", status: "changed" }]);
  });

  it("a report: names the catalog that its run applied, and the catalog its reports", async () => {
    const given = await call("GET", `catalog/${NODE}?environment=production`, "");
    expect(given.status).toBe(200);
    const report = {
      ...{ host: NODE, time: "2026-11-20T20:09:05.622869601+00:00", transaction_uuid: "u-3", status: "unchanged" },
      ...{ report_format: 12, environment: "production", catalog_uuid: JSON.parse(given.text).catalog_uuid },
      ...{ logs: [], metrics: {}, resource_statuses: {} },
    };
    expect((await call("PUT", `report/${NODE}`, "application/json", JSON.stringify(report))).status).toBe(200);
    const { reports } = await viewer(`/reports?node=${NODE}`);
    const of = async (run: string) => viewer(`/reports/${reports.find((one: { run: string }) => one.run === run).id}`);
    const { id, catalog } = await of("u-3");
    expect(catalog).toMatchObject({ environment: "production", times: 1, warnings: 0, error: null });
    const { reports: runs } = await viewer(`/nodes/${NODE}/catalogs/${catalog.id}`);
    expect(runs).toEqual([{ id, status: "success", firstAt: expect.any(String) }]);
    expect((await of("u-1")).catalog).toBeNull();
  });

  it("a report in YAML: is read by a thread, and its tags make nothing", async () => {
    const yaml = `--- !ruby/object:Puppet::Transaction::Report
host: ${NODE}
time: 2026-11-20 20:39:05.622869601 +00:00
transaction_uuid: u-2
status: failed
logs:
- !ruby/object:Puppet::Util::Log
  level: !ruby/sym err
  message: no such package
  source: Puppet
`;
    expect((await call("PUT", `report/${NODE}`, "text/yaml", yaml)).status).toBe(200);
    const { reports } = await viewer(`/reports?node=${NODE}&status=failure`);
    expect(reports).toMatchObject([{ run: "u-2", errors: [{ message: "no such package" }] }]);
    const bad = await call("PUT", `report/${NODE}`, "text/yaml", "a: *b");
    expect([bad.status, JSON.parse(bad.text).issue_kind]).toEqual([400, "RUNTIME_ERROR"]);
  });

  it("files that it backs up: are for administrators, and compared for them", async () => {
    const sum = (text: string) => createHash("sha256").update(text).digest("hex");
    const put = (text: string) =>
      call("PUT", `file_bucket_file/sha256/${sum(text)}//etc/motd`, "application/octet-stream", text);
    expect([(await put("one\n")).status, (await put("two\n")).status]).toEqual([200, 200]);
    expect((await call("HEAD", `file_bucket_file/sha256/${sum("one\n")}//etc/motd`, "")).status).toBe(200);
    const get = (who: Identity, more = "") =>
      call("GET", `file_bucket_file/sha256/${sum("one\n")}${more}`, "", "", who);
    expect(await get(administrator)).toEqual({ status: 200, text: "one\n" });
    expect((await get(administrator, `?diff_with=${sum("two\n")}`)).text).toContain("\n-one\n+two\n");
  });

  it("from a certificate of another authority: nothing is taken", async () => {
    const stranger = (await createTestAuthority()).issue({ subject: `/CN=${NODE}` });
    expect((await call("PUT", `facts/${NODE}`, "application/json", "{}", stranger)).status).toBe(403);
  });
});
