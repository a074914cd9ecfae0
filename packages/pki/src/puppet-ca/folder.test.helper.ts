import type { ImportedAuthority } from "@gatehouse/core/certificates";
import { readCertificate, readCertificates } from "../certificate.js";
import { issueCrl } from "../crl/issue.js";
import { CrlEntries } from "../crl/write.js";
import { csr, keys, spkiOf } from "../csr.test.helper.js";
import { wholeSeconds } from "../der/time.js";
import { issuerOf } from "../issuer.js";
import { type Leaf, leafTbs, signedDer, validity } from "../leaf.js";
import { makeAuthority } from "../make.js";
import { toPem } from "../pem.js";
import { serialText } from "../serial.js";
import { signHere, signingKey } from "../signing/sign.js";
import type { CaFolder } from "./files.js";
import { writeInventory } from "./inventory.js";

/** Certificates know no milliseconds. */
export const NOW = wholeSeconds(new Date());
const DAY_MS = 86_400_000;
export const YEAR_MS = 365 * DAY_MS;

export type Files = Record<string, string>;

/** A folder that is not on a disk; a file whose text is undefined cannot be read. */
export const folderOf = (
  files: Readonly<Record<string, string | undefined>>,
  links: readonly string[] = [],
): CaFolder => ({
  files: Object.keys(files),
  links,
  async read(file) {
    const text = files[file];
    if (text === undefined) throw new Error("EACCES: /secret/path");
    return text;
  },
});

let made: Promise<ImportedAuthority> | undefined;
export const authority = (): Promise<ImportedAuthority> => {
  made ??= makeAuthority(
    { name: "Puppet CA: old", now: NOW, lifetimeMs: 15 * YEAR_MS, crlLifetimeMs: YEAR_MS, keyBits: 2048 },
    signHere,
  );
  return made;
};

export interface Signer {
  leaf(serial: bigint, name: string, said?: Partial<Leaf>): Promise<string>;
  list(number: bigint, serials: readonly bigint[], at?: Date): Promise<string>;
}

/** What an authority of a chain and a key would have written. */
export function signerOf({ authority: { chain, key } }: ImportedAuthority): Signer {
  const [signing] = readCertificates(chain);
  if (signing === undefined) throw new TypeError("no chain");
  const issuer = issuerOf(signing);
  return {
    async leaf(serial, name, said = {}) {
      const dates = validity(NOW, YEAR_MS, issuer);
      const spki = spkiOf(keys("rsa 2048"));
      const body = leafTbs(
        { serial, name, profile: "puppet", spki, altNames: [], extensions: [], ...dates, ...said },
        issuer,
      );
      return toPem("CERTIFICATE", signedDer(body, issuer, await signHere({ body, key: signingKey(key) })));
    },
    async list(number, serials, now = NOW) {
      const entries = new CrlEntries().encode(
        serials.map((serial) => ({ serial: serialText(serial), revokedAt: NOW })),
      );
      return (await issueCrl({ number, entries, now, lifetimeMs: YEAR_MS }, issuer, signingKey(key), signHere)).pem;
    },
  };
}

/**
 * The folder of an authority in use: web01 (1) is signed; web02 (2) is revoked; web03 (3) was revoked and its file is
 * gone; old (4) has ended; web05 (5) is valid and its file is gone; web06 asks.
 */
export async function usedFolder(): Promise<Files> {
  const from = await authority();
  const { leaf, list } = signerOf(from);
  const ended = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };
  const lines = [1n, 2n, 3n, 4n, 5n].map((serial) => ({
    serial,
    name: serial === 4n ? "old" : `web0${serial}`,
    notBefore: new Date(NOW.getTime() - DAY_MS),
    notAfter: serial === 4n ? ended.notAfter : new Date(NOW.getTime() + YEAR_MS),
  }));
  return {
    "ca_crt.pem": from.authority.chain,
    "ca_key.pem": from.authority.key,
    "ca_pub.pem": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    "ca_crl.pem": (await list(7n, [2n, 3n])) + (from.crls[1]?.pem ?? ""),
    serial: "0006",
    "inventory.txt": writeInventory(lines),
    "signed/web01.pem": await leaf(1n, "web01", {
      altNames: [{ kind: "DNS", value: "alias" }],
      extensions: [{ oid: "1.3.6.1.4.1.34380.1.1.13", value: "web" }],
    }),
    "signed/web02.pem": await leaf(2n, "web02"),
    "signed/old.pem": await leaf(4n, "old", ended),
    "requests/web06.pem": csr({ names: ["web06"] }),
  };
}

export const parsed = (pem: string) => readCertificate(readCertificates(pem)[0]?.der ?? new Uint8Array());
