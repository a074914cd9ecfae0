import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Agent } from "./agent.js";
import { faultsOf, needs } from "./programs.js";
import { type RunSite, startRunSite } from "./run-site.js";

const { skip, note } = needs("puppet");

const treeOf = (version: string) => ({
  "modules/site/files/a.txt": `a ${version}\n`,
  "modules/site/files/b.txt": `b ${version}\n`,
  "shared/b.txt": `b ${version}\n`,
  [`modules/site/lib/facter/site_${version}.rb`]: `Facter.add(:site_version) { setcode { '${version}' } }\n`,
});

describe.skipIf(skip)(`an unmodified agent whose environment changes${note}`, () => {
  let site: RunSite;
  beforeAll(async () => {
    site = await startRunSite({ GATEHOUSE_PUPPET_MOUNTS: JSON.stringify({ extra: "shared" }) });
    await site.deploy("production", treeOf("v1"));
    await site.deploy("staging", treeOf("staging"));
  });
  afterAll(() => site?.close());
  const at = (...parts: string[]) => path.join(site.root, ...parts);
  const text = (...parts: string[]) => readFileSync(at(...parts), "utf8");
  const catalogOf = (agent: Agent) =>
    JSON.parse(
      readFileSync(path.join(agent.folder, "var", "client_data", "catalog", `${agent.certname}.json`), "utf8"),
    );
  const declareFile = (agent: Agent, name: string) =>
    site.declare(agent.certname, { [`File[${at(name)}]`]: { ensure: "file", source: "puppet:///modules/site/a.txt" } });

  it("is switched to the one that a group gives it, in the same run, and stays there", async () => {
    const agent = await site.agent("switched");
    await declareFile(agent, "switched");
    expect((await agent.test()).code).toBe(2);
    expect(text("switched")).toBe("a v1\n");
    await site.group("to-staging", agent.certname, { "puppet.environment": "staging" });
    const run = await agent.test();
    expect(faultsOf(run.out)).toEqual([]);
    expect(run.out).toMatch(/doesn't match server specified environment 'staging'/);
    expect(run.code).toBe(2);
    expect(text("switched")).toBe("a staging\n");
    const next = await agent.test();
    expect(next.out).toContain("Using environment 'staging'");
    expect(next.out).not.toContain("doesn't match");
    expect(next.code).toBe(0);
  });

  it("that asks for one that is not there ends in production", async () => {
    const agent = await site.agent("lost", { environment: "nosuch" });
    await declareFile(agent, "lost");
    const run = await agent.test();
    expect(text("lost")).toBe("a v1\n");
    expect(run.out).toContain("server specified environment 'production'");
  });

  it("gets a static catalog, with what it says of files of modules but not of other mounts", async () => {
    const agent = await site.agent("static");
    await site.declare(agent.certname, {
      [`File[${at("static")}]`]: { ensure: "file", source: "puppet:///modules/site/a.txt" },
      [`File[${at("mounted")}]`]: { ensure: "file", source: "puppet:///extra/b.txt" },
    });
    expect((await agent.test()).code).toBe(2);
    expect([text("static"), text("mounted")]).toEqual(["a v1\n", "b v1\n"]);
    const catalog = catalogOf(agent);
    expect(catalog.code_id).toMatch(/^[A-Za-z0-9_:;-]+$/);
    expect(Object.keys(catalog.metadata)).toEqual([at("static")]);
    expect(catalog.metadata[at("static")]).toMatchObject({
      type: "file",
      content_uri: "puppet:///modules/site/files/a.txt",
    });
    expect((await agent.test()).code).toBe(0);
  });

  describe("in the middle of a run", () => {
    /** Starts a run that stops between two files, deploys another version meanwhile, and lets it end. */
    async function deployInTheMiddle(agent: Agent, mount: string): Promise<void> {
      const [waits, goes] = [at(`${agent.certname}.waits`), at(`${agent.certname}.goes`)];
      const file = (source: string) => ({ ensure: "file", source: `puppet:///${source}.txt` });
      await site.declare(agent.certname, {
        [`File[${at(`${agent.certname}.a`)}]`]: { ...file("modules/site/a"), before: "Exec[wait]" },
        "Exec[wait]": {
          command: `/bin/sh -c 'touch ${waits}; while ! test -e ${goes}; do sleep 0.1; done'`,
          creates: goes,
          timeout: 100,
        },
        [`File[${at(`${agent.certname}.b`)}]`]: { ...file(`${mount}/b`), require: "Exec[wait]" },
      });
      await site.deploy("production", treeOf("v1"));
      const run = agent.test();
      while (!existsSync(waits)) await sleep(50);
      await site.deploy("production", treeOf("v2"));
      writeFileSync(goes, "");
      expect(await run).toMatchObject({ code: 2 });
    }

    it("keeps the version of its static catalog, and has the new one with the next", async () => {
      const agent = await site.agent("middle");
      await deployInTheMiddle(agent, "modules/site");
      expect([text("middle.example.org.a"), text("middle.example.org.b")]).toEqual(["a v1\n", "b v1\n"]);
      expect((await agent.test()).code).toBe(2);
      expect([text("middle.example.org.a"), text("middle.example.org.b")]).toEqual(["a v2\n", "b v2\n"]);
    });

    it("has each other file whole, of the version that is there when it asks", async () => {
      const agent = await site.agent("dynamic");
      await deployInTheMiddle(agent, "extra");
      expect([text("dynamic.example.org.a"), text("dynamic.example.org.b")]).toEqual(["a v1\n", "b v2\n"]);
    });
  });

  it("goes back with a rollback, plugins too", async () => {
    const agent = await site.agent("rollback");
    await declareFile(agent, "rolled");
    await site.deploy("production", treeOf("v1"));
    expect((await agent.test()).code).toBe(2);
    await site.deploy("production", treeOf("v2"));
    expect((await agent.test()).code).toBe(2);
    expect(text("rolled")).toBe("a v2\n");
    await site.done("puppet", "rollback", "production");
    const run = await agent.test();
    expect(faultsOf(run.out)).toEqual([]);
    expect(text("rolled")).toBe("a v1\n");
    const plugins = path.join(agent.folder, "var", "lib", "facter");
    expect([existsSync(path.join(plugins, "site_v1.rb")), existsSync(path.join(plugins, "site_v2.rb"))]).toEqual([
      true,
      false,
    ]);
    expect(
      (await site.json("puppet", "versions", "production")).versions.filter((v: { current: boolean }) => v.current),
    ).toHaveLength(1);
  });
});
