import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeServer, json } from "./fake-server.test.helper.js";
import type { Flavour } from "./flavour.js";
import { Lcm } from "./lcm.js";
import type { LcmOptions } from "./lcm-options.js";
import { sampleConfiguration } from "./sample-configuration.js";
import { sampleModule } from "./sample-module.js";
import { checksumOf, signRegistration } from "./signature.js";

const KEY = "140a952b-b9d6-406b-b416-e0f759c9c0e4";
const AGENT = "610DF6FF-381A-41F6-9335-1288A6BADDB2";

let server: FakeServer;
let serverUrl: string;

beforeEach(async () => {
  server = new FakeServer();
  serverUrl = await server.start();
  const module = { name: "GatehouseSample", version: "1.2" };
  server.configurations.set("Web", sampleConfiguration({ name: "Web", module }));
  server.modules.set("GatehouseSample_1.2", await sampleModule("GatehouseSample", "1.2"));
});

afterEach(() => server.stop());

function lcm(flavour: Flavour, more: Partial<LcmOptions> = {}): Lcm {
  const clock = (): Date => new Date("2024-01-02T03:04:05.678Z");
  return new Lcm({
    serverUrl,
    registrationKey: KEY,
    agentId: AGENT,
    configurationNames: ["Web"],
    flavour,
    clock,
    ...more,
  });
}

describe.each(["wmf51", "wmf50", "linux"] as const)("LCM %s", (flavour) => {
  it("registers its three blocks in order, signed, names in the first only", async () => {
    const answers = await lcm(flavour).register();
    expect(answers.map(({ status, continued }) => [status, continued])).toEqual(Array(3).fill([204, true]));
    const bodies = server.seen.map(({ body }) => JSON.parse(body));
    expect(bodies.map((body) => body.RegistrationInformation.RegistrationMessageType)).toEqual([
      "ConfigurationRepository",
      "ResourceRepository",
      "ReportServer",
    ]);
    expect(bodies.map((body) => body.ConfigurationNames)).toEqual([["Web"], undefined, undefined]);
    for (const { url, headers, body } of server.seen) {
      expect(url).toBe(`/PSDSCPullServer.svc/Nodes(AgentId='${AGENT}')`);
      expect(headers["x-ms-date"]).toMatch(/^2024-01-02T03:04:05\.678\d{4}Z$/);
      expect(headers.authorization).toBe(signRegistration(Buffer.from(body), String(headers["x-ms-date"]), KEY));
    }
  });

  it("pulls configuration and module once, then finds itself up to date", async () => {
    const node = lcm(flavour);
    const first = await node.run();
    expect(first).toMatchObject({ nodeStatus: "GetConfiguration", errors: [], reports: 0 });
    expect(first.downloads.map(({ name }) => name)).toEqual(["Web"]);
    expect(first.modules.map(({ name, version }) => [name, version])).toEqual([["GatehouseSample", "1.2"]]);
    expect(server.seen[0]?.body).toBe('{"ClientStatus":[{"Checksum":"","ChecksumAlgorithm":"SHA-256"}]}');
    expect(server.seen[2]?.url).toContain("/Modules(ModuleName='GatehouseSample',ModuleVersion='1.2')/ModuleContent");
    expect(server.seen[2]?.headers["agentid"]).toBe(AGENT);
    const second = await node.run();
    expect(second).toMatchObject({ nodeStatus: "Ok", downloads: [], modules: [], errors: [] });
    const checksum = checksumOf(server.configurations.get("Web") ?? Buffer.alloc(0));
    expect(server.seen[3]?.body).toBe(`{"ClientStatus":[{"Checksum":"${checksum}","ChecksumAlgorithm":"SHA-256"}]}`);
  });

  it("refuses bytes that do not match the Checksum header and does not remember them", async () => {
    server.handler = ({ url }) =>
      url.endsWith("ConfigurationContent")
        ? { status: 200, headers: { Checksum: "00".repeat(32), ChecksumAlgorithm: "SHA-256" }, body: "x" }
        : undefined;
    const node = lcm(flavour);
    const run = await node.run();
    expect(run.errors.map(({ kind, operation }) => [kind, operation])).toEqual([["checksum", "GetConfiguration"]]);
    expect(run.downloads).toEqual([]);
    expect(node.clientStatus()).toEqual([{ checksum: "" }]);
  });

  it("keeps the checksum when a module fails and tries the module again", async () => {
    const zip = server.modules.get("GatehouseSample_1.2") ?? Buffer.alloc(0);
    server.modules.clear();
    const node = lcm(flavour);
    expect((await node.run()).errors.map(({ operation, status }) => [operation, status])).toEqual([["GetModule", 404]]);
    server.modules.set("GatehouseSample_1.2", zip);
    const run = await node.run();
    expect(run).toMatchObject({ nodeStatus: "Ok", errors: [], downloads: [] });
    expect(run.modules.length).toBe(1);
  });

  it("does not follow redirects", async () => {
    server.handler = () => ({ status: 302, headers: { Location: serverUrl } });
    await expect(lcm(flavour).getDscAction()).rejects.toMatchObject({ kind: "status", status: 302 });
    expect(server.seen.length).toBe(1);
  });

  it("says so when nobody answers", async () => {
    const closed = serverUrl;
    await server.stop();
    const run = await lcm(flavour, { serverUrl: closed }).run();
    expect(run.errors.map(({ kind }) => kind)).toEqual(["transport"]);
    server = new FakeServer();
    serverUrl = await server.start();
  });

  it("sends start and end report of one job when told to", async () => {
    const run = await lcm(flavour, { report: true }).run();
    expect(run).toMatchObject({ reports: 2, errors: [] });
    const reports = server.seen.filter(({ url }) => url.endsWith("/SendReport")).map(({ body }) => JSON.parse(body));
    expect(new Set(reports.map(({ JobId }) => JobId.toLowerCase()))).toEqual(new Set([run.jobId]));
    expect(reports[0].EndTime).toBeUndefined();
    expect(reports[1].Status).toBe(flavour === "linux" ? undefined : "Success");
    expect("AdditionalData" in reports[1]).toBe(flavour === "wmf51");
  });
});

describe("what sets the LCMs apart", () => {
  const action = (word: string, space?: number) =>
    json({ "odata.metadata": "x#MSFT.DSCNodeStatus", NodeStatus: word, Details: [] }, space);

  it("pretty-printed JSON breaks DSC for Linux, not WMF", async () => {
    server.handler = () => action("Ok", 2);
    await expect(lcm("linux").getDscAction()).rejects.toMatchObject({ kind: "protocol" });
    expect((await lcm("wmf51").getDscAction()).nodeStatus).toBe("Ok");
  });

  it("Retry and UpdateMetaConfiguration are errors for DSC for Linux; UpdateMetaConfig is one for all", async () => {
    for (const [word, wmf] of [
      ["Retry", true],
      ["UpdateMetaConfiguration", true],
      ["UpdateMetaConfig", false],
    ] as const) {
      server.handler = () => action(word);
      await expect(lcm("linux").getDscAction(), word).rejects.toMatchObject({ kind: "protocol" });
      const windows = lcm("wmf51").getDscAction();
      await (wmf
        ? expect(windows).resolves.toMatchObject({ nodeStatus: word })
        : expect(windows).rejects.toThrow(word));
    }
  });

  it("DSC for Linux pulls the first name of Details whatever it registered", async () => {
    server.configurations.set("Assigned", sampleConfiguration({ name: "Assigned", encoding: "utf8" }));
    const Details = ["Assigned", "Web"].map((ConfigurationName) => ({ ConfigurationName, Status: "GetConfiguration" }));
    server.handler = ({ url }) =>
      url.endsWith("GetDscAction") ? json({ NodeStatus: "getconfiguration", Details }) : undefined;
    expect((await lcm("linux").run()).downloads.map(({ name }) => name)).toEqual(["Assigned"]);
  });

  it("DSC for Linux needs both checksum headers", async () => {
    const body = Buffer.from("x");
    server.handler = () => ({ status: 200, headers: { Checksum: checksumOf(body) }, body });
    await expect(lcm("linux").getConfiguration("Web")).rejects.toMatchObject({ kind: "protocol" });
    expect((await lcm("wmf51").getConfiguration("Web")).bytes).toEqual(body);
  });

  it("DSC for Linux wants a path in the ServerURL; a trailing slash doubles", async () => {
    const bare = serverUrl.replace("/PSDSCPullServer.svc", "");
    await expect(lcm("linux", { serverUrl: bare }).getDscAction()).rejects.toThrow("Invalid URL");
    await lcm("wmf51", { serverUrl: bare }).getDscAction();
    await lcm("linux", { serverUrl: `${serverUrl}/` }).getDscAction();
    expect(server.seen.map(({ url }) => url.replace(/Nodes.*/, ""))).toEqual(["/", "/PSDSCPullServer.svc//"]);
  });

  it("WMF keeps its connection, DSC for Linux opens one per call", async () => {
    await lcm("wmf51").run();
    expect(server.connections).toBe(1);
    await lcm("linux").run();
    expect(server.connections).toBe(4);
  });

  it("only partial configurations are named in ClientStatus, each with its own checksum", async () => {
    server.configurations.set("Db", sampleConfiguration({ name: "Db" }));
    const node = lcm("wmf50", { partials: true, configurationNames: ["Web", "Db"] });
    expect((await node.run()).downloads.map(({ name }) => name)).toEqual(["Web", "Db"]);
    expect(server.seen[0]?.body).toBe(
      '{"ClientStatus":[{"Checksum":"","ConfigurationName":"Web","ChecksumAlgorithm":"SHA-256"},' +
        '{"Checksum":"","ConfigurationName":"Db","ChecksumAlgorithm":"SHA-256"}]}',
    );
    expect((await node.run()).nodeStatus).toBe("Ok");
  });

  it("DSC for Linux skips ResourceRepository after a failure and registers again at its next run", async () => {
    server.handler = ({ method }) => (method === "PUT" ? { status: 401 } : undefined);
    const node = lcm("linux");
    expect((await node.register()).map(({ status }) => status)).toEqual([401, 401]);
    expect((await node.run()).errors.map(({ operation }) => operation)).toEqual(["RegisterDscAgent"]);
    server.handler = () => undefined;
    server.seen.length = 0;
    expect((await node.run()).errors).toEqual([]);
    expect(server.seen.filter(({ method }) => method === "PUT").length).toBe(4);
  });

  it("a refused report stops nobody; WMF sends errors in a report of their own", async () => {
    server.handler = ({ url }) => (url.endsWith("/SendReport") ? { status: 500 } : undefined);
    const run = await lcm("wmf51", { report: true }).run();
    expect(run.downloads.length).toBe(1);
    expect(run.errors.map(({ operation }) => operation)).toEqual(["SendReport", "SendReport"]);
    server.seen.length = 0;
    server.handler = ({ url }) => (url.endsWith("/GetDscAction") ? { status: 500 } : undefined);
    await lcm("wmf51", { report: true }).run();
    const reports = server.seen.filter(({ url }) => url.endsWith("/SendReport")).map(({ body }) => JSON.parse(body));
    expect(reports.map(({ Errors, Status }) => [Errors.length, Status])).toEqual([
      [0, undefined],
      [1, undefined],
      [0, "Failure"],
    ]);
  });

  it("a key that cannot be in a request line is refused before anything is sent", async () => {
    await expect(lcm("wmf51").getConfiguration("My Config")).rejects.toThrow("Malformed URL");
    await expect(lcm("linux").getConfiguration("Übung")).rejects.toMatchObject({ status: 404 });
    expect(server.seen.map(({ url }) => url.slice(-40))).toEqual([
      "Name='%c3%9cbung')/ConfigurationContent".padStart(40, "n"),
    ]);
  });
});
