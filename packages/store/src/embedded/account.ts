import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, lchownSync, lstatSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Layout } from "./layout.js";
import { refusal } from "./refusal.js";

/**
 * As whom PostgreSQL runs; it refuses root.
 * - `self`: as we do
 * - `mapped`: as root's files see it root, as PostgreSQL sees it nobody (a user namespace)
 * - `user`: as another user, who then has to own the data folder
 */
export type Account =
  | { readonly kind: "self" }
  | { readonly kind: "mapped" }
  | { readonly kind: "user"; readonly uid: number; readonly gid: number };

/** The kernel's overflow id, `nobody` on nearly every system; initdb needs it to have a name. */
const nobody = 65534;

/** The command before a program that maps root to nobody. */
export const mapCommand = ["unshare", `--user`, `--map-user=${nobody}`, `--map-group=${nobody}`];

/** Whether this kernel and container let us make a user namespace; Docker's default seccomp profile may not. */
export function canMap(): boolean {
  const [program = "", ...args] = mapCommand;
  return spawnSync(program, [...args, "true"], { stdio: "ignore" }).status === 0;
}

/**
 * Chooses the account. For root, the folder's owner decides: its files must stay readable for the user that
 * normally runs the gateway, and a mapped root may not enter what belongs to others.
 */
export function chooseAccount({ cluster, dataDir }: Layout, mayMap: () => boolean = canMap): Account {
  if (process.getuid?.() !== 0) return { kind: "self" };
  const owner = statSync(existsSync(cluster) ? cluster : dataDir);
  if (owner.uid !== 0) return { kind: "user", uid: owner.uid, gid: owner.gid };
  return mayMap() ? { kind: "mapped" } : { kind: "user", ...unprivileged() };
}

/** `daemon`, which Linux systems have; not `nobody`, whom others' code is run as (the compiler's, for one). */
function unprivileged(): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = ["-u", "-g"].map((what) => Number(spawnSync("id", [what, "daemon"], { encoding: "utf8" }).stdout));
  return uid && gid ? { uid, gid } : { uid: nobody, gid: nobody };
}

/** The user id that owns what PostgreSQL writes; 0 where users have no numbers (Windows). */
export function ownerOf(account: Account): number {
  return account.kind === "user" ? account.uid : (process.getuid?.() ?? 0);
}

/**
 * Gives what root made to the user that PostgreSQL runs as; does nothing for the other accounts. That user may have put
 * links in the place of its own files: none is followed.
 */
export function handOver(account: Account, layout: Layout): void {
  if (account.kind !== "user") return;
  const { uid, gid } = account;
  lchownSync(layout.dataDir, uid, gid);
  for (const file of [layout.log, layout.lock]) if (existsSync(file)) lchownSync(file, uid, gid);
  for (const tree of [layout.lib, layout.cluster]) if (existsSync(tree)) giveTree(tree, uid, gid);
}

/**
 * Lets another user pass through a folder that root keeps closed to all others: it may not list it, and opens what its
 * own rights let it.
 * @param within the caller's own; one that a group has rights to is left as it is
 */
export function letThrough(account: Account, within: string): void {
  if (account.kind !== "user") return;
  const { uid, mode } = statSync(within);
  if (uid !== 0 || (mode & 0o077) !== 0) return;
  chownSync(within, uid, account.gid);
  chmodSync(within, (mode & 0o7777) | 0o010);
}

/**
 * Asked as the other user: rights of all folders above count.
 * @throws start-refused where it cannot enter the data folder, or the one for temporary files
 */
export function refuseUnreachable(account: Account, { dataDir, socketDir }: Layout): void {
  if (account.kind !== "user") return;
  const { uid, gid } = account;
  for (const folder of [dataDir, path.dirname(socketDir)]) {
    const { status } = spawnSync("test", ["-x", folder], { uid, gid, cwd: "/", stdio: "ignore" });
    if (status !== 1) continue;
    throw refusal(
      `PostgreSQL does not run as root, and the user ${uid} that it runs as here cannot enter ${folder}: choose another folder (--data, TMPDIR), run the gateway as another user than root, or set DATABASE_URL.`,
    );
  }
}

// The root of a tree is given last: where it is given, all of it is, and its new owner may be changing it.
function giveTree(root: string, uid: number, gid: number): void {
  const found = lstatSync(root);
  if (found.uid === uid) return;
  if (found.isDirectory()) for (const name of readdirSync(root)) giveTree(path.join(root, name), uid, gid);
  lchownSync(root, uid, gid);
}
