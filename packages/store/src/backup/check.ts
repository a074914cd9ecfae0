import { GatehouseError } from "@gatehouse/core/errors";
import { migrations as known } from "../migrations/index.js";
import { SecretBox } from "../secret-box.js";
import type { BackupHeader, TableSum } from "./format.js";
import { isMadeWith, readBackup, type WholeBackup } from "./reader.js";
import { unwrapKey } from "./wrapped-key.js";

/** What opens a backup: the passphrase of the key that is in it, or the key itself. */
export interface Opening {
  readonly passphrase?: string;
  readonly key?: Buffer;
}

/** What a check found; nothing of it is believed of a file that is not whole. */
export interface CheckedBackup {
  readonly header: BackupHeader;
  readonly tables: readonly TableSum[];
  readonly size: number;
  /** The instance key, where something to open it was given: it is proved to have made this very file. */
  readonly key: Buffer | undefined;
}

/**
 * Reads a whole backup, in bounded memory, and changes nothing.
 * @throws request-malformed when it is none, or is damaged; start-refused when it is of a newer Gatehouse; forbidden for
 *   another passphrase or another key
 */
export async function checkBackup(file: string, opening: Opening = {}): Promise<CheckedBackup> {
  let key: Buffer | undefined;
  const whole = await readBackup(
    file,
    async () => undefined,
    async (header) => {
      refuseNewer(header);
      // Before the long reading: a wrong passphrase is told at once.
      key = await openedKey(header, opening);
    },
  );
  if (key !== undefined) proveOrigin(whole, key);
  return { header: whole.header, tables: whole.end.tables, size: whole.size, key };
}

/** @throws start-refused when a backup has migrations that this version does not know, or knows in another order */
export function refuseNewer({ migrations, version }: BackupHeader): void {
  const ours = known.map((migration) => new migration().name);
  const foreign = migrations.filter((name, at) => name !== ours[at]);
  if (migrations.length > 0 && foreign.length === 0) return;
  throw new GatehouseError(
    "start-refused",
    `The backup is of another Gatehouse (${version}), with a schema that this one does not know: restore it with that version.`,
    { detail: `unknown migrations: ${foreign.join(", ")}` },
  );
}

async function openedKey(header: BackupHeader, { passphrase, key }: Opening): Promise<Buffer | undefined> {
  if (key !== undefined) return key;
  if (passphrase === undefined) return undefined;
  if (header.key === null)
    throw new GatehouseError("conflict", "The backup was made without a passphrase: the instance key is not in it.");
  return unwrapKey(header.key, passphrase);
}

/** @throws forbidden when another key made it, or somebody without a key changed it */
export function proveOrigin(whole: WholeBackup, key: Buffer): void {
  if (isMadeWith(whole, new SecretBox(key).derive("backup"))) return;
  throw new GatehouseError("forbidden", "The backup was not made with this instance key, or was changed since.");
}
