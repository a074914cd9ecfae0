import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { newToken } from "@gatehouse/api";
import type { NoRuby, StartedRuby } from "@gatehouse/catalogs";
import { systemClock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ExchangeHook } from "@gatehouse/core/exchanges";
import type { Log } from "@gatehouse/http";
import { compileChecks } from "@gatehouse/inventory";
import { asRefusal } from "@gatehouse/store";
import type { Config } from "../config/types.js";
import { serverIssuer } from "./authority/issuer.js";
import { ownCertificate, type ServerCertificate } from "./certificate.js";
import { apartFrom, closeRuby, startCompilerRuby } from "./compiler/start-ruby.js";
import { compose } from "./compose.js";
import { makeDataDir } from "./data-dir.js";
import type { Gateway } from "./gateway.js";
import { closeListeners, type Listener, onHangup, openListeners, reloadListeners } from "./listeners.js";
import { removeRunFile, writeAdminToken, writeRunFile } from "./run-files.js";
import { openStorage } from "./storage.js";

/** Certificates are looked at this often: one that is about to end is made anew, and renewed files are taken. */
const CERTIFICATES_MS = 3_600_000;
/** Content that was deleted goes from this machine's disk this often. */
const SWEEP_MS = 3 * 3_600_000;

export interface ServeOptions {
  readonly config: Config;
  readonly ephemeral?: boolean;
  readonly adminToken?: string;
  readonly log: Log;
  /** Progress for a person, one line per long step. */
  readonly say?: (line: string) => void;
  readonly exchanges?: ExchangeHook;
  /** Ruby for the compiler, where it was started before; closed with the gateway. */
  readonly ruby?: Promise<StartedRuby | NoRuby>;
  /** What is done before it serves; what it throws ends the start. */
  readonly prepare?: (gateway: Gateway) => Promise<void>;
}

export interface RunningGateway {
  readonly gateway: Gateway;
  readonly listeners: readonly Listener[];
  readonly http: string | null;
  readonly https: string | null;
  readonly ca: string | null;
  /** The first admin token, when this start made it. */
  readonly token: string | null;
  readonly dataDir: string;
  /** Drains, stops listening, writes what is pending, stops the embedded database. */
  stop(): Promise<void>;
}

/** Starts a gateway: storage, composition, listeners; when it returns, it serves. */
export async function startGateway(options: ServeOptions): Promise<RunningGateway> {
  const { config, log, ephemeral = false } = options;
  const { ruby: started = startCompilerRuby(config.puppet.compiler, config.serverNames, log) } = options;
  const dataDir = ephemeral ? mkdtempSync(path.join(tmpdir(), "gatehouse-")) : path.resolve(config.dataDir);
  const removeData = () => {
    if (ephemeral) rmSync(dataDir, { recursive: true, force: true });
  };
  let draining = false;
  let listeners: Listener[] = [];
  const undo: (() => Promise<void> | void)[] = [removeData];
  // Who compiles says why there is none.
  started.catch(() => undefined);
  undo.push(() => started.then(closeRuby, () => undefined));
  try {
    if (ephemeral && config.database.url !== undefined) {
      throw new GatehouseError(
        "start-refused",
        "--ephemeral brings a database of its own: start without DATABASE_URL, or without --ephemeral.",
      );
    }
    prepareDataDir(dataDir);
    const storage = await openStorage({
      config,
      dataDir,
      durable: !ephemeral,
      log,
      say: options.say ?? (() => undefined),
    });
    undo.push(() => storage.close());
    const ruby = started.then((found) => apartFrom(storage.uid, found));
    ruby.catch(() => undefined);
    let certificate: ServerCertificate | undefined;
    const exchanges = options.exchanges === undefined ? {} : { exchanges: options.exchanges };
    const gateway = compose({
      config,
      dataDir,
      db: storage.db,
      box: storage.box,
      keyFile: storage.keyFile,
      ruby,
      log,
      listeners: () => listeners,
      certificate: () => certificate,
      draining: () => draining,
      ...exchanges,
    });
    undo.push(() => gateway.content.close());
    await gateway.content.watch();
    undo.push(() => gateway.compiler.stop());
    gateway.compiler.start();
    undo.push(() => gateway.authority.stop());
    await gateway.authority.start();
    undo.push(() => gateway.authorization.stop());
    await gateway.authorization.start();
    undo.push(() => gateway.work.stop());
    await gateway.work.start();
    undo.push(() => gateway.keptExchanges.close());
    undo.push(() => gateway.recorder.stop());
    await gateway.recorder.start();
    undo.push(() => gateway.waking.stop());
    await gateway.waking.start();
    const token = await firstToken(gateway, dataDir, options);
    await options.prepare?.(gateway);
    const { service } = gateway.authority;
    const issuer = serverIssuer(service);
    const own = async () => {
      certificate = await ownCertificate(path.join(dataDir, "tls"), config.serverNames, systemClock.now(), issuer);
      return certificate;
    };
    const authority = async () => (await service.caBundle()).pem;
    listeners = await openListeners(config, own, gateway.app, { log, authority, messages: gateway.messages });
    const http = listeners.find(({ secure }) => !secure)?.url ?? null;
    const https = listeners.find(({ secure }) => secure)?.url ?? null;
    const ca = certificate?.file ?? null;
    // The command on this machine needs a listener that mounts the API and speaks to it directly; TLS comes first.
    const forOperators = (wanted: boolean) =>
      listeners.find(({ secure, mounts, behindProxy }) => secure === wanted && mounts.includes("api") && !behindProxy);
    const tell = () => {
      const operators = forOperators(true) ?? forOperators(false);
      writeRunFile(dataDir, {
        pid: process.pid,
        api: operators?.url ?? null,
        fingerprint: operators?.fingerprint ?? null,
        listeners: listeners.filter(({ behindProxy }) => !behindProxy).map(({ url, mounts }) => ({ url, mounts })),
      });
    };
    tell();
    void compileChecks();
    const reload = async () => {
      await reloadListeners(listeners, log);
      tell();
    };
    const ignoreHangups = onHangup(reload);
    const looking = setInterval(() => void reload(), CERTIFICATES_MS).unref();
    const sweep = () =>
      gateway.content.sweep().then(
        (files) => files > 0 && log.info("content that is not stored any more is off this disk", { files }),
        (thrown: Error) => log.warn("this disk's content was not swept", { reason: thrown.message }),
      );
    const sweeping = setInterval(() => void sweep(), SWEEP_MS).unref();
    return {
      gateway,
      listeners,
      http,
      https,
      ca,
      token,
      dataDir,
      stop: async () => {
        draining = true;
        ignoreHangups();
        clearInterval(looking);
        clearInterval(sweeping);
        gateway.compiler.drain();
        // Those who wait would wait for as long as a request may.
        await gateway.waking.stop();
        await closeListeners(listeners, config.http.drainSeconds);
        await gateway.work.stop();
        await gateway.authority.stop();
        await gateway.authorization.stop();
        await gateway.recorder.stop();
        await gateway.keptExchanges.close();
        await gateway.registry
          .flush()
          .catch((thrown: Error) => log.warn("last-seen times were lost at the stop", { reason: thrown.message }));
        await gateway.compiler.stop();
        await gateway.content.close();
        await storage.close();
        removeRunFile(dataDir);
        removeData();
      },
    };
  } catch (thrown) {
    for (const step of undo.reverse()) await step();
    throw thrown;
  }
}

/** Makes an admin token where a database has no live one, and leaves it where the command on this machine finds it. */
async function firstToken(
  { tokens }: Gateway,
  dataDir: string,
  { adminToken, log }: ServeOptions,
): Promise<string | null> {
  if (await tokens.hasAdmin()) {
    if (adminToken !== undefined && (await tokens.find(adminToken)) === undefined) {
      log.warn("GATEHOUSE_ADMIN_TOKEN is not a token of this database, which has others: it is ignored");
    }
    return null;
  }
  const secret = adminToken ?? newToken();
  try {
    await tokens.add({ name: "admin", role: "admin", secret });
  } catch (thrown) {
    // Another gateway on the same database was faster: its token is the first.
    if (thrown instanceof GatehouseError && thrown.code === "conflict") return null;
    throw thrown;
  }
  writeAdminToken(dataDir, secret);
  return secret;
}

/** @throws start-refused where this user cannot make it, or write there */
function prepareDataDir(dataDir: string): void {
  try {
    makeDataDir(dataDir);
    // Uploads that a crash cut off: nobody comes back for them.
    rmSync(path.join(dataDir, "uploads"), { recursive: true, force: true });
  } catch (thrown) {
    throw asRefusal(thrown, dataDir);
  }
}
