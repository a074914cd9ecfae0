import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { findRuby } from "@gatehouse/catalogs";
import type { Identity } from "@gatehouse/http/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../command/program.js";
import { loadConfig } from "../../config/load.js";
import { mountable } from "../../config/schema.js";
import { serverIssuer } from "../authority/issuer.js";
import { ownCertificate } from "../certificate.js";
import { useGateway } from "../gateway.test.helper.js";
import { closeListeners, type Listener, openListeners } from "../listeners.js";

const found = await findRuby();
if ("missing" in found) console.warn(`Not run: catalogs of Puppet code over TLS. ${found.missing}`);

const rules = ["/puppet/v3/environment_classes", "/puppet/v4/catalog"].map((place, i) => ({
  ...{ name: `console ${i}`, "sort-order": 1, allow: "console.example.org" },
  "match-request": { path: place, type: "path" },
}));
const house = useGateway({ env: { GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify(rules) } });
let listeners: Listener[] = [];
let ca = "";
let dir = "";

beforeAll(async () => {
  const { service } = house.gateway.authority;
  const own = () => ownCertificate(path.join(house.dataDir, "tls"), [], new Date(), serverIssuer(service));
  const env = { GATEHOUSE_LISTENERS: JSON.stringify([{ address: "127.0.0.1:0", mounts: mountable }]) };
  listeners = await openListeners(loadConfig({}, env), own, house.gateway.app);
  ca = (await service.caBundle()).pem;
  dir = mkdtempSync(path.join(tmpdir(), "gatehouse-code-"));
});
afterAll(async () => {
  await closeListeners(listeners, 0);
  rmSync(dir, { recursive: true, force: true });
});

const identities = new Map<string, Identity>();
async function identityOf(name: string): Promise<Identity> {
  const known = identities.get(name);
  if (known !== undefined) return known;
  const body = { name, profile: "puppet", extensions: { pp_role: "web" } };
  const { json } = await house.call("POST", "/api/v1/certificates", { token: house.tokens.admin, body });
  const identity = { cert: json.certificate, key: json.key };
  identities.set(name, identity);
  return identity;
}

/** A call over TLS with a certificate of ours. */
async function call(name: string, method: string, target: string, body?: string, headers: Record<string, string> = {}) {
  const identity = await identityOf(name);
  const options = { agent: false, ca, ...identity, method, headers } as const;
  const request = https.request(`${listeners[0]?.url}/puppet${target}`, options);
  request.end(body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode as number, headers: response.headers, text };
}

/** What an agent sends. */
function catalogOf(name: string, environment: string, values: object = {}) {
  const facts = encodeURIComponent(JSON.stringify({ name, values: { os: { family: "Debian" }, ...values } }));
  const body = new URLSearchParams({
    ...{ environment, facts_format: "application/json", facts, transaction_uuid: "t-1" },
    ...{ static_catalog: "true", checksum_type: "sha256.md5" },
  }).toString();
  return call(name, "POST", `/v3/catalog/${name}?environment=${environment}`, body, {
    "Content-Type": "application/x-www-form-urlencoded",
    Accept: "application/vnd.puppet.rich+json, application/json",
  });
}

/** `gatehouse puppet deploy` of a folder with these files. */
async function deploy(environment: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(path.join(dir, `${environment}-`));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  let said = "";
  const say = (text: string | Uint8Array) => {
    said += text;
  };
  const env = { GATEHOUSE_URL: `http://127.0.0.1:${house.port}`, GATEHOUSE_TOKEN: house.tokens.operator };
  expect(await run(["puppet", "deploy", environment, folder], { env, out: say, warn: say }), said).toBe(0);
  return said;
}
const operator = async (target: string) =>
  (await house.call("GET", `/api/v1${target}`, { token: house.tokens.operator })).json;
const nodeOf = async (name: string) =>
  (await operator(`/nodes?name=${name}`)).nodes.find((node: { name: string }) => node.name === name).id;

const WEB = "web01.example.org";
const CODE = {
  "manifests/site.pp": "include lab\n",
  "hiera.yaml": "version: 5\nhierarchy: [{ name: os, path: '%{facts.os.family}.yaml' }]\n",
  "data/Debian.yaml": "lab::text: from Hiera\n",
  "modules/lab/files/one.txt": "one\n",
  "modules/lab/manifests/init.pp": [
    "class lab(String $text) {",
    "  $role = $trusted['extensions']['pp_role']",
    "  file { '/etc/lab': content => \"$text for $role\" }",
    "  file { '/etc/one': source => 'puppet:///modules/lab/one.txt' }",
    "  warning('this is old')",
    "}",
  ].join("\n"),
};

describe.skipIf("missing" in found)("catalogs of Puppet code, over TLS", () => {
  it("are compiled of what was deployed, for the node of the certificate", async () => {
    expect(await deploy("production", CODE)).toContain("production");
    const answer = await catalogOf(WEB, "production");
    expect([answer.status, answer.headers["content-type"]], answer.text).toEqual([
      200,
      "application/vnd.puppet.rich+json; charset=utf-8",
    ]);
    const catalog = JSON.parse(answer.text);
    expect(catalog).toMatchObject({ name: WEB, environment: "production", classes: ["settings", "lab"] });
    const lab = catalog.resources.find(({ title }: { title: string }) => title === "/etc/lab");
    expect(lab).toMatchObject({
      file: "/etc/puppetlabs/code/environments/production/modules/lab/manifests/init.pp",
      ...{ line: 3, parameters: { content: "from Hiera for web" } },
    });
    expect(catalog.metadata["/etc/one"]).toMatchObject({ content_uri: "puppet:///modules/lab/files/one.txt" });
  });

  it("are kept, with what was said of them", async () => {
    const id = await nodeOf(WEB);
    const { catalogs } = await operator(`/nodes/${id}/catalogs`);
    expect(catalogs).toMatchObject([{ environment: "production", version: 1, warnings: 1, error: null }]);
    const kept = await operator(`/nodes/${id}/catalogs/${catalogs[0].id}`);
    expect(kept.logs).toMatchObject([{ level: "warning", message: expect.stringContaining("this is old") }]);
  });

  it("follow what groups give: another environment, classes with parameters, resources beside them", async () => {
    await deploy("staging", { ...CODE, "manifests/site.pp": "# nothing\n" });
    const settings = {
      "puppet.environment": "staging",
      "puppet.classes": { lab: { text: "from a group" } },
      "puppet.resources": { "Notify[after]": { require: "File[/etc/lab]" } },
    };
    const group = { rule: { field: "facts.role", eq: "staged" }, settings };
    const put = await house.call("PUT", "/api/v1/groups/staged", { token: house.tokens.operator, body: group });
    expect([200, 201], put.text).toContain(put.status);
    const answer = await catalogOf("app01.example.org", "production", { role: "staged" });
    const { environment, resources } = JSON.parse(answer.text);
    expect([environment, resources.at(-1).title], answer.text).toEqual(["staging", "after"]);
    expect(resources.map(({ parameters }: { parameters?: object }) => parameters)).toContainEqual({
      content: "from a group for web",
    });
  });

  it("collect what other nodes export, from their last catalogs", async () => {
    await deploy("exporting", {
      "manifests/site.pp": [
        "$who = $trusted['certname']",
        "@@notify { \"from $who\": tag => 'seen' }",
        "Notify <<| tag == 'seen' |>>",
      ].join("\n"),
    });
    const titles = async (name: string) =>
      JSON.parse((await catalogOf(name, "exporting")).text)
        .resources.filter(({ type }: { type: string }) => type === "Notify")
        .map(({ title }: { title: string }) => title)
        .sort();
    expect(await titles("db01.example.org")).toEqual(["from db01.example.org"]);
    expect(await titles("db02.example.org")).toEqual(["from db01.example.org", "from db02.example.org"]);
    expect(await titles("db01.example.org")).toEqual(["from db01.example.org", "from db02.example.org"]);
  });

  it("that fail are a 500 with the place, and are made again once the code is mended", async () => {
    const said = await deploy("broken", { "manifests/site.pp": "notify { 'a': }\nnotify { 'b' }\n" });
    expect(said).toMatch(/^warning: agents get no catalogs of it: .*Syntax error at '\}'.*line: 2/);
    for (const _ of [1, 2]) {
      const answer = await catalogOf(WEB, "broken");
      expect([answer.status, JSON.parse(answer.text).message]).toEqual([
        500,
        expect.stringMatching(
          /^Server Error: .*Syntax error at '\}'.*\(file: \/etc\/puppetlabs\/code\/environments\/broken\/manifests\/site\.pp, line: 2, column: 14\)/,
        ),
      ]);
    }
    const { catalogs } = await operator(`/nodes/${await nodeOf(WEB)}/catalogs`);
    expect(catalogs[0]).toMatchObject({ environment: "broken", times: 2, error: expect.stringContaining("line: 2") });
    await deploy("broken", { "manifests/site.pp": "notify { 'a': }\nnotify { 'b': }\n" });
    expect((await catalogOf(WEB, "broken")).status).toBe(200);
  });
});

describe.skipIf("missing" in found)("the compiler", () => {
  it("is in the status, in what the doctor looks at, and in the metrics", async () => {
    expect((await operator("/status")).compiler).toMatchObject({
      ...{ state: "ready", ruby: expect.stringMatching(/^\d+\.\d+/), library: expect.stringMatching(/^\w+ \d+\./) },
      ...{ busy: 0, waiting: 0 },
    });
    const { checks } = await operator("/doctor");
    expect(checks.find(({ id }: { id: string }) => id === "compiler")).toMatchObject({ state: "ok" });
    const metrics = (await house.call("GET", "/metrics")).text;
    expect(metrics).toMatch(/^gatehouse_catalog_seconds_count\{outcome="failed"\} 2$/m);
    expect(metrics).toMatch(/^gatehouse_compiler_workers [1-9]/m);
  });
});

describe.skipIf("missing" in found)("what services ask the compiler", () => {
  const CONSOLE = "console.example.org";

  it("the classes of an environment, with a tag", async () => {
    const target = "/v3/environment_classes?environment=production";
    const answer = await call(CONSOLE, "GET", target);
    const { name, files } = JSON.parse(answer.text);
    expect([answer.status, name, files.map(({ path: file }: { path: string }) => file)]).toEqual([
      200,
      "production",
      [
        "/etc/puppetlabs/code/environments/production/manifests/site.pp",
        "/etc/puppetlabs/code/environments/production/modules/lab/manifests/init.pp",
      ],
    ]);
    expect(files[1].classes).toEqual([{ name: "lab", params: [{ name: "text", type: "String" }] }]);
    const again = await call(CONSOLE, "GET", target, undefined, { "If-None-Match": answer.headers.etag ?? "" });
    expect([again.status, again.text]).toEqual([304, ""]);
  });

  it("a catalog of a node, with what was said", async () => {
    const body = JSON.stringify({
      ...{ certname: WEB, environment: "production", persistence: { facts: false, catalog: false } },
      ...{ facts: { values: { os: { family: "Debian" } } }, options: { capture_logs: true } },
      trusted_facts: { values: { certname: WEB, extensions: { pp_role: "asked" } } },
    });
    const answer = await call(CONSOLE, "POST", "/v4/catalog", body, { "Content-Type": "application/json" });
    const { catalog, logs } = JSON.parse(answer.text);
    expect([answer.status, catalog.name, logs.map(({ level }: { level: string }) => level)]).toEqual([
      200,
      WEB,
      ["warning"],
    ]);
    expect(answer.text).toContain("from Hiera for asked");
  });
});
