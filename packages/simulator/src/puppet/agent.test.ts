import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PuppetAgent, type PuppetAgentOptions } from "./agent.js";
import { FakePuppetServer, sha256 } from "./fake-server.test.helper.js";

const NAME = "web01.example.org";
let server: FakePuppetServer;
beforeEach(async () => {
  server = await FakePuppetServer.start();
  server.files.set("production/plugins/facter/a.rb", "Facter.add(:a) {}");
});
afterEach(() => server.stop());

const newAgent = (more: Partial<PuppetAgentOptions> = {}) =>
  new PuppetAgent({ serverUrl: server.url, certname: NAME, waitForCertMs: 1, ...more });

async function enrolled(more: Partial<PuppetAgentOptions> = {}): Promise<PuppetAgent> {
  const agent = newAgent(more);
  await agent.enrol();
  server.seen.length = 0;
  return agent;
}

const notify = { type: "Notify", title: "hello", kind: "compilable_type", parameters: { message: "hello" } };
const file = (title: string, parameters: object) => ({
  type: "File",
  title,
  kind: "compilable_type",
  parameters: { ensure: "file", ...parameters },
});

describe("enrolment", () => {
  it("trusts the authority at first sight, and verifies everything by it afterwards", async () => {
    const agent = newAgent();
    await agent.enrol();
    expect(server.seen.map(({ method, url }) => `${method} ${url.slice("/puppet-ca/v1/".length)}`)).toEqual([
      "GET certificate/ca",
      "GET certificate_revocation_list/ca",
      `PUT certificate_request/${NAME}`,
      `GET certificate/${NAME}`,
    ]);
    expect(agent.identity?.cert).toBe(server.signed.get(NAME)?.pem);
    await agent.enrol();
    expect(server.seen).toHaveLength(4);
  });

  it("tells its token; 8 also asks to be renewed", async () => {
    await newAgent({ token: "secret" }).enrol();
    await newAgent({ certname: "web08.example.org", version: "8.28.1" }).enrol();
    expect(server.signed.get(NAME)?.attributes).toEqual({ "1.2.840.113549.1.9.7": "secret" });
    expect(server.signed.get("web08.example.org")?.attributes).toEqual({ "1.3.6.1.4.1.34380.1.3.2": "true" });
  });

  it("sends its request again at each look, and takes a certificate that a person signed meanwhile", async () => {
    server.autosign = false;
    server.handler = ({ method, url }) => {
      const puts = server.seen.filter((seen) => seen.method === "PUT").length;
      if (puts === 3) server.autosign = true;
      return method === "PUT" && url.endsWith(NAME) && puts === 2 ? { status: 400, body: "requested" } : undefined;
    };
    await newAgent({ looks: 5 }).enrol();
    expect(server.seen.filter(({ method }) => method === "PUT")).toHaveLength(3);
  });

  it("says why it got none", async () => {
    server.autosign = false;
    await expect(newAgent({ looks: 2 }).enrol()).rejects.toThrow("has not been signed yet");
    server.handler = ({ method }) => (method === "PUT" ? { status: 400, body: "not in lower case" } : undefined);
    await expect(newAgent().enrol()).rejects.toThrow("Error 400 on SERVER: not in lower case");
    await expect(newAgent().run()).rejects.toThrow("enrol() comes first");
  });
});

describe("a run", () => {
  it("asks what a recorded agent asks, in its order, on one connection with its certificate", async () => {
    server.files.set("production/pluginfacts/site.txt", "site=berlin");
    server.catalog = (environment) => ({ environment, version: 7, resources: [notify] });
    const agent = await enrolled();
    const before = server.connections;
    const run = await agent.run();
    expect(run.errors).toEqual([]);
    expect(run).toMatchObject({
      status: "changed",
      environment: "production",
      reported: true,
      plugins: { downloaded: 2 },
    });
    expect(server.calls()).toEqual([
      `GET node/${NAME}`,
      "GET file_metadatas/plugins",
      "GET file_metadatas/pluginfacts",
      "GET file_content/pluginfacts/site.txt",
      "GET file_metadatas/plugins",
      "GET file_content/plugins/facter/a.rb",
      `POST catalog/${NAME}`,
      `PUT report/${NAME}`,
    ]);
    expect(server.connections - before).toBe(1);
    expect(new Set(server.seen.map(({ peer }) => peer))).toEqual(new Set([NAME]));
    expect(server.seen[2]?.url).toBe(
      "/puppet/v3/file_metadatas/pluginfacts?recurse=true&max_files=-1&ignore=.svn&ignore=CVS&ignore=.git&ignore=.hg&links=follow&checksum_type=sha256&source_permissions=use&environment=production",
    );
    const catalog = server.seen[6];
    expect(catalog?.headerNames.slice(0, 7)).toEqual([
      "X-Puppet-Version",
      "User-Agent",
      "Accept",
      "Content-Type",
      "Accept-Encoding",
      "Host",
      "Content-Length",
    ]);
    expect(catalog?.headers["accept"]).toBe("application/vnd.puppet.rich+json, application/json, text/pson");
  });

  it("sends facts encoded twice; some are others at each run", async () => {
    const agent = await enrolled();
    await agent.run();
    await agent.run();
    const [first, second] = server.seen
      .filter(({ url }) => url.includes("/catalog/"))
      .map(({ body }) => JSON.parse(decodeURIComponent(new URLSearchParams(body).get("facts") ?? "")));
    expect(first).toMatchObject({
      name: NAME,
      values: { os: { family: "Debian" }, clientcert: NAME, osfamily: "Debian" },
    });
    expect(second.values.system_uptime.seconds).toBeGreaterThan(first.values.system_uptime.seconds);
    expect(second.values.networking).toEqual(first.values.networking);
  });

  it("does not ask for its node again, and fetches only what changed", async () => {
    const agent = await enrolled();
    await agent.run();
    server.seen.length = 0;
    expect(await agent.run()).toMatchObject({ status: "unchanged", plugins: { downloaded: 0, removed: 0 } });
    expect(server.calls().filter((call) => /node|file_content/.test(call))).toEqual([]);
    server.files.set("production/plugins/facter/b.rb", "new");
    server.files.delete("production/plugins/facter/a.rb");
    expect((await agent.run()).plugins).toEqual({ downloaded: 1, removed: 1 });
  });

  it("refuses a plugin whose bytes are not the promised ones, and asks again", async () => {
    const agent = await enrolled();
    server.handler = ({ url }) => (url.includes("file_content") ? { status: 200, body: "other" } : undefined);
    expect((await agent.run()).errors.map(({ kind }) => kind)).toEqual(["checksum"]);
    server.handler = () => undefined;
    expect((await agent.run()).plugins.downloaded).toBe(1);
  });

  it("follows the server into another environment, and gives up when that never ends", async () => {
    server.files.set("staging/plugins/facter/s.rb", "staging");
    server.catalog = () => ({ environment: "staging", resources: [] });
    const agent = await enrolled();
    expect(await agent.run()).toMatchObject({
      environment: "staging",
      plugins: { downloaded: 2, removed: 1 },
      errors: [],
    });
    server.catalog = (environment) => ({ environment: `${environment}x`, resources: [] });
    const run = await agent.run();
    expect(run.status).toBe("failed");
    expect(run.errors.at(-1)?.message).toContain("didn't stabilize after 3 fetches");
  });

  it("reports a failed run when there is no catalog", async () => {
    server.handler = ({ url }) =>
      url.includes("/catalog/") ? { status: 500, body: '{"message":"broken"}' } : undefined;
    const agent = await enrolled();
    expect(await agent.run()).toMatchObject({ status: "failed", reported: true, catalog: undefined });
    const report = JSON.parse(server.seen.at(-1)?.body ?? "");
    expect(report).toMatchObject({ status: "failed", configuration_version: null, metrics: {}, resource_statuses: {} });
    expect(report.logs[1].message).toContain("Error 500 on SERVER");
  });

  it.each([
    [{ environment: "production", resources: [notify, notify] }, "Duplicate declaration: Notify[hello]"],
    [{ environment: "production", resources: [{ ...notify, kind: undefined }] }, "nil value for kind"],
    [{ environment: "production", resources: [], edges: [{ source: "A[b]", target: "C[d]" }] }, "A[b]"],
    [{ environment: "production", resources: 5 }, "no catalog"],
  ])("refuses a catalog that an agent refuses: %j", async (catalog, message) => {
    server.catalog = () => catalog;
    const { errors } = await (await enrolled()).run();
    expect(errors.map((error) => error.message)).toEqual([expect.stringContaining(message)]);
  });
});

describe("files of resources", () => {
  const catalogOf = (resources: object[], more: object = {}) => {
    server.catalog = (environment) => ({ environment, resources, ...more });
  };

  it("come once; the next run finds them as they are", async () => {
    server.files.set("production/modules/web/a.conf", "a");
    server.files.set("production/modules/web/tree/b.conf", "b");
    server.files.set("production/modules/web/tree/sub/c.conf", "c");
    catalogOf([
      file("/a", { source: ["puppet:///modules/web/none", "puppet:///modules/web/a.conf"] }),
      file("/tree", { source: "puppet:///modules/web/tree", recurse: true, ignore: "*.bak" }),
    ]);
    const agent = await enrolled();
    expect(await agent.run()).toMatchObject({ status: "changed", files: 3, errors: [] });
    expect(server.seen.some(({ url }) => url.includes("ignore=%2A.bak"))).toBe(true);
    expect(await agent.run()).toMatchObject({ status: "unchanged", files: 0 });
    server.files.set("production/modules/web/tree/b.conf", "changed");
    expect(await agent.run()).toMatchObject({ status: "changed", files: 1 });
  });

  it("of a static catalog come by its code, without a question for their metadata", async () => {
    server.files.set("production/modules/web/files/a.conf", "a");
    const one = { type: "file", relative_path: null, checksum: { type: "sha256", value: sha256("a") } };
    catalogOf([file("/a", { source: "puppet:///modules/web/a.conf" })], {
      code_id: "v7",
      metadata: { "/a": { ...one, content_uri: "puppet:///modules/web/files/a.conf" } },
    });
    const agent = await enrolled();
    expect(await agent.run()).toMatchObject({ files: 1, errors: [] });
    expect(server.seen.map(({ url }) => url)).toContain(
      "/puppet/v3/static_file_content/modules/web/files/a.conf?code_id=v7&environment=production",
    );
    expect(server.calls().some((call) => call.includes("file_metadata/"))).toBe(false);
  });

  it("that are named by their checksum come from the bucket", async () => {
    const value = sha256("bucket");
    server.handler = ({ url }) => (url.includes("file_bucket_file") ? { status: 200, body: "bucket" } : undefined);
    catalogOf([file("/a", { content: value })]);
    expect(await (await enrolled()).run()).toMatchObject({ files: 1, errors: [] });
    expect(server.calls()).toContain(`GET file_bucket_file/sha256/${value.slice("{sha256}".length)}`);
  });

  it("that are nowhere fail their resource, and what requires it is skipped", async () => {
    const needing = { ...notify, parameters: { require: "File[/a]" } };
    catalogOf([file("/a", { source: "puppet:///modules/web/none" }), needing]);
    const run = await (await enrolled()).run();
    expect(run.outcomes.map(({ status }) => status)).toEqual(["failed", "skipped"]);
    expect(run.status).toBe("failed");
    const report = JSON.parse(server.seen.at(-1)?.body ?? "");
    expect(report.resource_statuses["File[/a]"].events[0]).toMatchObject({ status: "failure" });
    expect(report.metrics.resources.values).toContainEqual(["failed", "Failed", 1]);
  });

  it("are not brought in noop", async () => {
    catalogOf([file("/a", { content: "a" }), file("/b", { content: "b", noop: false })]);
    const run = await (await enrolled({ noop: true })).run();
    expect(run.errors).toEqual([]);
    // A resource's own word goes before the agent's.
    expect(run.outcomes.map(({ status }) => status)).toEqual(["noop", "changed"]);
    expect(JSON.parse(server.seen.at(-1)?.body ?? "")).toMatchObject({ noop: true, noop_pending: true });
  });

  it("8 leaves what was in order out of its report, and counts it", async () => {
    catalogOf([file("/a", { content: "a" }), notify]);
    const agent = await enrolled({ version: "8.28.1" });
    await agent.run();
    await agent.run();
    const report = JSON.parse(server.seen.at(-1)?.body ?? "");
    expect(Object.keys(report.resource_statuses)).toEqual(["Notify[hello]"]);
    expect(report.metrics.resources.values).toContainEqual(["total", "Total", 2]);
  });
});
