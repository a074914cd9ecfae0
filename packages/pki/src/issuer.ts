import { createHash } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Certificate } from "./certificate.js";
import { DerReader, only, Tag } from "./der/read.js";
import { bitsOf } from "./der/values.js";
import { nothing, oid, sequence } from "./der/write.js";

/** What of a CA certificate goes into what it signs. */
export interface Issuer {
  /** The name, DER. */
  readonly name: Uint8Array;
  readonly keyId: Uint8Array;
  /** The AlgorithmIdentifier of its signatures, DER. */
  readonly algorithm: Uint8Array;
  /** Whose it is itself, for the long form of authorityKeyIdentifier. */
  readonly certificateIssuer: Uint8Array;
  readonly certificateSerial: bigint;
  readonly notAfter: Date;
}

/** @throws start-refused for a key of a kind that signs nothing here */
export function issuerOf({ subject, issuer, serial, notAfter, keyId, spki, publicKey }: Certificate): Issuer {
  return {
    name: subject,
    keyId: keyId ?? keyIdOf(spki),
    algorithm: algorithmOf(publicKey.type === "rsa" ? "RSA" : publicKey.label),
    certificateIssuer: issuer,
    certificateSerial: serial,
    notAfter,
  };
}

/** SHA-1 over the key's bits, as everybody names keys (RFC 5280 section 4.2.1.2, method 1). */
export function keyIdOf(spki: Uint8Array): Uint8Array {
  const reader = new DerReader(only(spki, Tag.sequence, "The public key").content);
  reader.take(Tag.sequence, "The public key's algorithm");
  return createHash("sha1")
    .update(bitsOf(reader.next("The public key"), "The public key"))
    .digest();
}

/** The AlgorithmIdentifier for a kind of signing key; signing/sign.ts has the digests that they name. */
const algorithms: Readonly<Record<string, Uint8Array>> = {
  RSA: sequence(oid("1.2.840.113549.1.1.11"), nothing()),
  "EC P-256": sequence(oid("1.2.840.10045.4.3.2")),
  "EC P-384": sequence(oid("1.2.840.10045.4.3.3")),
  "EC P-521": sequence(oid("1.2.840.10045.4.3.4")),
};

/** @throws start-refused for a kind of key that nothing here could be signed with */
export function algorithmOf(kind: string): Uint8Array {
  const identifier = algorithms[kind];
  if (identifier === undefined) {
    throw new GatehouseError("start-refused", `The authority's key is of a kind that it cannot sign with: ${kind}.`);
  }
  return identifier;
}
