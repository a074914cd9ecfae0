import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasPuppetserver } from "../puppetserver.js";
import { writeTree } from "../run-site.js";
import { allOrNone } from "./all-or-none.js";
import { differencesOf } from "./differences.js";
import { EXAMPLE, environmentFolder } from "./environments.js";
import { machineFacts } from "./facts.js";
import { type OwnCompiler, ruby, startOurs } from "./ours.js";
import { startPeer } from "./peer.js";
import { startServed } from "./served.js";
import { type Answered, type Asked, EXTENSIONS, SERVICE, type ServedCode } from "./types.js";

const skip = ruby === undefined || !hasPuppetserver;
const note = skip ? " (needs puppet and puppetserver)" : "";
const STARTS_MS = 300_000;

const CLASSIFIED = {
  classes: {
    "site::classified": { by: "a group", more: { list: [1, 2.5, null, true, "ü"], "two words": { "": "x" } } },
  },
  parameters: { tier: "x", group_parameter: { a: [1, "2"] } },
};

const TRUSTED = {
  ...{ authenticated: "remote", certname: "example.example.org", extensions: EXTENSIONS },
  ...{ hostname: "example", domain: "example.org", external: {} },
};

/** What one question got: of puppetserver, of our compiler by itself, and of a gateway that an agent asks. */
interface Answers {
  readonly there: Answered;
  readonly here: Answered;
  readonly served: Answered;
}

describe.skipIf(skip)(`what Puppet code can do, as Debian's puppetserver does it${note}`, () => {
  let home: string;
  let peer: ServedCode;
  let ours: OwnCompiler;
  let gateway: ServedCode;
  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), "gatehouse-code-"));
    [peer, ours, gateway] = await allOrNone([startPeer(), startOurs(), startServed()]);
    for (const server of [peer, ours, gateway]) {
      await server.deploy("features", environmentFolder("features"));
      await server.deploy("example", EXAMPLE);
    }
  }, STARTS_MS);
  afterAll(async () => {
    await Promise.all([peer?.close(), ours?.close(), gateway?.close()]);
    rmSync(home, { recursive: true, force: true });
  });

  const ask = async (short: string, more: Partial<Asked> = {}): Promise<Answers> => {
    const certname = `${short}.example.org`;
    const facts = await machineFacts(certname, home);
    const asked = { certname, environment: "features", facts, ...more };
    const [there, served] = await Promise.all([peer.catalog(asked), gateway.catalog(asked)]);
    return { there, served, here: await ours.catalog(asked) };
  };
  const compared = (there: Answered, other: Answered): string[] => {
    expect([there.error, other.error]).toEqual([undefined, undefined]);
    return differencesOf(
      { catalog: there.catalog ?? "", folder: there.folder },
      { catalog: other.catalog ?? "", folder: other.folder },
    );
  };
  const expectSame = ({ there, here, served }: Answers): void => {
    expect(compared(there, here)).toEqual([]);
    expect(compared(there, served)).toEqual([]);
  };

  it("language, Hiera, functions, types, templates, rich data, classification: the same catalog, byte by byte", async () => {
    const answers = await ask("features", CLASSIFIED);
    expectSame(answers);
    const catalog = JSON.parse(answers.here.catalog ?? "");
    expect(catalog).toMatchObject({ version: "features-2", environment: "features", catalog_format: 2 });
    expect(catalog.resources.length).toBeGreaterThan(60);
  });

  it("a node without a block of its own", async () => {
    const answers = await ask("other");
    expectSame(answers);
    expect(answers.here.catalog).toContain("a node without a block of its own");
  });

  it("the environment of the examples", async () => {
    const facts = { ...(await machineFacts("example.example.org", home)), site_role: "example" };
    const answers = await ask("example", { environment: "example", facts });
    expectSame(answers);
    expect(answers.here.catalog).toContain("a machine for example, belongs to root.\\nAsk the operators.\\n");
  });

  it("a planted difference is found: one word of one template, for one of the servers", async () => {
    const folder = path.join(home, "planted");
    cpSync(EXAMPLE, folder, { recursive: true });
    const template = path.join(folder, "modules/site_motd/templates/issue.epp");
    writeFileSync(template, readFileSync(template, "utf8").replace("belongs to", "is of"));
    await peer.deploy("planted", EXAMPLE);
    for (const server of [ours, gateway]) await server.deploy("planted", folder);
    const { there, here, served } = await ask("example", { environment: "planted" });
    for (const found of [compared(there, here), compared(there, served)]) {
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/^File\[\/etc\/issue\.net\] parameters content: .*belongs to.* there, .*is of.* here$/);
    }
  });

  it("facts that are no plain data: deep, empty, large, in other scripts", async () => {
    const values = {
      deep: { a: { b: { c: [[[1, { d: null }]]] } } },
      empty: { text: "", list: [], hash: {} },
      large: [9007199254740991, -1, 1e21, 0.1],
      text: "Zażółć 🐘 \u2028 \\ \" ' $x \u0024{y}",
      "with space": "not a variable",
    };
    const facts = { ...(await machineFacts("facts.example.org", home)), ...values };
    const answers = await ask("facts", { facts });
    expectSame(answers);
    expect(answers.here.catalog).toContain("Zażółć 🐘");
  });

  it.each([
    "environment",
    "clientcert",
    "servername",
    "module_name",
    "title",
    "settings::certname",
    "__proto__",
    "2",
    "",
  ])("a fact that is called %j", async (name) => {
    const own = await machineFacts("facts.example.org", home);
    const facts = JSON.parse(`{${JSON.stringify(name)}:"mallory",${JSON.stringify(own).slice(1)}`);
    const answers = await ask("facts", { facts });
    const { there, here, served } = answers;
    expect(here.error).toBe(there.error?.replace(/^Server Error: /, ""));
    expect(served.error).toBe(there.error);
    if (there.error === undefined) expectSame(answers);
  });

  it.each(["facts", "trusted", "server_facts"])("a fact that is called %j: the gateway leaves it out", async (name) => {
    const own = await machineFacts("facts.example.org", home);
    const [{ there, here }, { served, there: without }] = [
      await ask("facts", { facts: { [name]: "mallory", ...own } }),
      await ask("facts", { facts: { ...own } }),
    ];
    expect(here.error).toBe(there.error?.replace(/^Server Error: /, ""));
    if (there.error === undefined) expect(compared(there, here)).toEqual([]);
    expect(compared(without, served)).toEqual([]);
  });

  it("numbers are those that the agent wrote", async () => {
    const facts = JSON.stringify(await machineFacts("facts.example.org", home)).slice(1);
    const answers = await ask("facts", { factsText: `{"float":1.0,"zero":-0.0,"exponent":1E2,"places":1.10,${facts}` });
    expectSame(answers);
    expect(answers.served.catalog).toContain('"float":1.0,"zero":-0.0,"exponent":100.0,"places":1.1,');
    // More than Puppet's integers can be.
    const { there, here, served } = await ask("facts", { factsText: `{"digits":12345678901234567890,${facts}` });
    expect(there.error).toContain("outside of Puppet Integer max range, got '0xab54a98ceb1f0ad2'");
    const said = ({ error, folder }: Answered) => error?.replaceAll(folder, "ENVIRONMENT");
    expect(said(served)).toBe(said(there));
    expect(`Server Error: ${said(here)}`).toBe(said(there));
  });

  it("resources that a node exports are not its own", async () => {
    const { there, here, served } = await ask("exporter");
    expect(there.error ?? here.error ?? served.error).toBeUndefined();
    // Puppetserver has no PuppetDB here: a collector finds nothing there, not even what its own node exports.
    const kept = ({ catalog = "" }: Answered) =>
      JSON.parse(catalog).resources.map(({ type, title }: { type: string; title: string }) => `${type}[${title}]`);
    for (const one of [here, served])
      expect(kept(one)).toEqual([...kept(there), "Notify[exported, and collected here]"]);
  });

  describe("for services", () => {
    it("the classes of an environment, with an ETag, and why there are none of a manifest", async () => {
      const broken = path.join(home, "broken");
      writeTree(broken, {
        "modules/broken/manifests/init.pp": "class broken(Integer $a = 1.50) {\n  notify { 'a' }\n}\n",
      });
      for (const server of [peer, gateway]) await server.deploy("broken", broken);
      const call = (environment: string) => ({
        method: "GET",
        path: `/puppet/v3/environment_classes?environment=${environment}`,
      });
      const classes = async (server: ServedCode, environment: string) => {
        const { status, body, headers } = await server.call(SERVICE, call(environment));
        expect(status).toBe(200);
        const said = JSON.parse(body.toString().replaceAll(server.folderOf(environment), "ENVIRONMENT"));
        return { said, etag: headers.etag ?? "" };
      };
      const { said: faults } = await classes(gateway, "broken");
      expect(faults).toEqual((await classes(peer, "broken")).said);
      expect(faults.files).toMatchObject([{ error: expect.stringContaining("Syntax error at '}'") }]);
      const { said, etag } = await classes(gateway, "features");
      expect(said).toEqual((await classes(peer, "features")).said);
      expect(said.files.length).toBeGreaterThan(10);
      const again = await gateway.call(SERVICE, { ...call("features"), headers: { "If-None-Match": etag } });
      expect(again.status).toBe(304);
    });

    it("a catalog of another node", async () => {
      const { there } = await ask("example", { environment: "example" });
      expect(there.error).toBeUndefined();
      const asked = {
        ...{ certname: "example.example.org", environment: "example" },
        ...{ persistence: { facts: false, catalog: false }, trusted_facts: { values: TRUSTED } },
        facts: { values: await machineFacts("example.example.org", home) },
      };
      const headers = { "Content-Type": "application/json" };
      const call = { method: "POST", path: "/puppet/v4/catalog", headers, body: JSON.stringify(asked) };
      const made = async (server: ServedCode) => {
        const { status, body } = await server.call(SERVICE, call);
        const text = body.toString();
        expect(status, text).toBe(200);
        const [, catalog = ""] = /^\{"catalog":(.*)\}$/s.exec(text) ?? expect.fail(text);
        return { catalog, folder: server.folderOf("example") };
      };
      expect(differencesOf(await made(peer), await made(gateway))).toEqual([]);
    });
  });
});
