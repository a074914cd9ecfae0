import { type Dirent, mkdirSync, readdirSync, writeFileSync } from "node:fs";
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

/**
 * Writes the authority, its keys too, as the folder of a Puppet CA. The folder is empty, or not there yet; the one
 * above it is.
 * @returns how many files
 * @throws conflict where the folder holds something; request-malformed where it cannot be written
 */
export async function exportCa(options: TransferOptions): Promise<number> {
  const dir = path.resolve(options.dir);
  const isEmpty = onDisk(`${dir} cannot be written`, () => {
    makeFolder(dir);
    return readdirSync(dir).length === 0;
  });
  if (!isEmpty) throw new GatehouseError("conflict", `${dir} is not empty.`);
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
    onDisk(`${dir} cannot be written`, () => {
      for (const { file, content, mode } of files) {
        makeFolder(path.join(dir, path.dirname(file)));
        writeFileSync(path.join(dir, file), content, { mode, flag: "wx" });
      }
    });
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
  const entries = onDisk(`${dir} cannot be read`, () => readdirSync(dir, { recursive: true, withFileTypes: true }));
  const pathsOf = (found: readonly Dirent[]) =>
    found.map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  return {
    files: pathsOf(entries.filter((entry) => entry.isFile())),
    links: pathsOf(entries.filter((entry) => entry.isSymbolicLink())),
    read: (file) => readFile(path.join(dir, file), "latin1"),
  };
}

/** Not those above it: a path that is mistyped is to be seen, and in some places Node never comes back from trying. */
function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
  }
}

/** What the system refuses, in one line. */
function onDisk<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new GatehouseError("request-malformed", `${what}: ${(thrown as Error).message}.`, { cause: thrown });
  }
}
