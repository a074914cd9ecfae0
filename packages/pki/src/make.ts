import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { ImportedAuthority } from "@gatehouse/core/certificates";
import { readCertificate } from "./certificate.js";
import { issueCrl } from "./crl/issue.js";
import { time, wholeSeconds } from "./der/time.js";
import { bits, boolean, explicit, ia5, implicit, integer, octets, sequence } from "./der/write.js";
import { commonName } from "./distinguished-name.js";
import { writeExtension } from "./extensions.js";
import { algorithmOf, issuerOf, keyIdOf } from "./issuer.js";
import { signedDer } from "./leaf.js";
import { Oid } from "./oids.js";
import { toPem } from "./pem.js";
import { type Sign, type SigningKey, signingKey } from "./signing/sign.js";

export interface MakeOptions {
  /** Such as `Puppet CA: gate.example.org`. */
  readonly name: string;
  /** One self-signed CA instead of a root and an intermediate. */
  readonly selfSigned?: boolean;
  readonly now: Date;
  readonly lifetimeMs: number;
  readonly crlLifetimeMs: number;
  /** 4096 unless told. */
  readonly keyBits?: number;
}

interface Keys {
  readonly spki: Uint8Array;
  readonly pem: string;
  readonly key: SigningKey;
}

const DAY_MS = 86_400_000;
const COMMENT = "Puppet Server Internal Certificate";
const generate = promisify(generateKeyPair);

/** Made in libuv's pool: RSA 4096 takes a second. */
async function makeKeys(modulusLength: number): Promise<Keys> {
  const { publicKey, privateKey } = await generate("rsa", { modulusLength });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { spki: publicKey.export({ type: "spki", format: "der" }), pem, key: signingKey(pem) };
}

/**
 * A new authority as `puppetserver ca setup` makes one (wire/puppet.md section 4, "X.509 profiles"): a root and an
 * intermediate that signs, with an empty list for each, because agents want one of every CA in the chain.
 */
export async function makeAuthority(options: MakeOptions, sign: Sign): Promise<ImportedAuthority> {
  const { name, selfSigned = false, now, lifetimeMs, crlLifetimeMs, keyBits = 4096 } = options;
  const validity = { notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + lifetimeMs) };
  const rootKeys = await makeKeys(keyBits);
  const rootName = selfSigned ? name : `Puppet Root CA: ${randomBytes(7).toString("hex")}`;
  const certify = async (subject: string, serial: bigint, { spki }: Keys): Promise<Uint8Array> => {
    const parts = { subject, serial, spki, issuer: rootName, issuerSpki: rootKeys.spki, ...validity };
    const body = caTbs(parts);
    return signedDer(body, { algorithm: algorithmOf("RSA") }, await sign({ body, key: rootKeys.key }));
  };
  const crl = async (issuer: "signing" | "root", certificate: Uint8Array, { key }: Keys) => ({
    issuer,
    ...(await issueCrl(
      { number: 0n, entries: [], now, lifetimeMs: crlLifetimeMs },
      issuerOf(readCertificate(certificate)),
      key,
      sign,
    )),
  });

  const root = await certify(rootName, 1n, rootKeys);
  const nothing = { certificates: [], revocations: [], requests: [] };
  if (selfSigned) {
    const authority = { chain: toPem("CERTIFICATE", root), key: rootKeys.pem, rootKey: null, origin: "made" as const };
    // The CA's own serial is taken: it and what it signs have one issuer.
    return { authority, nextSerial: 2n, ...nothing, crls: [await crl("signing", root, rootKeys)] };
  }
  const keys = await makeKeys(keyBits);
  const signing = await certify(name, 2n, keys);
  return {
    authority: {
      chain: toPem("CERTIFICATE", signing) + toPem("CERTIFICATE", root),
      key: keys.pem,
      rootKey: rootKeys.pem,
      origin: "made",
    },
    nextSerial: 1n,
    ...nothing,
    crls: [await crl("signing", signing, keys), await crl("root", root, rootKeys)],
  };
}

interface CaParts {
  readonly subject: string;
  readonly serial: bigint;
  readonly spki: Uint8Array;
  readonly issuer: string;
  readonly issuerSpki: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function caTbs({ subject, serial, spki, issuer, issuerSpki, notBefore, notAfter }: CaParts): Uint8Array {
  const extensions = [
    { oid: Oid.basicConstraints, critical: true, value: sequence(boolean(true)) },
    // keyCertSign and cRLSign.
    { oid: Oid.keyUsage, critical: true, value: bits(Uint8Array.of(0x06), 1) },
    { oid: Oid.subjectKeyId, critical: false, value: octets(keyIdOf(spki)) },
    { oid: Oid.netscapeComment, critical: false, value: ia5(COMMENT) },
    { oid: Oid.authorityKeyId, critical: false, value: sequence(implicit(0, keyIdOf(issuerSpki))) },
  ];
  return sequence(
    explicit(0, integer(2)),
    integer(serial),
    algorithmOf("RSA"),
    commonName(issuer),
    sequence(time(wholeSeconds(notBefore)), time(wholeSeconds(notAfter))),
    commonName(subject),
    spki,
    explicit(3, sequence(...extensions.map(writeExtension))),
  );
}
