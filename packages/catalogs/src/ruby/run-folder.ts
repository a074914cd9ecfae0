import { execFile } from "node:child_process";
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { GatehouseError } from "@gatehouse/core/errors";

const run = promisify(execFile);
const PREFIX = "gatehouse-ruby-";
/** Beside this file's folder, in the sources as in what is built. */
const PROGRAMS = fileURLToPath(new URL("../../ruby", import.meta.url));

/** Whom modules' code runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * @returns undefined where this process is not root: then it can be nobody else
 * @throws config-invalid for a name that this machine does not know, and for root
 */
export async function accountOf(user: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (what: string) => Number((await run("id", [what, "--", user])).stdout);
  try {
    const account = { uid: await id("-u"), gid: await id("-g") };
    if (account.uid !== 0) return account;
  } catch {
    throw invalid(`There is no user ${user} for the compiler: set puppet.compiler.user.`);
  }
  throw invalid(`The compiler is not run as ${user}: set puppet.compiler.user to another.`);
}

/**
 * Puppet takes a hiera.yaml that it cannot read for none, and nobody is told.
 * @throws config-invalid for what is no file, and for one that the account cannot read
 */
export async function refuseUnreadable(hiera: string, account: Account | undefined): Promise<void> {
  const found = await stat(hiera).catch((thrown: Error) => {
    throw invalid(`The hiera.yaml of the server (puppet.compiler.hiera) is not read: ${thrown.message}`);
  });
  if (!found.isFile()) throw invalid(`The hiera.yaml of the server (puppet.compiler.hiera) is no file: ${hiera}.`);
  // Asked as that account: rights of folders above, lists of them, and its groups count too.
  await run("test", ["-r", path.resolve(hiera)], { cwd: "/", ...account }).catch(() => {
    const who = account === undefined ? "This gateway's user" : "The compiler's account (puppet.compiler.user)";
    throw invalid(`${who} cannot read the hiera.yaml of the server (puppet.compiler.hiera), ${hiera}: let it.`);
  });
}

/** The folders of one compiler's life. */
export interface RunFolder {
  /** Holds the others. Of ours: its account may enter and read. */
  readonly path: string;
  /** Ruby's programs. */
  readonly programs: string;
  /** Where its account is at home. It may not write there: what one environment's code leaves, another's would read. */
  readonly home: string;
  /** Versions of environments, laid out. */
  readonly code: string;
  readonly socket: string;
  /** Gives a path of ours to the account that is to read it. */
  own(path: string, mode: number): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Makes the folders, and removes what processes that are gone have left of theirs.
 * @param keys files for the account to read, as `keys/NAME` in its home
 */
export async function createRunFolder(
  account: Account | undefined,
  keys: Readonly<Record<string, string>>,
  parent = tmpdir(),
): Promise<RunFolder> {
  await removeLeftovers(path.resolve(parent));
  if (account !== undefined) await refuseClosed(path.resolve(parent));
  const root = await mkdtemp(path.join(parent, `${PREFIX}${process.pid}-`));
  const remove = () => rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    return { ...(await filled(root, account, keys)), remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

async function filled(
  root: string,
  account: Account | undefined,
  keys: Readonly<Record<string, string>>,
): Promise<Omit<RunFolder, "remove">> {
  const own = async (file: string, mode: number) => {
    if (account !== undefined) await chown(file, 0, account.gid);
    await chmod(file, mode);
  };
  const folder = async (name: string, mode: number) => {
    await mkdir(path.join(root, name));
    await own(path.join(root, name), mode);
    return path.join(root, name);
  };
  await own(root, 0o750);
  const programs = await folder("programs", 0o750);
  for (const name of await readdir(PROGRAMS)) {
    await copyFile(path.join(PROGRAMS, name), path.join(programs, name));
    await own(path.join(programs, name), 0o640);
  }
  const code = await folder("code", 0o750);
  const home = await folder("home", 0o750);
  const kept = await folder("home/keys", 0o750);
  for (const [name, file] of Object.entries(keys)) {
    await copyFile(file, path.join(kept, name)).catch((thrown: Error) => {
      throw invalid(`The key ${name} (puppet.compiler.keys) is not read: ${thrown.message}`);
    });
    await own(path.join(kept, name), 0o440);
  }
  return { ...{ path: root, programs, home, code, own }, socket: path.join(root, "socket") };
}

/** @throws config-invalid for a folder that another account cannot get to */
async function refuseClosed(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0)
    throw invalid(`The compiler's account cannot enter ${folder}: choose a folder that all may enter.`);
  if (path.dirname(folder) !== folder) await refuseClosed(path.dirname(folder));
}

const invalid = (message: string) => new GatehouseError("config-invalid", message);

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, pid] = /^gatehouse-ruby-(\d+)-/.exec(name) ?? [];
    if (pid === undefined) continue;
    const file = path.join(parent, name);
    // Anybody may make such a name in a folder that all share.
    const found = await stat(file).catch(() => undefined);
    if (found === undefined || found.uid !== process.getuid?.()) continue;
    // In a container every gateway has the same id.
    const isOurs = Number(pid) === process.pid && found.birthtimeMs > Date.now() - process.uptime() * 1000;
    if (!isOurs && (Number(pid) === process.pid || !isAlive(Number(pid))))
      // What is not removed is in nobody's way.
      await rm(file, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
