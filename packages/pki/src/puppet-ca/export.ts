import { createPrivateKey, createPublicKey } from "node:crypto";
import type { AuthorityRecord, Certificate, CertificateRequest, PublishedCrl } from "@gatehouse/core/certificates";
import { readCertificates } from "../certificate.js";
import { foreignIssuer } from "../crl/read.js";
import { serialOf, serialText } from "../serial.js";
import { type InventoryLine, writeInventory } from "./inventory.js";

/** Bytes that file systems take, without `.pem`. */
const LONGEST_FILE = 255 - 4;

export interface ExportedFile {
  /** Relative to the folder, with slashes. */
  readonly file: string;
  readonly content: string;
  readonly mode: number;
}

export interface ExportInput {
  readonly authority: AuthorityRecord;
  readonly nextSerial: bigint;
  /** All of them, cleaned and revoked ones too: the inventory lists every one of Puppet's profile. */
  readonly certificates: readonly Certificate[];
  readonly requests: readonly CertificateRequest[];
  readonly crls: readonly PublishedCrl[];
}

/** The authority in the layout of a Puppet CA's folder, for who wants to leave. Only Puppet's profile goes along. */
export function exportPuppetCa({ authority, nextSerial, certificates, requests, crls }: ExportInput): ExportedFile[] {
  const chain = readCertificates(authority.chain);
  const list = (index: number, subject: Uint8Array): PublishedCrl | undefined => {
    const last = index === chain.length - 1;
    const ids = [...(index === 0 ? ["signing"] : []), ...(last ? ["root"] : []), foreignIssuer(subject)];
    return crls.find(({ issuer }) => ids.includes(issuer));
  };
  const plain = (file: string, content: string): ExportedFile => ({ file, content, mode: 0o644 });
  const secret = (file: string, content: string): ExportedFile => ({ file, content, mode: 0o600 });
  const standing = new Map<string, Certificate>();
  for (const each of certificates) {
    if (each.cleaned || each.pem === null || each.profile !== "puppet") continue;
    const other = standing.get(each.name);
    if (other === undefined || numberOf(each) > numberOf(other)) standing.set(each.name, each);
  }
  // Also those that came without their file; one that was never signed has no dates.
  const lines = certificates.flatMap((each): InventoryLine[] => {
    const { name, profile, notBefore, notAfter } = each;
    return profile !== "puppet" || notBefore === null || notAfter === null
      ? []
      : [{ serial: numberOf(each), notBefore, notAfter, name }];
  });
  const publicKey = createPublicKey(createPrivateKey(authority.key)).export({ type: "spki", format: "pem" }).toString();
  return [
    plain("ca_crt.pem", authority.chain),
    secret("ca_key.pem", authority.key),
    plain("ca_pub.pem", publicKey),
    ...(authority.rootKey === null ? [] : [secret("root_key.pem", authority.rootKey)]),
    plain("ca_crl.pem", chain.map(({ subject }, index) => list(index, subject)?.pem ?? "").join("")),
    plain("serial", serialText(nextSerial)),
    plain("inventory.txt", writeInventory(lines.sort((a, b) => (a.serial < b.serial ? -1 : 1)))),
    ...[...standing.values()]
      .filter(({ name }) => isFileName(name))
      .map(({ name, pem }) => plain(`signed/${name}.pem`, pem ?? "")),
    ...requests
      .filter(({ name, profile }) => profile === "puppet" && isFileName(name))
      .map(({ name, pem }) => plain(`requests/${name}.pem`, pem)),
  ];
}

/** Whether a name stays in its folder. No rule lets others in; what was imported is looked at once more. */
const isFileName = (name: string): boolean => /^[^/\\\p{Cc}]+$/u.test(name) && Buffer.byteLength(name) <= LONGEST_FILE;

const numberOf = ({ serial }: Certificate): bigint => serialOf(serial) ?? 0n;
