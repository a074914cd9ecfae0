import { randomBytes } from "node:crypto";
import type { CertificateStore, ImportedAuthority, SignedCertificate } from "@gatehouse/core/certificates";
import { afterEach, expect } from "vitest";
import { SecretBox } from "../secret-box.js";
import { useDatabase } from "../store.test.helper.js";
import { createCertificateStore } from "./certificate-store.js";

export const NOW = new Date("2026-11-21T10:00:00Z");
export const FAR = new Date("2031-11-21T10:00:00Z");
export const prints = (text: string) => ({ sha1: `1:${text}`, sha256: `256:${text}`, sha512: `512:${text}` });

export const signed = (name: string, said: Partial<SignedCertificate> = {}): SignedCertificate => ({
  pem: `certificate of ${name}`,
  fingerprints: prints(name),
  notBefore: NOW,
  notAfter: FAR,
  altNames: [`DNS:${name}`],
  extensions: { pp_role: "web" },
  ...said,
});

/** As an import brings it. */
export const imported = (
  serial: string,
  name: string,
  said: Partial<ImportedAuthority["certificates"][number]> = {},
) => {
  const { notBefore, notAfter, ...rest } = signed(name);
  return { serial, name, notBefore, notAfter, revokedAt: null, signed: rest, ...said };
};

export const authority = (said: Partial<ImportedAuthority> = {}): ImportedAuthority => ({
  authority: { chain: "the chain", key: "the private key", rootKey: null, origin: "made" },
  nextSerial: 1n,
  certificates: [],
  revocations: [],
  requests: [],
  crls: [],
  ...said,
});

export const requestOf = (name: string, said: Partial<Parameters<CertificateStore["addRequest"]>[0]> = {}) => ({
  name,
  profile: "puppet" as const,
  pem: `request of ${name}`,
  fingerprints: prints("r"),
  altNames: [],
  extensions: {},
  from: "192.0.2.1",
  ...said,
});

type Intent = Parameters<CertificateStore["intend"]>[0];
export const puppet = (name: string) => ({ name, profile: "puppet" }) as const;
export const intentFor = (name: string, said: Partial<Intent> = {}): Intent => ({
  ...puppet(name),
  by: "test",
  others: "refuse",
  notAfter: new Date("2031-01-01T00:00:00Z"),
  ...said,
});

/** The serial of an intent that was taken. */
export function taken(intended: Awaited<ReturnType<CertificateStore["intend"]>>): string {
  return "serial" in intended ? intended.serial : expect.fail(`refused: ${intended.refused}`);
}

/** Stores on the database of the test file, with nothing in it when a test begins. */
export function useStores() {
  const house = useDatabase();
  const box = new SecretBox(randomBytes(32));
  afterEach(async () => {
    await house.db.run("truncate authorities, certificates, certificate_requests, crls, autosign_rules, autosign_uses");
    await house.db.run("select setval('certificate_serials', 1, false)");
  });
  const storeOf = () => createCertificateStore(house.db, box);
  async function issue(name: string, said: Partial<Intent> = {}): Promise<string> {
    const serial = taken(await storeOf().intend(intentFor(name, said)));
    await storeOf().complete(serial, signed(name, { pem: `certificate ${serial} of ${name}` }));
    return serial;
  }
  /** Makes everything older than it is: the store goes by the database's clock. */
  const age = async (seconds: number) => {
    await house.db.run("update certificates set issued_at = issued_at - make_interval(secs => $1)", [seconds]);
  };
  return { house, storeOf, issue, age };
}
