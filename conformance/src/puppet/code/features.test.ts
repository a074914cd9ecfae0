import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasPuppetserver } from "../puppetserver.js";
import { differencesOf } from "./differences.js";
import { EXAMPLE, environmentFolder } from "./environments.js";
import { machineFacts } from "./facts.js";
import { type OwnCompiler, ruby, startOurs } from "./ours.js";
import { startPeer } from "./peer.js";
import type { Answered, Asked, CodeServer } from "./types.js";

const skip = ruby === undefined || !hasPuppetserver;
const note = skip ? " (needs puppet and puppetserver)" : "";
const STARTS_MS = 300_000;

const CLASSIFIED = {
  classes: {
    "site::classified": { by: "a group", more: { list: [1, 2.5, null, true, "ü"], "two words": { "": "x" } } },
  },
  parameters: { tier: "x", group_parameter: { a: [1, "2"] } },
};

describe.skipIf(skip)(`what Puppet code can do, as Debian's puppetserver does it${note}`, () => {
  let home: string;
  let peer: CodeServer;
  let ours: OwnCompiler;
  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), "gatehouse-code-"));
    [peer, ours] = await Promise.all([startPeer(), startOurs()]);
    for (const server of [peer, ours]) {
      await server.deploy("features", environmentFolder("features"));
      await server.deploy("example", EXAMPLE);
    }
  }, STARTS_MS);
  afterAll(async () => {
    await Promise.all([peer?.close(), ours?.close()]);
    rmSync(home, { recursive: true, force: true });
  });

  const ask = async (short: string, more: Partial<Asked> = {}): Promise<readonly [Answered, Answered]> => {
    const certname = `${short}.example.org`;
    const facts = await machineFacts(certname, home);
    const asked = { certname, environment: "features", facts, ...more };
    return [await peer.catalog(asked), await ours.catalog(asked)];
  };
  const compared = ([there, here]: readonly [Answered, Answered]): string[] => {
    expect([there.error, here.error]).toEqual([undefined, undefined]);
    return differencesOf(
      { catalog: there.catalog ?? "", folder: there.folder },
      { catalog: here.catalog ?? "", folder: here.folder },
    );
  };

  it("language, Hiera, functions, types, templates, rich data, classification: the same catalog, byte by byte", async () => {
    const answers = await ask("features", CLASSIFIED);
    expect(compared(answers)).toEqual([]);
    const catalog = JSON.parse(answers[1].catalog ?? "");
    expect(catalog).toMatchObject({ version: "features-2", environment: "features", catalog_format: 2 });
    expect(catalog.resources.length).toBeGreaterThan(60);
  });

  it("a node without a block of its own", async () => {
    const answers = await ask("other");
    expect(compared(answers)).toEqual([]);
    expect(answers[1].catalog).toContain("a node without a block of its own");
  });

  it("the environment of the examples", async () => {
    const facts = { ...(await machineFacts("example.example.org", home)), site_role: "example" };
    const answers = await ask("example", { environment: "example", facts });
    expect(compared(answers)).toEqual([]);
    expect(answers[1].catalog).toContain("a machine for example, belongs to root.\\nAsk the operators.\\n");
  });

  it("a planted difference is found: one word of one template, for one of the servers", async () => {
    const folder = path.join(home, "planted");
    cpSync(EXAMPLE, folder, { recursive: true });
    const template = path.join(folder, "modules/site_motd/templates/issue.epp");
    writeFileSync(template, readFileSync(template, "utf8").replace("belongs to", "is of"));
    await peer.deploy("planted", EXAMPLE);
    await ours.deploy("planted", folder);
    const found = compared(await ask("example", { environment: "planted" }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^File\[\/etc\/issue\.net\] parameters content: .*belongs to.* there, .*is of.* here$/);
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
    expect(compared(answers)).toEqual([]);
    expect(answers[1].catalog).toContain("Zażółć 🐘");
  });

  it.each([
    "facts",
    "trusted",
    "server_facts",
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
    const [there, here] = await ask("facts", { facts });
    expect(here.error).toBe(there.error?.replace(/^Server Error: /, ""));
    if (there.error === undefined) expect(compared([there, here])).toEqual([]);
  });

  it("resources that a node exports are not its own", async () => {
    const [there, here] = await ask("exporter");
    expect(there.error ?? here.error).toBeUndefined();
    // Puppetserver has no PuppetDB here: a collector finds nothing there, not even what its own node exports.
    const kept = ({ catalog = "" }: Answered) =>
      JSON.parse(catalog).resources.map(({ type, title }: { type: string; title: string }) => `${type}[${title}]`);
    expect(kept(here)).toEqual([...kept(there), "Notify[exported, and collected here]"]);
  });
});
