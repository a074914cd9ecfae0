import type { StoredAuditEvent } from "@gatehouse/core/audit";
import type {
  AutosignPolicy,
  CertificateProfile,
  ImportedAuthority,
  ProfileAuthority,
} from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import { createAuditLog, createAutosignRules } from "@gatehouse/store";
import { expect } from "vitest";
import { type CsrParts, csr } from "../csr.test.helper.js";
import { makeAuthority } from "../make.js";
import { openssl } from "../openssl.test.helper.js";
import { type Sign, type Signing, signHere } from "../signing/sign.js";
import { emptyStore, type TestStore } from "../store.test.helper.js";
import { type AuthorityDeps, type AuthorityService, createAuthority } from "./authority.js";
import { type AuthoritySettings, defaultSettings } from "./settings.js";

export const NAME = "web01.example.org";
export const CA_NAME = "Puppet CA: gate.example.org";
const DAY_MS = 86_400_000;

/** The database's clock, as far as a test has not moved it on. */
export interface MovingClock extends Clock {
  pass(seconds: number): void;
}

export function movingClock(): MovingClock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    pass: (seconds) => {
      offset += seconds * 1000;
    },
  };
}

export interface World {
  readonly clock: MovingClock;
  readonly store: TestStore;
  readonly authority: AuthorityService;
  /** The authority as most of the tests use it. */
  readonly puppet: ProfileAuthority;
  /** Serials that this replica was told of, each call a list. */
  readonly told: (readonly string[])[];
  readonly log: string[];
  /** What was signed, and who may be told to fail. */
  readonly signing: { count: number; fail: GatehouseError | undefined; wait: Promise<void> | undefined };
  policy: AutosignPolicy;
  /** How often a token was used, by its hash. */
  uses(): Promise<ReadonlyMap<string, number>>;
  /** Everything in the audit log, oldest first. */
  audited(): Promise<StoredAuditEvent[]>;
  /** Moves the clock by so many seconds. */
  pass(seconds: number): void;
}

export interface Said {
  readonly settings?: Partial<AuthoritySettings>;
  /** Another replica of the same store. */
  readonly beside?: Pick<World, "store" | "clock">;
  readonly deps?: Partial<AuthorityDeps>;
}

/** An authority on a database of its own, not started: it makes its own keys when it is. */
export async function world({ settings = {}, beside, deps = {} }: Said = {}): Promise<World> {
  const clock = beside?.clock ?? movingClock();
  const store = beside?.store ?? (await emptyStore());
  const told: (readonly string[])[] = [];
  const log: string[] = [];
  const note = (level: string) => (message: string) => void log.push(`${level}: ${message}`);
  const signing: World["signing"] = { count: 0, fail: undefined, wait: undefined };
  const sign: Sign = async (what: Signing) => {
    store.calls.push("sign");
    await signing.wait;
    if (signing.fail !== undefined) throw signing.fail;
    signing.count += 1;
    return signHere(what);
  };
  const rules = createAutosignRules(store.db);
  const audit = createAuditLog(store.db);
  const authority = createAuthority({
    store,
    sign,
    clock,
    settings: { ...defaultSettings, name: CA_NAME, caKeyBits: 2048, ...settings },
    policy: async () => made.policy,
    tokenUses: () => rules.uses(),
    audit,
    log: { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") },
    onRevoked: (serials) => void told.push(serials),
    ...deps,
  });
  const made: World = {
    clock,
    store,
    authority,
    puppet: authority.of("puppet"),
    told,
    log,
    signing,
    policy: { rules: [] },
    uses: () => rules.uses(),
    audited: async () => [...(await audit.list({}, { limit: 1000 })).events].reverse(),
    pass: clock.pass,
  };
  return made;
}

let made: Promise<ImportedAuthority> | undefined;

/** The same authority for every world of a test file: its keys take longer to make than a test. */
export const ready = (): Promise<ImportedAuthority> => {
  const times = { now: new Date(), lifetimeMs: 15 * 365 * DAY_MS, crlLifetimeMs: 5 * 365 * DAY_MS };
  made ??= makeAuthority({ name: CA_NAME, keyBits: 2048, ...times }, signHere);
  return made;
};

export async function started(said: Said = {}): Promise<World> {
  const made = await world(said);
  if (said.beside === undefined) await made.store.found(await ready());
  await made.authority.start();
  made.signing.count = 0;
  made.store.calls.length = 0;
  made.log.length = 0;
  return made;
}

type Asked = CsrParts & { readonly name?: string; readonly profile?: CertificateProfile };

export const submit = ({ authority }: Pick<World, "authority">, parts: Asked = {}) => {
  const { name = parts.names?.[0] ?? NAME, profile = "puppet", ...rest } = parts;
  const body = Buffer.from(csr({ names: [name], ...rest }));
  return authority.of(profile).submit({ name, csr: body, from: "192.0.2.9" });
};

/** A node with a certificate. */
export async function issued(at: World, parts: Asked = {}): Promise<string> {
  const { name = NAME, profile = "puppet" } = parts;
  await submit(at, parts);
  await at.authority.of(profile).sign(name, { by: "admin", gatewayName: true });
  const pem = await at.authority.of(profile).certificate(name);
  return pem ?? expect.fail("nothing was issued");
}

export const serialIn = (pem: string): string => {
  const { text } = openssl(["x509", "-in", "c", "-noout", "-serial"], { c: pem });
  return text.trim().replace("serial=", "").replace(/^0+/, "").padStart(4, "0");
};

/** What OpenSSL says of a certificate, given what agents are given: the chain, and a list of every CA in it. */
export async function verify({ authority, clock }: World, pem: string, at = clock.now()): Promise<string> {
  const files = { "ca.pem": (await authority.caBundle()).pem, "crl.pem": (await authority.crlBundle()).pem, c: pem };
  const time = ["-attime", `${Math.floor(at.getTime() / 1000)}`];
  const { text } = openssl(
    ["verify", "-x509_strict", "-crl_check_all", ...time, "-CAfile", "ca.pem", "-CRLfile", "crl.pem", "c"],
    files,
  );
  return /error \d+ at 0 depth lookup: (.*)/.exec(text)?.[1] ?? text.trim();
}

/** The error that it fails with, as its code and its text. */
export const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    (value) => expect.fail(`gave ${JSON.stringify(value)}`),
    (thrown: unknown) => {
      expect(thrown).toBeInstanceOf(GatehouseError);
      const { code, message } = thrown as GatehouseError;
      return `${code}: ${message}`;
    },
  );
