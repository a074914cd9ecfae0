import { createHash, createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";

/** A private key, by a name that it can be remembered under. */
export interface SigningKey {
  /** Another key has another one. */
  readonly id: string;
  /** PEM (PKCS #8). */
  readonly pem: string;
}

/** The id says nothing of what is in the key. */
export const signingKey = (pem: string): SigningKey => ({ id: createHash("sha256").update(pem).digest("hex"), pem });

/** What is to be signed, and by whom. */
export interface Signing {
  readonly body: Uint8Array;
  readonly key: SigningKey;
}

/**
 * Makes a signature: PKCS #1 v1.5 with SHA-256 for RSA, ECDSA in DER with the digest that fits the curve. Passed in, so
 * that the event loop never signs with RSA 4096.
 */
export type Sign = (what: Signing) => Promise<Uint8Array>;

/** Digest by key, as algorithmOf in issuer.ts names it in what is signed. */
function digestFor({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === "rsa") return "sha256";
  const digests: Readonly<Record<string, string>> = { prime256v1: "sha256", secp384r1: "sha384", secp521r1: "sha512" };
  const digest = asymmetricKeyType === "ec" ? digests[asymmetricKeyDetails?.namedCurve ?? ""] : undefined;
  if (digest === undefined) throw new TypeError("The key is neither RSA nor EC on P-256, P-384 or P-521.");
  return digest;
}

/** Signs right here. Reading a key checks it, which takes longer than using it: callers keep what this gives. */
export const signer = (pem: string): ((body: Uint8Array) => Uint8Array) => {
  const key = createPrivateKey(pem);
  const digest = digestFor(key);
  return (body) => signBytes(digest, body, key);
};

/** For commands and tests, where nobody waits for the event loop. */
export const signHere: Sign = async ({ body, key }) => signer(key.pem)(body);
