import type { ImportedAuthority } from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import { fixedClock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import { expect } from "vitest";
import type { AutosignPolicy } from "../autosign/policy.js";
import { type CsrParts, csr } from "../csr.test.helper.js";
import { makeAuthority } from "../make.js";
import { type MemoryStore, memoryStore } from "../memory-store.test.helper.js";
import { openssl } from "../openssl.test.helper.js";
import { type Sign, type Signing, signHere } from "../signing/sign.js";
import { type AuthorityDeps, type AuthorityService, createAuthority } from "./authority.js";
import { type AuthoritySettings, defaultSettings } from "./settings.js";

export const NAME = "web01.example.org";
const DAY_MS = 86_400_000;
export const START = "2026-11-20T12:00:00Z";

export interface World {
  readonly clock: Clock & { set(to: Date | string): void };
  readonly store: MemoryStore;
  readonly authority: AuthorityService;
  /** Serials that this replica was told of, each call a list. */
  readonly told: (readonly string[])[];
  readonly log: string[];
  /** What was signed, and who may be told to fail. */
  readonly signing: { count: number; fail: GatehouseError | undefined; wait: Promise<void> | undefined };
  policy: AutosignPolicy;
  readonly tokens: Map<string, number>;
  /** Moves the clock by so many seconds. */
  pass(seconds: number): void;
}

export interface Said {
  readonly settings?: Partial<AuthoritySettings>;
  /** Another replica of the same store. */
  readonly beside?: Pick<World, "store" | "clock">;
  readonly deps?: Partial<AuthorityDeps>;
}

/** An authority on a store in memory, not started: it makes its own keys when it is. */
export function world({ settings = {}, beside, deps = {} }: Said = {}): World {
  const clock = beside?.clock ?? fixedClock(START);
  const store = beside?.store ?? memoryStore(clock);
  const told: (readonly string[])[] = [];
  const log: string[] = [];
  const note = (level: string) => (message: string) => void log.push(`${level}: ${message}`);
  const tokens = new Map<string, number>();
  const signing: World["signing"] = { count: 0, fail: undefined, wait: undefined };
  const sign: Sign = async (what: Signing) => {
    store.calls.push("sign");
    await signing.wait;
    if (signing.fail !== undefined) throw signing.fail;
    signing.count += 1;
    return signHere(what);
  };
  const made: Omit<World, "authority"> = {
    clock,
    store,
    told,
    log,
    signing,
    tokens,
    policy: { rules: [] },
    pass: (seconds) => clock.set(new Date(clock.now().getTime() + seconds * 1000)),
  };
  const authority = createAuthority({
    store,
    sign,
    clock,
    settings: { ...defaultSettings, name: "Puppet CA: gate.example.org", caKeyBits: 2048, ...settings },
    policy: async () => full.policy,
    takeToken: async (id, uses) => {
      const left = tokens.get(id) ?? uses;
      tokens.set(id, left - 1);
      return left > 0;
    },
    log: { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") },
    onRevoked: (serials) => void told.push(serials),
    ...deps,
  });
  const full: World = { ...made, authority };
  return full;
}

let made: Promise<ImportedAuthority> | undefined;

/** The same authority for every world of a test file: its keys take longer to make than a test. */
export const ready = (): Promise<ImportedAuthority> => {
  const times = { now: new Date(START), lifetimeMs: 15 * 365 * DAY_MS, crlLifetimeMs: 5 * 365 * DAY_MS };
  made ??= makeAuthority({ name: "Puppet CA: gate.example.org", keyBits: 2048, ...times }, signHere);
  return made;
};

export async function started(said: Said = {}): Promise<World> {
  const made = world(said);
  if (said.beside === undefined) await made.store.found(await ready());
  await made.authority.start();
  made.signing.count = 0;
  made.store.calls.length = 0;
  made.log.length = 0;
  return made;
}

export const submit = (
  { authority }: World,
  parts: CsrParts & { name?: string; profile?: "puppet" | "inventory" | "operator" | "server" } = {},
) => {
  const { name = parts.names?.[0] ?? NAME, profile = "puppet", ...rest } = parts;
  return authority.submit({ name, csr: Buffer.from(csr({ names: [name], ...rest })), profile, from: "192.0.2.9" });
};

/** A node with a certificate. */
export async function issued(
  at: World,
  parts: CsrParts & { name?: string; profile?: "puppet" | "inventory" | "server" } = {},
): Promise<string> {
  const { name = NAME } = parts;
  await submit(at, parts);
  await at.authority.sign(name, { by: "admin" });
  const pem = await at.authority.certificate(name);
  expect(pem).toBeDefined();
  return pem ?? "";
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
