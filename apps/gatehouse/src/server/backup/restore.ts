import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";
import {
  type CheckedBackup,
  checkBackup,
  readInstanceKey,
  restoreBackup,
  startEmbedded,
  storeInstanceKey,
} from "@gatehouse/store";
import type { Config } from "../../config/types.js";
import { makeDataDir } from "../data-dir.js";
import { embeddedDir, keyFileOf } from "./instance.js";

export interface RestoreOptions {
  readonly config: Config;
  readonly file: string;
  /** Of the key in the backup; without one the key's file must be there. */
  readonly passphrase: string | undefined;
  readonly say: (line: string) => void;
}

/** What was restored, and where its key is now. */
export interface RestoredInstance extends CheckedBackup {
  readonly keyFile: string;
}

/**
 * Makes an instance of a backup: in the empty database that DATABASE_URL names, or in an embedded one of the data folder.
 * The backup is read to its end before anything is touched, and what fails after that is undone.
 * @throws conflict where an instance is there, or another key; forbidden for another passphrase or key; request-malformed,
 *   start-refused
 */
export async function restoreInstance(options: RestoreOptions): Promise<RestoredInstance> {
  const { config, file, passphrase, say } = options;
  const keyFile = keyFileOf(config);
  const there = existsSync(keyFile) ? readInstanceKey(keyFile) : undefined;
  if (passphrase === undefined && there === undefined) {
    throw new GatehouseError(
      "config-invalid",
      `The instance key is in the backup, and needs --passphrase-file; or it was kept apart: put it into ${keyFile}.`,
    );
  }
  say(`reading ${file}`);
  const checked = await checkBackup(file, passphrase === undefined ? { key: there as Buffer } : { passphrase });
  const key = checked.key as Buffer;
  if (there !== undefined && !there.equals(key))
    throw new GatehouseError("conflict", `${keyFile} holds the key of another instance: it is not replaced.`);
  let stored = false;
  const keep = () => {
    if (there !== undefined) return;
    writeKey(keyFile, key);
    stored = true;
  };
  const restore = (url: string) => restoreBackup({ url, file, checked: { ...checked, key }, beforeCommit: keep });
  const forget = () => {
    if (stored) rmSync(keyFile, { force: true });
  };
  say(`restoring ${checked.tables.length} tables`);
  if (config.database.url === undefined) await intoFolder(config, say, restore, forget);
  else await intoDatabase(config.database.url, restore, forget);
  return { ...checked, keyFile };
}

/** @throws conflict where the file cannot be written */
function writeKey(file: string, key: Buffer): void {
  try {
    storeInstanceKey(file, key);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw new GatehouseError("conflict", `The instance key cannot be written to ${file}: ${code}. Nothing is kept.`, {
      cause: thrown,
    });
  }
}

async function intoDatabase(url: string, restore: (url: string) => Promise<void>, forget: () => void): Promise<void> {
  try {
    await restore(url);
  } catch (thrown) {
    // A connection that broke at the very end leaves it open whether all is there: a key too many harms nobody.
    if (!(thrown instanceof GatehouseError && thrown.code === "database-unavailable")) forget();
    throw thrown;
  }
}

async function intoFolder(
  config: Config,
  say: (line: string) => void,
  restore: (url: string) => Promise<void>,
  forget: () => void,
): Promise<void> {
  const dataDir = path.resolve(config.dataDir);
  const database = embeddedDir(config);
  const made = [dataDir, database].filter((folder) => !existsSync(folder));
  try {
    makeDataDir(dataDir);
    const embedded = await startEmbedded({ dataDir: database, within: dataDir, say });
    try {
      await restore(embedded.url);
    } finally {
      await embedded.stop();
    }
  } catch (thrown) {
    // What was there before is not ours to remove, and holds no more than it did.
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
    forget();
    throw thrown;
  }
}
