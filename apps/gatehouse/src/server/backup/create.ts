import { type CreatedBackup, createBackup, readInstanceKey, type TableSum } from "@gatehouse/store";
import type { Config } from "../../config/types.js";
import { VERSION } from "../version.js";
import { keyFileOf, onInstance } from "./instance.js";

export interface BackupOptions {
  readonly config: Config;
  readonly file: string;
  /** What the instance key is wrapped by; it is left out without one. */
  readonly passphrase: string | undefined;
  /** Bytes of tables in a second, at the most. */
  readonly bytesPerSecond: number;
  readonly say: (line: string) => void;
  readonly onTable?: (table: TableSum) => void;
}

/** Backs up an instance, whether a gateway runs on it or not. @throws what `createBackup` throws */
export function backUpInstance(options: BackupOptions): Promise<CreatedBackup> {
  const { config, file, passphrase, bytesPerSecond, say, onTable } = options;
  const key = readInstanceKey(keyFileOf(config));
  return onInstance(config, say, (url) =>
    createBackup({
      ...{ url, file, key, bytesPerSecond, version: VERSION },
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(onTable === undefined ? {} : { onTable }),
    }),
  );
}
