import { createHash } from "node:crypto";
import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Binaries } from "./locate.js";
import { hasCode, refusal } from "./refusal.js";

/** Where everything of one embedded database lies; all paths are absolute and free of symbolic links. */
export interface Layout {
  readonly dataDir: string;
  readonly cluster: string;
  readonly lib: string;
  readonly log: string;
  readonly lock: string;
  readonly password: string;
  readonly socketDir: string;
}

/** A Unix socket's path takes 107 bytes at most, and PostgreSQL adds `/.s.PGSQL.5432`. */
const longestSocketDir = 90;

/**
 * Refuses a cluster that these programs cannot open. Reads only.
 * @throws start-refused when PG_VERSION names another major version
 */
export function refuseOtherVersion(dataDir: string, binaries: Binaries): void {
  const stored = readVersion(path.join(dataDir, "pg"));
  if (stored === undefined || stored === binaries.major) return;
  throw refusal(
    `The data folder ${dataDir} was made by PostgreSQL ${stored}, but this gateway has PostgreSQL ${binaries.major}: start it with the former gateway, export the data, then import it into a new folder.`,
  );
}

/** The major version of a cluster, or undefined when there is no cluster. */
export function readVersion(cluster: string): string | undefined {
  try {
    return readFileSync(path.join(cluster, "PG_VERSION"), "utf8").trim();
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT", "ENOTDIR")) return undefined;
    throw thrown;
  }
}

/**
 * Makes the data folder, closed to other users, and names what lies in it.
 * @throws start-refused when the folder is open to others and holds things that are not ours to lock away
 */
export function prepareLayout(folder: string): Layout {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(folder);
  closeToOthers(dataDir);
  const name = `gatehouse-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}`;
  const inTmp = path.join(tmpdir(), name);
  return {
    dataDir,
    cluster: path.join(dataDir, "pg"),
    lib: path.join(dataDir, "lib"),
    log: path.join(dataDir, "postgres.log"),
    lock: path.join(dataDir, "postgres.lock"),
    password: path.join(dataDir, "postgres.password"),
    socketDir: Buffer.byteLength(inTmp) <= longestSocketDir && !inTmp.includes(",") ? inTmp : path.join("/tmp", name),
  };
}

/**
 * Makes the folder of the Unix socket. Whoever can enter it is the database's superuser, and its parent is
 * open to all, so a folder that somebody else put there must not be used.
 * @param owner the user that PostgreSQL runs as, where it is another one
 * @throws start-refused when the path is taken
 */
export function prepareSocketDir(socketDir: string, owner?: { readonly uid: number; readonly gid: number }): void {
  try {
    mkdirSync(socketDir, { mode: 0o700 });
  } catch (thrown) {
    if (!hasCode(thrown, "EEXIST")) throw thrown;
  }
  const found = lstatSync(socketDir);
  const ours = found.uid === owner?.uid || found.uid === (process.getuid?.() ?? 0);
  if (!found.isDirectory() || !ours || (found.mode & 0o077) !== 0) {
    throw refusal(`Another user holds ${socketDir}, the place of the database's socket: remove it, then start again.`);
  }
  if (owner !== undefined && found.uid !== owner.uid) lchownSync(socketDir, owner.uid, owner.gid);
}

function closeToOthers(dataDir: string): void {
  if (process.platform === "win32" || (statSync(dataDir).mode & 0o077) === 0) return;
  const entries = readdirSync(dataDir);
  if (entries.length > 0 && !entries.includes("pg")) {
    throw refusal(
      `The data folder ${dataDir} is open to other users and holds other files: run chmod 0700 on it, or choose an empty folder.`,
    );
  }
  chmodSync(dataDir, 0o700);
}
