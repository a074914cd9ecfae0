import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PuppetAgent } from "@gatehouse/simulator";
import { startEmbedded } from "@gatehouse/store";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatehouse } from "../command/gatehouse.js";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";
import { debianPostgres, startPostgres } from "../standing/postgres.js";
import { type AgentsThatLast, ask, enrolAgents, freePorts, JOIN, type Ports, startAt } from "./fleet.js";

const COMMAND = fileURLToPath(new URL("../../../apps/gatehouse/bin/gatehouse.mjs", import.meta.url));
const PASSPHRASE = "correct horse battery staple";
/** Of this machine alone, and of this suite. */
const ADDRESS = "127.0.11.33";

interface Told {
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  readonly opened?: boolean;
}

/**
 * The restore drill (docs/operate.md): an instance is backed up while its agents go on, is deleted, and is made anew of its
 * backup; the agents go on as who they are.
 */
// Longer than a busy machine takes for it.
describe("the restore drill", { timeout: 300_000 }, () => {
  let folder: string;
  let passphraseFile: string;
  let backup: string;
  let ports: Ports;
  let agents: AgentsThatLast;
  let rows: Map<string, number>;
  const tokens = { live: "", revoked: "" };
  let order: string;
  const sites: Site[] = [];
  const undo: (() => unknown)[] = [];
  const said: string[] = [];
  const newPlace = async () => {
    const site = await newSite();
    sites.push(site);
    // The key comes out of the backup: of this one nothing is known.
    if (site.databaseUrl !== null) rmSync(path.join(site.dataDir, "given.key"));
    return site;
  };
  const done = async (site: Pick<Site, "command">, ...args: string[]) => {
    const { code, out, err } = await site.command(...args);
    said.push(out, err);
    expect(code, `${args.join(" ")}: ${err}`).toBe(0);
    return out;
  };
  const rowsIn = async (site: Pick<Site, "command">, file: string) => {
    const { tables }: Told = JSON.parse(await done(site, "--json", "backup", "check", file));
    return new Map(tables.map(({ name, rows: count }) => [name, count]));
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-drill-"));
    passphraseFile = path.join(folder, "passphrase");
    writeFileSync(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
    backup = path.join(folder, "gatehouse.backup");
    ports = await freePorts();
  });
  afterAll(async () => {
    agents?.close();
    for (const site of sites) await site.remove();
    for (const step of undo.reverse()) await step();
    rmSync(folder, { recursive: true, force: true });
  });

  it("backs up an instance while its agents go on", async () => {
    const site = await newSite();
    sites.push(site);
    const gateway = await startAt(site, ports, { seed: true });
    agents = await enrolAgents(ports, gateway.ca);
    await agents.round();
    const run = (...args: string[]) => done(site, ...args);
    await run("ca", "revoke", "revoked.lab.test");
    await run("package", "add", "hello", new URL("../../../examples/deploy/hello", import.meta.url).pathname);
    await expect.poll(() => run("node", "list"), { timeout: 30_000 }).toContain("deployed");
    const made = await run("--json", "job", "create", "--package", "hello", "--node", "deployed", "--name", "later");
    order = JSON.parse(made).order.name;
    for (const name of ["live", "revoked"] as const)
      tokens[name] = JSON.parse(await run("--json", "token", "create", "--name", name, "--role", "operator")).token;
    await run("token", "revoke", "revoked");

    let ended = false;
    let rounds = 0;
    const going = (async () => {
      while (!ended) {
        await agents.round();
        rounds += 1;
      }
    })();
    const created = run("backup", "create", backup, "--passphrase-file", passphraseFile);
    await created.finally(() => {
      ended = true;
    });
    await going;
    expect(rounds).toBeGreaterThan(0);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const told: Told = JSON.parse(await run("--json", "backup", "check", backup, "--passphrase-file", passphraseFile));
    expect(told.opened).toBe(true);
    rows = await rowsIn(site, backup);
    for (const name of [
      "certificates",
      "reports",
      "report_events",
      "submissions",
      "blob_chunks",
      "jobs",
      "inventories",
    ])
      expect(rows.get(name), name).toBeGreaterThan(0);
    for (const secret of [PASSPHRASE, JOIN, tokens.live])
      expect(readFileSync(backup).includes(secret), secret).toBe(false);
    // Over what is there, nothing is restored; neither while it runs nor when it is stopped.
    const over = ["backup", "restore", backup, "--passphrase-file", passphraseFile];
    expect((await site.command(...over)).code).toBe(1);
    expect(await gateway.stop()).toBe(0);
    const stopped = await site.command(...over);
    expect([stopped.code, stopped.err]).toEqual([1, expect.stringContaining("is not empty")]);
    said.push(gateway.log());
    rmSync(site.dataDir, { recursive: true });
  });

  it("is refused what is no whole backup, or its passphrase, and nothing is made", async () => {
    const [cut, wrong, empty] = ["cut", "wrong", "empty"].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    const whole = readFileSync(backup);
    writeFileSync(cut, whole.subarray(0, whole.length - 100));
    writeFileSync(wrong, "another passphrase\n");
    writeFileSync(empty, "\n");
    const dataDir = path.join(folder, "nothing");
    const restore = (...args: string[]) => gatehouse(["--data", dataDir, "backup", "restore", ...args]);
    for (const [args, code, words] of [
      [[cut, "--passphrase-file", passphraseFile], 1, "damaged"],
      [[passphraseFile, "--passphrase-file", passphraseFile], 1, "no backup"],
      [[backup, "--passphrase-file", wrong], 1, "not the one"],
      [[backup, "--passphrase-file", empty], 2, "empty"],
      [[backup, "--passphrase-file", path.join(folder, "none")], 2, "ENOENT"],
      [[backup, "--passphrase-file", backup], 2, "too large"],
      [[backup], 2, "--passphrase-file"],
      [[folder, "--passphrase-file", passphraseFile], 1, "no file"],
    ] as const) {
      const ran = await restore(...args);
      expect([ran.code, ran.err], args.join(" ")).toEqual([code, expect.stringContaining(words)]);
      expect(() => statSync(dataDir)).toThrow("ENOENT");
    }
  });

  it("restores into nothing, and the agents go on", async () => {
    const site = await newPlace();
    const restore = ["backup", "restore", backup, "--passphrase-file", passphraseFile];
    // One that is killed in the middle leaves nothing that the next one would stumble over.
    if (await killedWhileItRuns(site, restore)) await done(site, ...restore);
    await goesOn(site);
  });

  it("restores onto another PostgreSQL, with the passphrase's file named by its variable", async () => {
    const url = await anotherPostgres();
    const dataDir = path.join(folder, "elsewhere");
    mkdirSync(dataDir);
    const keyFile = path.join(folder, "restored.key");
    const settings = { DATABASE_URL: url, GATEHOUSE_INSTANCE_KEY_FILE: keyFile };
    const there = await newSite();
    sites.push(there);
    const site: Site = {
      ...there,
      settings,
      command: (...args) => gatehouse(["--data", there.dataDir, ...args], settings),
      start: ({ args = [], env = {} } = {}) => there.start({ args, env: { ...env, ...settings } }),
    };
    const named = { ...settings, GATEHOUSE_BACKUP_PASSPHRASE_FILE: passphraseFile };
    const restored = await gatehouse(["--data", there.dataDir, "backup", "restore", backup], named);
    expect(restored).toMatchObject({ code: 0 });
    said.push(restored.out, restored.err);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    await goesOn(site);
  });

  it("has its passphrase in no output and no log", () => {
    expect(said.length).toBeGreaterThan(10);
    for (const text of said) expect(text).not.toContain(PASSPHRASE);
  });

  /** kill -9 as soon as its database answers. @returns false where it was done before that */
  async function killedWhileItRuns(site: Site, words: readonly string[]): Promise<boolean> {
    const child = spawn(process.execPath, [COMMAND, "--data", site.dataDir, ...words], {
      env: { PATH: process.env["PATH"], TMPDIR: tmpdir(), ...site.settings },
      stdio: "ignore",
    });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const server = path.join(site.dataDir, "postgres", "pg", "postmaster.pid");
    while (child.exitCode === null && site.databaseUrl === null && !existsSync(server)) await sleep(20);
    child.kill("SIGKILL");
    await gone;
    return child.exitCode === null;
  }

  /** What has to be true of a restored instance. */
  async function goesOn(site: Site): Promise<void> {
    // The rows that came back are those of the backup, before anybody adds one; the audit trail tells of both.
    const again = path.join(folder, `${path.basename(site.dataDir)}.backup`);
    await done(site, "backup", "create", again);
    const back = await rowsIn(site, again);
    const trail = back.get("audit_events") ?? 0;
    expect(trail).toBe((rows.get("audit_events") ?? 0) + 2);
    expect(new Map([...back].filter(([name]) => name !== "audit_events"))).toEqual(
      new Map([...rows].filter(([name]) => name !== "audit_events")),
    );

    const gateway: GatewayProcess = await startAt(site, ports);
    try {
      const before = agents.puppet.identity?.cert;
      await agents.round();
      expect(agents.puppet.identity?.cert).toBe(before);
      // Whoever was revoked stays out: the connection, or what is asked on it, is refused.
      const outside = await agents.revoked.run().then(
        ({ reported }) => reported,
        () => false,
      );
      expect(outside).toBe(false);
      expect(await ask(gateway, tokens.live, "/nodes")).toMatchObject({ nodes: expect.anything() });
      expect(await ask(gateway, tokens.revoked, "/nodes")).toBe(401);
      const orders = await ask(gateway, tokens.live, "/job-orders");
      expect(JSON.stringify(orders)).toContain(`"${order}"`);
      const jobs = await ask<{ jobs: { state: string }[] }>(gateway, tokens.live, "/jobs");
      expect(jobs).toMatchObject({ jobs: [{ state: expect.stringMatching(/^(?:prepared|sent|running)$/) }] });
      // Certificates are issued as before, with a number that nobody was given after the backup.
      const late = new PuppetAgent({
        ...{ serverUrl: `https://localhost:${ports.https}`, token: JOIN },
        certname: `late-${path.basename(site.dataDir).toLowerCase()}.lab.test`,
      });
      await late.enrol();
      expect((await late.run()).reported).toBe(true);
      const { certificates } = (await ask(gateway, tokens.live, `/certificates?name=${late.certname}`)) as {
        certificates: { serial: string }[];
      };
      expect(Number.parseInt(certificates[0]?.serial ?? "", 16)).toBeGreaterThan(1_000_000);
    } finally {
      await gateway.stop();
      said.push(gateway.log());
    }
  }

  /** Debian's PostgreSQL where there is one: another version than the embedded one. Else an embedded one of its own. */
  async function anotherPostgres(): Promise<string> {
    // Its own user passes through here.
    const place = mkdtempSync(path.join(tmpdir(), "gatehouse-other-"));
    undo.push(() => rmSync(place, { recursive: true, force: true }));
    if (debianPostgres() === undefined) {
      process.stderr.write("the restore drill: no PostgreSQL of Debian's, so the other one is of the same version\n");
      const embedded = await startEmbedded({ dataDir: path.join(place, "postgres"), durable: false });
      undo.push(() => embedded.stop());
      return embedded.url;
    }
    chmodSync(place, 0o755);
    const server = startPostgres(path.join(place, "server"), ADDRESS, {
      ...{ POSTGRES_USER: "gatehouse", POSTGRES_DB: "gatehouse", POSTGRES_PASSWORD: "of-this-test" },
    });
    const gone = new Promise((resolve) => server.once("exit", resolve));
    undo.push(async () => {
      server.kill("SIGINT");
      await gone;
    });
    const url = `postgres://gatehouse:of-this-test@${ADDRESS}:5432/gatehouse`;
    await expect
      .poll(
        async () => {
          const client = new pg.Client(url);
          client.on("error", () => undefined);
          return client.connect().then(
            () => client.end().then(() => "answers"),
            (thrown: Error) => thrown.message,
          );
        },
        { timeout: 60_000 },
      )
      .toBe("answers");
    return url;
  }
});
