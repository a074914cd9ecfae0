import { existsSync } from "node:fs";
import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Log } from "@gatehouse/http";
import {
  createInstanceKey,
  Database,
  type EmbeddedDatabase,
  hasInstance,
  indexFacts,
  openSecretBox,
  POOLER_ADVICE,
  POOLER_FINDING,
  readInstanceKey,
  type SecretBox,
  sharesBackends,
  startEmbedded,
} from "@gatehouse/store";
import type { Config } from "../config/types.js";
import { makeDataDir } from "./data-dir.js";

export interface Storage {
  readonly db: Database;
  readonly box: SecretBox;
  readonly keyFile: KeyFile;
  /** The user that may enter the embedded database; undefined where it is the operator's own. */
  readonly uid: number | undefined;
  close(): Promise<void>;
}

/** Where the instance key is; `own`: in the data folder, made by the gateway. */
export interface KeyFile {
  readonly path: string;
  readonly own: boolean;
}

export interface StorageOptions {
  readonly config: Config;
  readonly dataDir: string;
  /** False: a power cut may lose what was acknowledged; for throw-away instances. */
  readonly durable: boolean;
  readonly log: Log;
  readonly say: (line: string) => void;
}

/** The database, given or embedded, migrated and opened with its instance key. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { config, dataDir, log } = options;
  // Before anything is done there: a lock that is not held guards no migration.
  if (config.database.url !== undefined && (await sharesBackends(config.database.url)))
    throw new GatehouseError("start-refused", `${POOLER_FINDING} ${POOLER_ADVICE}`);
  const embedded = config.database.url === undefined ? new KeptDatabase(options) : undefined;
  await embedded?.start();
  let db: Database | undefined;
  try {
    db = await Database.open({ url: config.database.url ?? embedded?.url ?? "", poolSize: config.database.poolSize });
    const box = await openSecretBox(db, await instanceKey(config, dataDir, db, log));
    const { made, dropped } = await indexFacts(db, config.search.indexed);
    if (made.length + dropped.length > 0) log.info("the facts to search by have changed", { made, dropped });
    const opened = db;
    return {
      db,
      box,
      keyFile: keyFileOf(config, dataDir),
      uid: embedded?.uid,
      close: async () => {
        await opened.close();
        await embedded?.stop();
      },
    };
  } catch (thrown) {
    await db?.close();
    await embedded?.stop();
    throw thrown;
  }
}

const keyFileOf = ({ instanceKeyFile }: Config, dataDir: string): KeyFile =>
  instanceKeyFile === undefined
    ? { path: path.join(dataDir, "instance.key"), own: true }
    : { path: instanceKeyFile, own: false };

async function instanceKey(config: Config, dataDir: string, db: Database, log: Log): Promise<Buffer> {
  if (config.instanceKeyFile !== undefined) return readInstanceKey(config.instanceKeyFile);
  if (config.database.url !== undefined) {
    throw new GatehouseError(
      "start-refused",
      "A database of your own needs an instance key beside it: make one with `openssl rand -hex 32 > instance.key` and name it in GATEHOUSE_INSTANCE_KEY_FILE.",
    );
  }
  const file = keyFileOf(config, dataDir).path;
  if (existsSync(file)) return readInstanceKey(file);
  if (await hasInstance(db)) {
    throw new GatehouseError(
      "start-refused",
      `${file} is missing: without it the secrets in the database cannot be read. Put it back from a backup.`,
    );
  }
  log.info("instance key made", { file });
  return createInstanceKey(file);
}

/** The embedded database, started again when it dies by itself. */
class KeptDatabase {
  readonly #options: StorageOptions;
  #running: EmbeddedDatabase | undefined;
  #stopping = false;

  constructor(options: StorageOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#running?.url ?? "";
  }

  get uid(): number | undefined {
    return this.#running?.uid;
  }

  async start(): Promise<void> {
    const { dataDir, durable, say, log } = this.#options;
    makeDataDir(dataDir);
    this.#running = await startEmbedded({ dataDir: path.join(dataDir, "postgres"), within: dataDir, durable, say });
    this.#running.onExit((reason) => {
      if (this.#stopping) return;
      log.error("the embedded database stopped by itself", { reason });
      void this.#restart();
    });
  }

  async #restart(): Promise<void> {
    for (let attempt = 1; !this.#stopping; attempt++) {
      try {
        await this.start();
        this.#options.log.info("the embedded database is back", { attempt });
        return;
      } catch (thrown) {
        this.#options.log.error("the embedded database does not start", { attempt, reason: (thrown as Error).message });
        await new Promise((resolve) => setTimeout(resolve, Math.min(attempt, 15) * 1000));
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running?.stop();
  }
}
