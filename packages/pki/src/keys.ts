import { createPrivateKey, createPublicKey, type KeyObject, verify } from "node:crypto";
import { DerError, DerReader, type Element, only, Tag } from "./der/read.js";
import { bitsOf, numberOf, oidOf } from "./der/values.js";

/** A public key by what a policy asks of it. */
export interface PublicKey {
  readonly type: "rsa" | "ec" | "other";
  readonly bits: number;
  /** Such as `RSA 2048`, `EC P-256`, `Ed25519`. */
  readonly label: string;
}

const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const curves: Readonly<Record<string, readonly [name: string, bits: number]>> = {
  "1.2.840.10045.3.1.7": ["P-256", 256],
  "1.3.132.0.34": ["P-384", 384],
  "1.3.132.0.35": ["P-521", 521],
  "1.3.132.0.33": ["P-224", 224],
  "1.2.840.10045.3.1.1": ["P-192", 192],
  "1.3.132.0.10": ["secp256k1", 256],
};
const others: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.10": "RSA-PSS",
  "1.2.840.10040.4.1": "DSA",
  "1.3.101.110": "X25519",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
};
/** OpenSSL takes no larger one either. */
const MOST_RSA_BITS = 16_384;

/**
 * What a SubjectPublicKeyInfo holds, from its own DER: a library is handed the key only after the policy has seen it.
 * Explicit curve parameters never get there (CVE-2022-0778: OpenSSL looped for ever over them).
 * @throws DerError
 */
export function publicKeyOf(spki: Element): PublicKey {
  const reader = new DerReader(spki.content);
  const algorithm = new DerReader(reader.take(Tag.sequence, "The public key's algorithm").content);
  const key = bitsOf(reader.take(Tag.bits, "The public key"), "The public key");
  reader.end("The public key");
  const oid = oidOf(algorithm.next("The public key's algorithm"), "The public key's algorithm");
  if (oid === RSA) {
    algorithm.optional(Tag.null, "The public key's algorithm");
    algorithm.end("The public key's algorithm");
    return rsa(key);
  }
  if (oid === EC) {
    const curve = oidOf(algorithm.next("The public key's curve"), "The public key's curve");
    algorithm.end("The public key's algorithm");
    return ec(curve, key);
  }
  return { type: "other", bits: key.length * 8, label: others[oid] ?? oid };
}

function rsa(key: Uint8Array): PublicKey {
  const numbers = new DerReader(only(key, Tag.sequence, "The RSA key").content);
  const modulus = numberOf(numbers.next("The RSA modulus"), "The RSA modulus");
  const exponent = numberOf(numbers.next("The RSA exponent"), "The RSA exponent");
  numbers.end("The RSA key");
  const bits = modulus > 0n ? modulus.toString(2).length : 0;
  if (bits === 0 || modulus % 2n === 0n) throw new DerError("The RSA modulus is not one.");
  if (bits > MOST_RSA_BITS) throw new DerError(`The RSA key is longer than ${MOST_RSA_BITS} bits.`);
  // Anything longer makes every check of a signature as dear as making one.
  if (exponent < 3n || exponent % 2n === 0n || exponent >= 1n << 64n) {
    throw new DerError("The RSA exponent is not an odd number from 3 to 64 bits.");
  }
  return { type: "rsa", bits, label: `RSA ${bits}` };
}

function ec(oid: string, point: Uint8Array): PublicKey {
  const [name, bits] = curves[oid] ?? [oid, 0];
  const octets = Math.ceil(bits / 8);
  const sizes: Readonly<Record<number, number>> = { 2: 1 + octets, 3: 1 + octets, 4: 1 + 2 * octets };
  if (bits !== 0 && sizes[point[0] ?? 0] !== point.length)
    throw new DerError("The EC key is not a point of its curve.");
  return { type: "ec", bits, label: `EC ${name}` };
}

/** How something is signed. */
export interface SignatureAlgorithm {
  readonly oid: string;
  /** Such as `sha256WithRSAEncryption`; the OID for one that we do not know. */
  readonly name: string;
  readonly key: PublicKey["type"];
  /** Node's name of the digest; null where we do not check such signatures. */
  readonly hash: string | null;
  /** Digests that can be forged. */
  readonly broken: boolean;
}

const algorithms = new Map<string, SignatureAlgorithm>(
  (
    [
      ["1.2.840.113549.1.1.2", "md2WithRSAEncryption", "rsa", null, true],
      ["1.2.840.113549.1.1.4", "md5WithRSAEncryption", "rsa", "md5", true],
      ["1.2.840.113549.1.1.5", "sha1WithRSAEncryption", "rsa", "sha1", true],
      ["1.3.14.3.2.29", "sha1WithRSA", "rsa", "sha1", true],
      ["1.2.840.113549.1.1.14", "sha224WithRSAEncryption", "rsa", "sha224", false],
      ["1.2.840.113549.1.1.11", "sha256WithRSAEncryption", "rsa", "sha256", false],
      ["1.2.840.113549.1.1.12", "sha384WithRSAEncryption", "rsa", "sha384", false],
      ["1.2.840.113549.1.1.13", "sha512WithRSAEncryption", "rsa", "sha512", false],
      ["1.2.840.10045.4.1", "ecdsa-with-SHA1", "ec", "sha1", true],
      ["1.2.840.10045.4.3.1", "ecdsa-with-SHA224", "ec", "sha224", false],
      ["1.2.840.10045.4.3.2", "ecdsa-with-SHA256", "ec", "sha256", false],
      ["1.2.840.10045.4.3.3", "ecdsa-with-SHA384", "ec", "sha384", false],
      ["1.2.840.10045.4.3.4", "ecdsa-with-SHA512", "ec", "sha512", false],
    ] as const
  ).map(([oid, name, key, hash, broken]) => [oid, { oid, name, key, hash, broken }]),
);

/** From an AlgorithmIdentifier. @throws DerError */
export function signatureAlgorithmOf(identifier: Element, what: string): SignatureAlgorithm {
  const reader = new DerReader(identifier.content);
  const oid = oidOf(reader.next(what), what);
  const known = algorithms.get(oid);
  if (known === undefined) return { oid, name: oid, key: "other", hash: null, broken: false };
  reader.optional(Tag.null, what);
  reader.end(what);
  return known;
}

/** A CA's key verifies many signatures, and reading it takes longer than that. */
const read = new WeakMap<Uint8Array, KeyObject>();

function keyObject(spki: Uint8Array): KeyObject {
  const known = read.get(spki) ?? createPublicKey({ key: Buffer.from(spki), type: "spki", format: "der" });
  read.set(spki, known);
  return known;
}

/** Whether a signature is by this key; false for algorithms that we do not check, and for a key that cannot be read. */
export function isSignedBy(
  spki: Uint8Array,
  { hash, key: type }: SignatureAlgorithm,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (hash === null) return false;
  try {
    const key = keyObject(spki);
    return key.asymmetricKeyType === type && verify(hash, signed, key, signature);
  } catch {
    // A point off its curve, say: such a key has signed nothing.
    return false;
  }
}

/** Whether a private key, in PEM, is the one to a public key; false for what is no key. */
export function keyFits(spki: Uint8Array, pem: string): boolean {
  try {
    return createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "der" }).equals(spki);
  } catch {
    // OpenSSL may quote what it could not read.
    return false;
  }
}
