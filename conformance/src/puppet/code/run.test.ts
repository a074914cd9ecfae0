import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Agent } from "../agent.js";
import { faultsOf, needs } from "../programs.js";
import { type RunSite, startRunSite } from "../run-site.js";
import { appliedEnvironment } from "./environments.js";
import { descendantsOf, isRunning, kill } from "./processes.js";

const { skip, note } = needs("puppet");

describe.skipIf(skip)(`unmodified agents that apply Puppet code${note}`, () => {
  let site: RunSite;
  let environment: ReturnType<typeof appliedEnvironment>;
  const deploy = (name: string) => site.done("puppet", "deploy", name, environment.folder);
  beforeAll(async () => {
    site = await startRunSite();
    environment = appliedEnvironment();
    await deploy("production");
    await deploy("staging");
  });
  afterAll(async () => {
    await site?.close();
    environment?.remove();
  });

  /** An agent whose group says what it gets, below a folder of its own. */
  const agentOf = async (short: string, kind: string, more: Readonly<Record<string, unknown>> = {}) => {
    const agent = await site.agent(short);
    const root = path.join(site.root, short);
    mkdirSync(root);
    const assign = (settings: Readonly<Record<string, unknown>>) => site.group(short, agent.certname, settings);
    await assign({ "puppet.parameters": { kind, root, ...more } });
    const text = (name: string) => readFileSync(path.join(root, name), "utf8");
    return { agent, root, assign, text };
  };
  const expectRun = async (agent: Agent, code: number) => {
    const run = await agent.test();
    expect(faultsOf(run.out)).toEqual([]);
    expect(run.code).toBe(code);
    return run;
  };

  it("templates, Hiera, a custom type, function and fact, a Deferred, a Sensitive: changed at first, in order then", async () => {
    const { agent, root, text } = await agentOf("whole", "whole");
    const first = await expectRun(agent, 2);
    expect(text("erb")).toMatch(/^0: one\n1: two\nuser=somebody kernel=Linux top=the top has=false\n/);
    expect(text("epp")).toContain("user=somebody width=4 kernel=Linux <% kept %>\n");
    expect(text("hiera")).toBe("base, common, common, backend for site::backed::value on Linux\n");
    expect(text("function")).toBe(`LOUD!! legacy old for ${agent.certname} blue\n`);
    expect(text("deferred")).toMatch(/^an agent, with \{"a" ?=> ?1\}\n$/);
    expect(text("sourced")).toBe("message of the day\n");
    expect(JSON.parse(text("thing"))).toEqual({ size: 3, flavour: "sour" });
    expect([text("secret"), lstatSync(path.join(root, "secret")).mode & 0o777]).toEqual(["hush\n", 0o600]);
    expect(first.out).not.toContain("hush");
    await expectRun(agent, 0);
    writeFileSync(path.join(root, "thing"), JSON.stringify({ size: 4, flavour: "sour" }));
    await expectRun(agent, 2);
    expect(JSON.parse(text("thing"))).toEqual({ size: 3, flavour: "sour" });
  });

  it("exported resources go from one node to another, and what is sensitive in them stays so", async () => {
    const other = await agentOf("exporter", "exports", { root: path.join(site.root, "collector") });
    const { agent, root, text } = await agentOf("collector", "collects", { exporter: other.agent.certname });
    await expectRun(agent, 0);
    await expectRun(other.agent, 0);
    const run = await expectRun(agent, 2);
    const name = `from-${other.agent.certname}`;
    expect(text(name)).toBe(`exported by ${other.agent.certname}\n`);
    expect(lstatSync(path.join(root, name)).mode & 0o777).toBe(0o600);
    expect(text(`secret-${name}`)).toBe("hush\n");
    expect(run.out).not.toContain("hush");
  });

  it("puppetdb_query tells of exported resources and of facts, in PQL and as AST, without a PuppetDB", async () => {
    const other = await agentOf("asked", "exports", { root: "/asked" });
    const { agent, text } = await agentOf("asking", "asks");
    await expectRun(other.agent, 0);
    await expectRun(agent, 2);
    expect(text("asked").split("\n")).toContain("asked.example.org on Linux: /asked/from-asked.example.org");
  });

  it("an environment by the classifier: the agent is switched, and gets that one's catalog", async () => {
    const { agent, root, assign, text } = await agentOf("switched", "here");
    await expectRun(agent, 2);
    expect(text("here")).toBe("in production\n");
    await assign({ "puppet.environment": "staging", "puppet.parameters": { kind: "here", root } });
    const run = await agent.test();
    expect(run.out).toMatch(/doesn't match server specified environment 'staging'/);
    expect(run.code).toBe(2);
    expect(text("here")).toBe("in staging\n");
  });

  it("a manifest that fails: the agent prints its message with file, line and column; mended, it goes on", async () => {
    const { agent, root, assign, text } = await agentOf("failing", "failing");
    const run = await agent.test({ usecacheonfailure: "false" });
    expect(run.code).toBe(1);
    expect(run.out).toMatch(
      /Error 500 on SERVER: Server Error: Evaluation Error: .*no catalog for failing\.example\.org \(file: \S+\/production\/manifests\/site\.pp, line: \d+, column: \d+\) on node failing\.example\.org/,
    );
    expect(await site.reports(agent.certname)).toMatchObject([{ status: "failure" }]);
    await assign({ "puppet.parameters": { kind: "mended", root } });
    await expectRun(agent, 2);
    expect(text("mended")).toBe("in production\n");
  });

  it("a new version whose code cannot be read fails, and the one after it is served", async () => {
    const { agent, text } = await agentOf("broken", "broken");
    await expectRun(agent, 2);
    const manifest = path.join(environment.folder, "manifests/site.pp");
    const good = readFileSync(manifest, "utf8");
    try {
      writeFileSync(manifest, `${good}\nnotify { 'without an end`);
      await deploy("production");
      const run = await agent.test({ usecacheonfailure: "false" });
      expect(run.code).toBe(1);
      expect(run.out).toMatch(/Error 500 on SERVER: .*Unclosed quote .*site\.pp, line: \d+, column: \d+\)/);
    } finally {
      writeFileSync(manifest, good);
    }
    await deploy("production");
    await expectRun(agent, 0);
    expect(text("broken")).toBe("in production\n");
  });

  describe("Ruby's processes that are killed (kill -9) while they compile", () => {
    const rubies = () => descendantsOf(site.house.first.pid).filter((pid) => nameOf(pid).includes("ruby"));

    /** An agent whose catalog is made only once it may. */
    const slowAgent = async (short: string) => {
      const { agent, root, text } = await agentOf(short, "slow");
      // Whom modules' code runs as is to write there.
      chmodSync(site.root, 0o711);
      chmodSync(root, 0o777);
      const [waits, goes] = [path.join(root, "waits"), path.join(root, "goes")];
      const said = () => (existsSync(waits) ? readFileSync(waits, "utf8") : "");
      /** Who makes its catalog, once it is another than that one. */
      const worker = async (before?: number): Promise<number> => {
        await expect.poll(said, { timeout: 60_000 }).not.toBe(String(before ?? ""));
        await expect.poll(said).not.toBe("");
        return Number(said());
      };
      /** A run that is waiting for its catalog, and who makes that. */
      const waiting = async () => {
        rmSync(waits, { force: true });
        const run = agent.test({ usecacheonfailure: "false" });
        return { run, first: await worker() };
      };
      return { agent, text, waiting, worker, go: () => writeFileSync(goes, "") };
    };

    it("a worker: another one makes the catalog, and once it is killed too its agent is told; the next run works", async () => {
      const { agent, text, waiting, worker, go } = await slowAgent("killed");
      const { run, first } = await waiting();
      expect(rubies()).toContain(first);
      kill(first);
      kill(await worker(first));
      const { code, out } = await run;
      expect(out).toMatch(
        /Error 500 on SERVER: .*The process that made the catalog of killed\.example\.org ended in mid-work: signal 9/,
      );
      expect(code).toBe(1);
      go();
      await expectRun(agent, 2);
      expect(text("slow")).toBe("waited\n");
    });

    it("a worker, and then the parent: the catalog is made all the same, and the next run works", async () => {
      const { agent, text, waiting, worker, go } = await slowAgent("orphaned");
      const { run, first } = await waiting();
      kill(first);
      const second = await worker(first);
      const parent = rubies().find((pid) => descendantsOf(pid).includes(second)) ?? expect.fail("it has no parent");
      kill(parent);
      await expect.poll(() => isRunning(parent)).toBe(false);
      expect(isRunning(second)).toBe(true);
      go();
      const { code, out } = await run;
      expect(faultsOf(out)).toEqual([]);
      expect(code).toBe(2);
      expect(text("slow")).toBe("waited\n");
      // It would go on to serve: the next one is the new parent's.
      kill(second);
      await expectRun(agent, 0);
      expect(rubies().length).toBeGreaterThan(1);
      expect(rubies()).not.toContain(parent);
    });

    it.each([
      ["the gateway", "cut-off", false],
      ["the parent, and then the gateway", "deserted", true],
    ])("%s: all of them are gone, the one that compiles too, and the next run works", async (_, short, isOrphan) => {
      const { agent, text, waiting, go } = await slowAgent(short);
      const { run, first } = await waiting();
      const all = rubies();
      expect(all).toContain(first);
      if (isOrphan) kill(all.find((pid) => descendantsOf(pid).includes(first)) ?? expect.fail("it has no parent"));
      await site.house.first.crash();
      await expect.poll(() => all.filter(isRunning), { timeout: 10_000 }).toEqual([]);
      expect((await run).code).toBe(1);
      await site.house.startAgain();
      go();
      const { port } = new URL(site.house.first.https);
      expect((await agent.test({ serverport: port })).code).toBe(2);
      expect(text("slow")).toBe("waited\n");
    });
  });
});

const nameOf = (pid: number): string =>
  existsSync(`/proc/${pid}/comm`) ? readFileSync(`/proc/${pid}/comm`, "utf8").trim() : "";
