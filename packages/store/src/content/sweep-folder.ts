import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Queryable } from "../database.js";

/** Milliseconds that a file is left alone: somebody may be laying it. */
const NEW_MS = 3_600_000;
/** Digests that one statement asks for. */
const SOME = 5_000;

const STORED = "select encode(sha256, 'hex') as sha256 from blobs where sha256 = any($1)";

/**
 * Takes out of a folder of blobs what is not stored any more, and what a crash left half laid.
 * @returns how many files went
 */
export async function sweepFolder(db: Pick<Queryable, "run">, dir: string): Promise<number> {
  let gone = 0;
  for (const folder of await namesIn(dir)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    const names = await namesIn(path.join(dir, folder));
    for (let at = 0; at < names.length; at += SOME) {
      for (const name of await useless(db, folder, names.slice(at, at + SOME))) {
        const file = path.join(dir, folder, name);
        if (!(await isOld(file))) continue;
        await rm(file, { force: true });
        gone++;
      }
    }
  }
  return gone;
}

/** Of names in a folder, those that are no stored blob's; what is not ours is not among them. */
async function useless(db: Pick<Queryable, "run">, folder: string, names: readonly string[]): Promise<string[]> {
  const laid = names.filter((name) => /^[0-9a-f]{62}$/.test(name));
  const half = names.filter((name) => /^[0-9a-f]{62}\.[0-9a-f-]{36}$/.test(name));
  const digests = laid.map((name) => Buffer.from(folder + name, "hex"));
  const stored = digests.length === 0 ? [] : await db.run<{ sha256: string }>(STORED, [digests]);
  const kept = new Set(stored.map(({ sha256 }) => sha256.slice(2)));
  return [...laid.filter((name) => !kept.has(name)), ...half];
}

const namesIn = (dir: string): Promise<string[]> => readdir(dir).catch(() => []);

const isOld = (file: string): Promise<boolean> =>
  stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > NEW_MS,
    () => false,
  );
