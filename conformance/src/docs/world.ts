import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { certificateRequest, FusionAgent, PuppetAgent } from "@gatehouse/simulator";
import { withDatabase } from "../database.js";
import { newSite, type Site } from "../gateway.js";
import { filesOf, type Page, ROOT } from "./pages.js";

const COMMAND = path.join(ROOT, "apps/gatehouse/bin/gatehouse.mjs");
const SECRETS = ["FLEET_KEY", "DASHBOARD_TOKEN", "ESX_PASSWORD", "JOIN_TOKEN", "COMMUNITY", "SECRET"];
const CI_SECRETS = ["CI_DSC_KEY", "CI_JOIN_TOKEN", "CI_AGENT_PASSWORD", "CI_VIEWER_TOKEN"];

/** The host whose request waits to be signed: no rule does. */
export const WAITING = "db01.elsewhere.example";

/** A gateway with a small fleet, and a folder with the files that the pages speak of. */
export interface World {
  /** Runs a line of a page in a shell, where its files are. */
  run(line: string): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  /** An id for a page's `ID`: of the newest of what the line is about. */
  idFor(line: string): Promise<string>;
  /** Whether Puppet code is compiled here. */
  readonly compiles: boolean;
  /** The deviceid of an agent. */
  readonly deviceId: string;
  close(): Promise<void>;
}

/** Starts it. @param pages whose files are laid out @throws when a step of it fails: nothing is left behind then */
export async function startWorld(pages: readonly Page[]): Promise<World> {
  const site = await newSite();
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-docs-"));
  // Where root may make no user namespaces, PostgreSQL is another user.
  chmodSync(folder, 0o711);
  const close = async () => {
    await site.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await layOut(folder, pages);
    return { ...(await settled(site, folder)), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** A gateway with all that the pages speak of. */
async function settled(site: Site, folder: string): Promise<Omit<World, "close">> {
  const gateway = await site.start({
    env: {
      GATEHOUSE_CA_KEY_BITS: "2048",
      GATEHOUSE_SERVER_NAMES: "gate.example.org",
      GATEHOUSE_SEARCH_INDEXED: "os.version",
    },
  });
  const env: Record<string, string> = {
    PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
    GATEHOUSE_DATA_DIR: site.dataDir,
    ...Object.fromEntries([...SECRETS, ...CI_SECRETS].map((name) => [name, `a-secret-of-the-pages-${name}`])),
  };
  const run: World["run"] = (line) => shell(line, folder, env);
  const json = async (line: string) => {
    const { code, out, err } = await run(`${line} --json`);
    if (code !== 0) throw new Error(`${line} ended with ${code}: ${err}`);
    return JSON.parse(out);
  };

  const { compiler } = await json("gatehouse status");
  const compiles = compiler?.state === "ready";
  if (!compiles)
    process.stderr.write("Commands of the pages: those that compile Puppet code are not run, for want of Ruby\n");
  await json("gatehouse apply -f examples/mixed-fleet");
  await json("gatehouse ca policy add of-the-docs --kind glob --pattern '*.example.org'");
  // Something that went over the wire, for the pages that look at it.
  await json("gatehouse exchange record of-the-docs --for 1h");
  await json("gatehouse simulate --dsc 1 --runs 2");
  const device = new FusionAgent({ serverUrl: `${gateway.http}/`, name: "NODE" });
  const inventories = ["web01", "web02"].map((name) => new FusionAgent({ serverUrl: `${gateway.http}/`, name }));
  for (const agent of [device, ...inventories]) wellDone((await agent.run()).errors);
  const serverUrl = gateway.https.replace("127.0.0.1", "localhost");
  const agents = ["web01", "web02"].map(
    (short) => new PuppetAgent({ serverUrl, certname: `${short}.example.org`, environment: "production" }),
  );
  // Two versions, so that there is one to go back to, and each agent's last catalog is another than the one before.
  for (const code of ["examples/puppet/production", "./production"]) {
    await json(`gatehouse puppet deploy production ${code}`);
    for (const agent of agents) {
      await agent.enrol();
      const { errors } = await agent.run();
      if (compiles) wellDone(errors);
    }
  }
  await refusedByProcessing(site);
  const waiting = new PuppetAgent({ serverUrl, certname: WAITING });
  await waiting.enrol().then(
    () => Promise.reject(new Error(`${WAITING} was signed, and was to wait`)),
    () => undefined,
  );

  return {
    run,
    compiles,
    deviceId: device.deviceId,
    idFor: async (line) => newestId(line, json),
  };
}

function wellDone(errors: readonly Error[]): void {
  if (errors[0] !== undefined) throw errors[0];
}

/** The files of the pages, as they call them, and the command as `gatehouse`. */
async function layOut(folder: string, pages: readonly Page[]): Promise<void> {
  const shim = path.join(folder, "bin/gatehouse");
  mkdirSync(path.dirname(shim));
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`);
  chmodSync(shim, 0o755);
  for (const { text } of pages)
    for (const file of filesOf(text)) writeFileSync(path.join(folder, file.name), file.text);
  symlinkSync(path.join(ROOT, "examples"), path.join(folder, "examples"));
  cpSync(path.join(ROOT, "examples/puppet/production"), path.join(folder, "production"), { recursive: true });
  appendFileSync(path.join(folder, "production/manifests/site.pp"), "\nnotify { 'changed': }\n");
  symlinkSync(path.join(ROOT, "examples/dsc/Web.mof"), path.join(folder, "Web.mof"));
  symlinkSync(
    path.join(ROOT, "examples/mixed-fleet/content/xExample_1.0.0.zip"),
    path.join(folder, "xExample_1.0.0.zip"),
  );
  writeFileSync(path.join(folder, "rule.yaml"), "rule: { field: name, prefix: web }\n");
  writeFileSync(path.join(folder, "key.txt"), "a-key-that-the-nodes-have-already\n");
  for (const name of ["etc/gatehouse", "etc/puppetlabs/puppet", "backups"])
    mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, "etc/puppetlabs/puppet/autosign.conf"), "*.build.example.org\n");
  writeFileSync(path.join(folder, "etc/gatehouse/backup.passphrase"), "a passphrase of the documentation\n", {
    mode: 0o600,
  });
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(path.join(folder, "request.pem"), await certificateRequest("web03.example.org", keys, {}));
}

function shell(line: string, cwd: string, env: Readonly<Record<string, string>>): ReturnType<World["run"]> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", line], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** What no route takes, as a fault of an earlier version might have let it in: dead letters, so that there are some. */
async function refusedByProcessing(site: Site): Promise<void> {
  await withDatabase(site, (client) =>
    client.query(
      `with agent as (select id from agents limit 1),
            stored as (insert into submissions (agent_id, kind, coding, size, body)
                       select id, 'dsc.report', 'identity', 4, 'none' from agent, generate_series(1, 3)
                       returning id, accepted_at, agent_id, kind, size)
       insert into inbox (id, accepted_at, agent_id, kind, size) select * from stored`,
    ),
  );
  for (let look = 0; look < 600; look += 1) {
    const { out } = await site.command("dead-letter", "list", "--json");
    if (JSON.parse(out).deadLetters.length === 3) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("What cannot be processed became no dead letter.");
}

type Json = (line: string) => Promise<Record<string, readonly Record<string, unknown>[]>>;

/** Nouns of the command, with where their list has the id. */
const LISTS: Readonly<Record<string, readonly [list: string, key: string, id: string]>> = {
  report: ["gatehouse report list", "reports", "id"],
  "dead-letter": ["gatehouse dead-letter list", "deadLetters", "id"],
  exchange: ["gatehouse exchange list", "exchanges", "id"],
  job: ["gatehouse job list", "jobs", "id"],
  pending: ["gatehouse pending list", "conflicts", "id"],
  "node undo": ["gatehouse node changes", "changes", "id"],
};

async function newestId(line: string, json: Json): Promise<string> {
  const noun = Object.keys(LISTS).find((words) => line.startsWith(`gatehouse ${words} `));
  const [list, key, id] = (noun === undefined ? undefined : LISTS[noun]) ?? [];
  if (list === undefined || key === undefined || id === undefined) throw new Error(`What is the ID in: ${line}`);
  const newest = (await json(list))[key]?.[0]?.[id];
  if (newest === undefined) throw new Error(`${list} has nothing for: ${line}`);
  return String(newest);
}
