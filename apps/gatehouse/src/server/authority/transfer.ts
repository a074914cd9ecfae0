import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Certificate, CertificateRequest, CertificateStore } from "@gatehouse/core/certificates";
import { systemClock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Log } from "@gatehouse/http";
import { type CaFolder, exportPuppetCa, type Finding, importPuppetCa } from "@gatehouse/pki";
import { createAuditLog, createCertificateStore } from "@gatehouse/store";
import { oidNamesOf } from "../../config/authority.js";
import type { Config } from "../../config/types.js";
import { openStorage, type Storage } from "../storage.js";

export interface TransferOptions {
  readonly config: Config;
  readonly dir: string;
  readonly log: Log;
  readonly say: (line: string) => void;
}

/** What an import found, and what it brought or would bring. */
export interface Imported {
  readonly findings: readonly Finding[];
  /** Null where something forbids it. */
  readonly brings: { readonly certificates: number; readonly revoked: number; readonly requests: number } | null;
  readonly stored: boolean;
}

const PAGE = 1_000;
/** Serials are given out by a sequence of the database. */
const MOST_SERIAL = 2n ** 63n - 1n;
/** Who is written down for what is done on the database itself. */
const ACTOR = "command";

/**
 * Takes over an existing Puppet CA, before the gateway's first start.
 * @param dryRun only looks at the folder; no database is opened
 * @throws conflict where there is an authority already
 */
export async function importCa(options: TransferOptions & { readonly dryRun: boolean }): Promise<Imported> {
  const { config, dir, dryRun } = options;
  const { imported, findings } = await importPuppetCa(caFolder(dir), systemClock.now(), oidNamesOf(config.ca));
  if (imported === undefined) return { findings, brings: null, stored: false };
  if (imported.nextSerial > MOST_SERIAL) {
    const text = `The next serial would be above ${MOST_SERIAL.toString(16).toUpperCase()}: so far is not counted here.`;
    return { findings: [...findings, { level: "error", file: "serial", text }], brings: null, stored: false };
  }
  const { certificates, revocations, requests } = imported;
  const revoked = certificates.filter(({ revokedAt }) => revokedAt !== null).length + revocations.length;
  const brings = { certificates: certificates.length, revoked, requests: requests.length };
  if (!dryRun) {
    await withStorage(options, async ({ db, box }) => {
      await createCertificateStore(db, box).found(imported);
      await createAuditLog(db).record({ actor: ACTOR, action: "ca.import", subject: "authority", detail: brings });
    });
  }
  return { findings, brings, stored: !dryRun };
}

/** Writes the authority, its keys too, as the folder of a Puppet CA. @returns how many files @throws conflict where the folder holds something */
export async function exportCa(options: TransferOptions): Promise<number> {
  const dir = path.resolve(options.dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (readdirSync(dir).length > 0) throw new GatehouseError("conflict", `${dir} is not empty.`);
  return withStorage(options, async ({ db, box }) => {
    const store = createCertificateStore(db, box);
    const authority = await store.authority();
    if (authority === undefined) throw new GatehouseError("not-found", "This database has no authority.");
    const files = exportPuppetCa({
      authority,
      nextSerial: await store.nextSerial(),
      certificates: await everyCertificate(store),
      requests: await everyRequest(store),
      crls: await store.crls(),
    });
    for (const { file, content, mode } of files) {
      mkdirSync(path.join(dir, path.dirname(file)), { recursive: true, mode: 0o700 });
      writeFileSync(path.join(dir, file), content, { mode, flag: "wx" });
    }
    await createAuditLog(db).record({ actor: ACTOR, action: "ca.export", subject: "authority", detail: {} });
    return files.length;
  });
}

async function everyRequest(store: CertificateStore): Promise<CertificateRequest[]> {
  const found: CertificateRequest[] = [];
  for (const each of await store.requests("puppet")) {
    const request = await store.request(each);
    if (request !== undefined) found.push(request);
  }
  return found;
}

async function everyCertificate(store: CertificateStore): Promise<Certificate[]> {
  const found: Certificate[] = [];
  let after: string | null | undefined;
  while (after !== null) {
    const page = await store.certificates({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    found.push(...page.certificates);
    after = page.next;
  }
  return found;
}

async function withStorage<T>(
  { config, log, say }: TransferOptions,
  work: (storage: Storage) => Promise<T>,
): Promise<T> {
  const storage = await openStorage({ config, dataDir: path.resolve(config.dataDir), durable: true, log, say });
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}

function caFolder(dir: string): CaFolder {
  let files: string[];
  try {
    files = readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  } catch (thrown) {
    throw new GatehouseError("request-malformed", `${dir} cannot be read: ${(thrown as Error).message}`, {
      cause: thrown,
    });
  }
  return { files, read: (file) => readFile(path.join(dir, file), "latin1") };
}
