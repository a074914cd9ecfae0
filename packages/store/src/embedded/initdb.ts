import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { Launcher } from "./launch.js";
import { type Layout, readVersion } from "./layout.js";
import { hasCode, refusal } from "./refusal.js";

/** The database's superuser; the gateway is its only one. */
export const databaseUser = "gatehouse";

const draftPrefix = "pg.new-";
const abandonedAfterMs = 3_600_000;

/**
 * Makes the cluster when there is none. The work is done in a sibling folder that then takes the final name in
 * one step: a crash leaves no half cluster, and of two starts at once one wins and the other uses its cluster.
 * @param durable false skips initdb's fsync
 * @throws start-refused with initdb's output as detail
 */
export async function ensureCluster(layout: Layout, launcher: Launcher, durable: boolean, say: (line: string) => void) {
  if (readVersion(layout.cluster) !== undefined) return;
  if (existsSync(layout.cluster) && readdirSync(layout.cluster).length > 0) {
    throw refusal(`The folder ${layout.cluster} is not a PostgreSQL cluster: move it away, then start again.`);
  }
  say("initialising the embedded database");
  removeAbandoned(layout.dataDir);
  const draft = path.join(layout.dataDir, `${draftPrefix}${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    const args = ["-D", draft, "-U", databaseUser, "-E", "UTF8", "--locale=C", ...authentication(layout)];
    const { code, output } = await launcher.run("initdb", durable ? args : [...args, "--no-sync"]);
    if (code !== 0) {
      const advice = "the log has initdb's output; check the folder's space and owner, or set DATABASE_URL";
      throw refusal(`PostgreSQL could not be initialised in ${layout.dataDir}: ${advice}.`, output.trim());
    }
    publish(draft, layout, durable);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The superuser's password, where there is one: Windows has no socket folder that only we can enter. */
export function readPassword(layout: Layout): string | undefined {
  return process.platform === "win32" ? readFileSync(layout.password, "utf8").trim() : undefined;
}

// TCP is refused on purpose: should a setting ever open a port, no one gets in without a password.
function authentication(layout: Layout): string[] {
  if (process.platform !== "win32") return ["--auth-local=trust", "--auth-host=reject"];
  try {
    writeFileSync(layout.password, randomBytes(24).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (thrown) {
    if (!hasCode(thrown, "EEXIST")) throw thrown;
  }
  return ["--auth=scram-sha-256", `--pwfile=${layout.password}`];
}

function publish(draft: string, layout: Layout, durable: boolean): void {
  try {
    renameSync(draft, layout.cluster);
  } catch (thrown) {
    if (readVersion(layout.cluster) === undefined) throw thrown;
    return;
  }
  if (!durable || process.platform === "win32") return;
  const folder = openSync(layout.dataDir, "r");
  fsyncSync(folder);
  closeSync(folder);
}

// By age and not by pid: the other start may run in another container.
function removeAbandoned(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(draftPrefix)) continue;
    const draft = path.join(dataDir, name);
    const age = Date.now() - (statSync(draft, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > abandonedAfterMs) rmSync(draft, { recursive: true, force: true });
  }
}
