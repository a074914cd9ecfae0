import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, stringify } from "yaml";
import { commandOf, gatehouse, type Ran } from "../command/gatehouse.js";
import { newSite, type Site } from "../gateway.js";
import { ROOT } from "./compose-file.js";
import { lacking } from "./lacking.js";
import { onMachine } from "./machine.js";

const EXPECTATIONS = path.join(ROOT, "examples/ci-expectations.yaml");
const SECRETS = {
  CI_DSC_KEY: "a-key-of-the-conformance-lab",
  CI_JOIN_TOKEN: "a-token-of-the-conformance-lab",
  CI_AGENT_PASSWORD: "APasswordOfTheLab",
  CI_VIEWER_TOKEN: "a-viewer-of-the-conformance-lab",
};
const needed = ["puppet", "fusioninventory-agent", "ocsinventory-agent", "curl", "root", "namespaces"];
const { skip, note } = lacking(...needed);

describe.skipIf(skip)(`examples/ci from nothing, and what is expected of it${note}`, () => {
  it("is green when every agent comes", async () => {
    const lab = await fromNothing();
    const expecting = lab.expect(EXPECTATIONS);
    await lab.isRecording();
    await Promise.all([lab.puppet(), lab.lcm()]);
    await lab.fusionInventory();
    await lab.ocsInventory();
    const { code, out, err } = await expecting;
    expect({ code, err, out }).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^(\d+) of \1 met/m) });
    const count = (parse(readFileSync(EXPECTATIONS, "utf8")) as { expect: unknown[] }).expect.length;
    expect(out.match(/^met {2}/gm)).toHaveLength(count);
    expect(lab.tap()).toMatchObject({ status: 0, stdout: expect.stringContaining(`Tests=${count}`) });
    expect(lab.results("junit.xml")).toContain(`tests="${count}" failures="0" errors="0"`);
    // What was recorded for it is over, and can be looked at.
    const { recordings } = await lab.command.json("exchange", "recordings");
    expect(recordings).toMatchObject([{ name: "ci", state: "stopped" }]);
    expect(recordings[0].recorded).toBeGreaterThan(10);
  }, 600_000);

  it("is red when one agent is kept away, and says which", async () => {
    const lab = await fromNothing();
    // Who is kept away is not waited for as long as the others, which may take their time.
    const said = parse(readFileSync(EXPECTATIONS, "utf8")) as {
      expect: { inventory?: { node: string }; within?: string }[];
    };
    const missing = said.expect.filter(({ inventory }) => inventory?.node === "ocsinventory-agent");
    for (const one of missing) one.within = "1s";
    const file = lab.write("expectations.yaml", stringify(said));
    const expecting = lab.expect(file);
    await lab.isRecording();
    await Promise.all([lab.puppet(), lab.lcm()]);
    await lab.fusionInventory();
    const { code, out, err } = await expecting;
    expect({ code, err }, out).toEqual({
      code: 1,
      err: `gatehouse: 2 of ${said.expect.length} expectations not met.\n`,
    });
    expect(missing).toHaveLength(2);
    expect(out.match(/^NOT MET .*$/gm)?.every((line) => line.includes("the OCS agent's inventory"))).toBe(true);
    expect(out.match(/There was never a node ocsinventory-agent\.$/gm)).toHaveLength(2);
    expect(lab.tap()).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`Tests: ${said.expect.length} Failed: 2`),
    });
    expect(lab.results("tap")).toMatch(/^not ok \d+ - the OCS agent's inventory is whole$/m);
    expect(lab.results("junit.xml")).toContain(`tests="${said.expect.length}" failures="2" errors="0"`);
    expect(lab.results("junit.xml")).toContain('<failure message="There was never a node ocsinventory-agent."');
  }, 600_000);

  it("waits for a gateway that goes away meanwhile", async () => {
    const lab = await fromNothing();
    const expecting = lab.expect(lab.write("expectations.yaml", "report: {protocol: dsc}\nsince: ever\nwithin: 10m\n"));
    await lab.isAsked("/api/v1/reports");
    await lab.crash();
    await lab.startAgain();
    await lab.lcm();
    expect(await expecting).toMatchObject({ code: 0, out: expect.stringContaining("1 of 1 met") });
  }, 600_000);

  it("ends in order when it is interrupted: what it began to record is stopped", async () => {
    const lab = await fromNothing();
    const file = lab.write("expectations.yaml", "record: {name: mine}\nexpect: [{node: {name: nobody}}]\n");
    const { child, ended } = lab.start(file);
    await lab.isAsked("/api/v1/nodes/nobody");
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 1, out: expect.stringContaining("It was interrupted") });
    expect((await lab.command.json("exchange", "recordings")).recordings).toMatchObject([
      { name: "mine", state: "stopped" },
    ]);
    expect(lab.results("junit.xml")).toContain("It was interrupted");
  }, 600_000);
});

/** A gateway that was made of examples/ci alone, and the agents that may come to it. */
async function fromNothing() {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-expect-"));
  const site: Site = await newSite();
  onTestFinished(async () => {
    await site.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  let gateway = await site.start({ args: ["--apply", path.join(ROOT, "examples/ci")], env: SECRETS });
  const command = commandOf(() => site);
  const port = new URL(gateway.https).port;
  const files = { tap: path.join(folder, "results.tap"), "junit.xml": path.join(folder, "results.xml") };

  const wordsOf = (file: string) => [
    ...["--data", site.dataDir, "expect", "-f", file, "--tap", files.tap, "--junit", files["junit.xml"]],
  ];

  /** A script of deploy/agents, on a host that is called so. */
  const comes = async (script: string, host: string, more: Readonly<Record<string, string>> = {}) => {
    const env = {
      ...{ PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", HOME: folder, AGENT_HOME: path.join(folder, host) },
      ...{ AGENT_SECONDS: "0", GATEHOUSE_SERVER: "localhost", GATEHOUSE_PORT: port },
      ...more,
    };
    // As in its container: what it keeps, and what its catalog makes, is on no other machine.
    const folders = ["/var/tmp", "/var/lib/fusioninventory-agent"].map((there, i) => {
      const here = path.join(folder, `${host}-${i}`);
      mkdirSync(here, { recursive: true });
      return [there, here] as const;
    });
    const [program = "", ...words] = onMachine(host, Object.fromEntries(folders));
    const command = ["sh", path.join(ROOT, "deploy/agents", script)];
    const child = spawn(program, [...words, ...command], { env, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
    const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
    expect(code, `${host}: ${out}`).toBe(0);
  };
  const login = { AGENT_USER: "agents", AGENT_PASSWORD: SECRETS.CI_AGENT_PASSWORD };
  const own = { AGENT_NAME: "puppet-agent.lab.test", AGENT_JOIN_TOKEN: SECRETS.CI_JOIN_TOKEN };

  return {
    command,
    puppet: () => comes("puppet.sh", "puppet-agent", own),
    fusionInventory: () => comes("fusioninventory.sh", "fusioninventory-agent", login),
    ocsInventory: () => comes("ocsinventory.sh", "ocsinventory-agent", login),
    lcm: () => command.done("simulate", "--dsc", "1", "--runs", "1"),
    crash: () => gateway.crash(),
    /** At the same addresses. */
    startAgain: async () => {
      const { http, https } = gateway;
      gateway = await site.start({ args: ["--http", new URL(http).host, "--https", new URL(https).host] });
    },
    write: (name: string, text: string): string => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    /** The command, until it ends by itself. */
    expect: (file: string): Promise<Ran> => gatehouse(wordsOf(file)),
    /** The same, to be interrupted. */
    start: (file: string) => {
      const child = spawn(process.execPath, [path.join(ROOT, "apps/gatehouse/bin/gatehouse.mjs"), ...wordsOf(file)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
      return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, out }))) };
    },
    /** Once what was expected begins to be looked at: agents that came before would not count. */
    isRecording: () =>
      expect
        .poll(async () => (await command.json("exchange", "recordings")).recordings[0]?.state, { timeout: 60_000 })
        .toBe("on"),
    /** Once the gateway was asked such a thing. */
    isAsked: (target: string) =>
      expect.poll(() => gateway.log().includes(`"path":"${target}"`), { timeout: 60_000 }).toBe(true),
    results: (name: keyof typeof files): string => readFileSync(files[name], "utf8"),
    /** What Perl's reader of TAP makes of the results. */
    tap: (): SpawnSyncReturns<string> => spawnSync("prove", ["-e", "cat", files.tap], { encoding: "utf8" }),
  };
}
