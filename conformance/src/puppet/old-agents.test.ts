import { createHash, randomUUID } from "node:crypto";
import https from "node:https";
import { deflateSync } from "node:zlib";
import { factsOf, type Outcome, reportOf } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, send } from "../wire.js";
import { type RunSite, startRunSite } from "./run-site.js";

/** What an agent of a version sends (notes on the wire, section 7): built, for no such agent runs here. */
interface Manners {
  readonly version: string;
  readonly accept: string;
  readonly acceptCatalog: string;
  readonly catalogType: RegExp;
  /** How facts are told, and by which method. */
  readonly facts: (json: string) => readonly [format: string, facts: string];
  readonly method: "GET" | "POST";
  readonly checksum: "md5" | "sha256";
  readonly report: { readonly format: number; readonly type: string; readonly body: (report: object) => string };
}

/** As `CGI.escape` writes it: a blank is a plus. */
const cgi = (text: string): string => encodeURIComponent(text).replaceAll("%20", "+");
const json = (report: object): string => JSON.stringify(report);
const MD5 = "md5.sha256.sha384.sha512.sha224";

/** YAML as Ruby writes an object: with a tag, which nobody may take at its word. */
const rubyYaml = (report: object): string =>
  `--- !ruby/object:Puppet::Transaction::Report\n${Object.entries(report)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("")}`;

const AGENTS: readonly Manners[] = [
  {
    version: "4.3.2",
    accept: "pson, yaml",
    acceptCatalog: "pson, dot",
    catalogType: /^text\/pson/,
    facts: (text) => ["b64_zlib_pson", cgi(deflateSync(text).toString("base64"))],
    method: "GET",
    checksum: "md5",
    report: { format: 4, type: "text/yaml", body: rubyYaml },
  },
  {
    version: "4.10.12",
    accept: "pson, yaml",
    acceptCatalog: "pson, dot",
    catalogType: /^text\/pson/,
    facts: (text) => ["pson", cgi(text)],
    method: "POST",
    checksum: "md5",
    report: { format: 6, type: "text/pson", body: json },
  },
  {
    version: "5.5.22",
    accept: "application/json, text/pson",
    acceptCatalog: "application/json, text/pson",
    catalogType: /^application\/json/,
    facts: (text) => ["application/json", encodeURIComponent(text)],
    method: "POST",
    checksum: "md5",
    report: { format: 10, type: "application/json", body: json },
  },
  {
    version: "6.29.0",
    accept: "application/json, text/pson",
    acceptCatalog: "application/vnd.puppet.rich+json, application/json, text/pson",
    catalogType: /^application\/vnd\.puppet\.rich\+json/,
    facts: (text) => ["application/json", encodeURIComponent(text)],
    method: "POST",
    checksum: "md5",
    report: { format: 11, type: "application/json", body: json },
  },
  {
    version: "8.28.1",
    accept: "application/json",
    acceptCatalog: "application/vnd.puppet.rich+json, application/json",
    catalogType: /^application\/vnd\.puppet\.rich\+json/,
    facts: (text) => ["application/json", encodeURIComponent(text)],
    method: "POST",
    checksum: "sha256",
    report: { format: 12, type: "application/json", body: json },
  },
];

const CONTENT = "from the module\n";

describe.each(AGENTS)("the requests of an agent of version $version", (manners) => {
  const { version, accept, checksum } = manners;
  const certname = `v${version.replaceAll(".", "-")}.example.org`;
  let site: RunSite;
  let peer: https.RequestOptions;
  beforeAll(async () => {
    site = await startRunSite();
    await site.deploy("production", {
      "modules/site/files/one.txt": CONTENT,
      "modules/site/lib/facter/a.rb": "# a\n",
    });
    const made: { certificate: string; key: string } = await site.house.ca("generate", certname);
    peer = { cert: made.certificate, key: made.key, agent: new https.Agent({ keepAlive: true, maxSockets: 1 }) };
    await site.declare(certname, {
      "File[/srv/one]": { ensure: "file", source: "puppet:///modules/site/one.txt" },
      "Notify[hello]": { message: "%{facts.os.family}" },
    });
  });
  afterAll(async () => {
    (peer?.agent as https.Agent | undefined)?.destroy();
    await site?.close();
  });

  const ask = (method: string, path: string, more: Readonly<Record<string, string>> = {}, body?: string) =>
    send(
      site.house.first.https,
      {
        method,
        path: `/puppet/v3/${path}`,
        headers: { "X-Puppet-Version": version, "User-Agent": `Puppet/${version}`, Accept: accept, ...more },
        ...(body === undefined ? {} : { body }),
      },
      peer,
    );
  const taken = ({ status, body }: Answer): string => {
    expect(status, body.toString()).toBe(200);
    return body.toString();
  };
  const form = { "Content-Type": "application/x-www-form-urlencoded" };

  it("are told which environment the node is in", async () => {
    const query = `environment=production&configured_environment=production&transaction_uuid=${randomUUID()}`;
    const node = JSON.parse(taken(await ask("GET", `node/${certname}?${query}`)));
    expect(node).toMatchObject({ name: certname, environment: "production" });
  });

  it("get metadata with their own checksums, by a form too, and the bytes that these are of", async () => {
    const query = `links=manage&checksum_type=${checksum}&source_permissions=ignore&environment=production`;
    const one = await ask("GET", `file_metadata/modules/site/one.txt?${query}`);
    const value = `{${checksum}}${createHash(checksum).update(CONTENT).digest("hex")}`;
    expect(JSON.parse(taken(one)).checksum).toEqual({ type: checksum, value });
    expect(one.headers["content-type"]).toMatch(accept.startsWith("pson") ? /^text\/pson/ : /^application\/json/);
    const posted = await ask("POST", "file_metadata/modules/site/one.txt?environment=production", form, query);
    expect(JSON.parse(taken(posted))).toEqual(JSON.parse(one.body.toString()));
    const raw = { Accept: accept.startsWith("pson") ? "binary" : "application/octet-stream" };
    expect(taken(await ask("GET", "file_content/modules/site/one.txt?environment=production", raw))).toBe(CONTENT);
    const plugins = await ask("GET", `file_metadatas/plugins?recurse=true&ignore=.svn&ignore=CVS&${query}`);
    expect(JSON.parse(taken(plugins)).map((entry: { relative_path: string }) => entry.relative_path)).toContain(
      "facter/a.rb",
    );
  });

  it("get the catalog in a format that they know, filled with the facts that they sent", async () => {
    const told = factsOf({ certname, version: "7.23.0", runs: 0, now: new Date(), noop: false });
    const [format, facts] = manners.facts(JSON.stringify(told));
    const fields = {
      facts_format: format,
      facts,
      environment: "production",
      configured_environment: "production",
      transaction_uuid: randomUUID(),
      static_catalog: "true",
      checksum_type: checksum === "md5" ? MD5 : "sha256.md5",
    };
    const filled = Object.entries(fields)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    const types = { Accept: manners.acceptCatalog };
    const answer =
      manners.method === "GET"
        ? await ask("GET", `catalog/${certname}?${filled}`, types)
        : await ask("POST", `catalog/${certname}?environment=production`, { ...types, ...form }, filled);
    const catalog = JSON.parse(taken(answer));
    expect(answer.headers["content-type"]).toMatch(manners.catalogType);
    const hello = catalog.resources.find(({ type }: { type: string }) => type === "Notify");
    expect(hello).toMatchObject({ title: "hello", parameters: { message: "Debian" } });
    expect(catalog.metadata["/srv/one"].checksum.type).toBe(checksum);
    const uri = "static_file_content/modules/site/files/one.txt";
    const raw = { Accept: "application/octet-stream" };
    expect(taken(await ask("GET", `${uri}?environment=production&code_id=${catalog.code_id}`, raw))).toBe(CONTENT);
  });

  it("report, and the report is read", async () => {
    const changed: Outcome = {
      resource: { type: "File", title: "/srv/one", tags: ["file"] },
      status: "changed",
      files: 1,
    };
    const now = new Date();
    const whole = reportOf({
      certname,
      version: "7.23.0",
      server: "localhost",
      environment: "production",
      transactionUuid: randomUUID(),
      noop: false,
      started: now,
      ended: now,
      catalog: { environment: "production", version: 1, resources: [] },
      outcomes: [changed],
      errors: [],
    });
    const { format, type, body } = manners.report;
    const said = { ...whole, report_format: format, puppet_version: version };
    const stored = taken(
      await ask("PUT", `report/${certname}?environment=production`, { "Content-Type": type }, body(said)),
    );
    expect(JSON.parse(stored)).toEqual(["store"]);
    const [report] = await site.reports(certname);
    expect(report).toMatchObject({ run: whole["transaction_uuid"], status: "success" });
    expect(await site.done("report", "show", report?.id ?? "")).toContain("File[/srv/one]");
  });
});
