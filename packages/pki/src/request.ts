import type { Fingerprints } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import type { AltName } from "./alt-names.js";
import { readAttributes } from "./attributes.js";
import { DerError, DerReader, only, Tag } from "./der/read.js";
import { bitsOf, numberOf } from "./der/values.js";
import { commonNamesOf } from "./distinguished-name.js";
import { altNamesIn, type Extension, type PuppetExtension, puppetIn } from "./extensions.js";
import { fingerprintsOf } from "./fingerprints.js";
import { isSignedBy, type PublicKey, publicKeyOf, type SignatureAlgorithm, signatureAlgorithmOf } from "./keys.js";
import { readPem, toPem } from "./pem.js";

/** Bytes of PEM: agents' requests have 1 to 3 KiB, one with RSA 8192 and a page of attributes has 5. */
export const LARGEST_REQUEST = 16 * 1024;

/** A certificate signing request (PKCS #10, RFC 2986) that could be read; whether it may be signed is the policy's. */
export interface SigningRequest {
  /** The one common name of its subject; anything else in the subject is of no interest. */
  readonly name: string;
  readonly publicKey: PublicKey;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly altNames: readonly AltName[];
  /** Every extension that is asked for, whatever it is. */
  readonly extensions: readonly Extension[];
  /** Those of them that are Puppet's, decoded. */
  readonly puppet: readonly PuppetExtension[];
  /** Text values by OID; attributes are for the policy and never get into a certificate. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly fingerprints: Fingerprints;
  readonly der: Uint8Array;
  /** Written anew, with a final newline. */
  readonly pem: string;
  /** Whether the sender holds the key: checked when asked, for it costs more than all the rest. */
  isSigned(): boolean;
}

/**
 * Reads a request in PEM.
 * @throws request-malformed, with one line that says what is wrong
 */
export function parseRequest(input: Uint8Array | string): SigningRequest {
  const size = typeof input === "string" ? Buffer.byteLength(input) : input.length;
  if (size > LARGEST_REQUEST) throw malformed("The certificate request is larger than 16 KiB.");
  const text = typeof input === "string" ? input : Buffer.from(input).toString("latin1");
  try {
    return readRequest(derOf(text));
  } catch (thrown) {
    if (thrown instanceof DerError) throw malformed(thrown.message, thrown);
    throw thrown;
  }
}

const malformed = (message: string, cause?: unknown) => new GatehouseError("request-malformed", message, { cause });

function derOf(text: string): Uint8Array {
  if (text.trim() === "") throw new DerError("The certificate request is empty.");
  if (text.startsWith("0")) throw new DerError("The certificate request is not PEM; DER is not taken.");
  const { blocks, clean } = readPem(text);
  const [block] = blocks;
  if (block === undefined) throw new DerError("The certificate request is not PEM.");
  if (blocks.length > 1) throw new DerError("The body holds more than one PEM block.");
  if (!clean) throw new DerError("The body holds more than a certificate request.");
  // NEW is what older tools write, Microsoft's for one.
  if (block.label !== "CERTIFICATE REQUEST" && block.label !== "NEW CERTIFICATE REQUEST") {
    throw new DerError("The PEM block is not a certificate request.");
  }
  return block.der;
}

function readRequest(der: Uint8Array): SigningRequest {
  const outer = new DerReader(only(der, Tag.sequence, "The certificate request").content);
  const info = outer.take(Tag.sequence, "The certificate request's content");
  const signatureAlgorithm = signatureAlgorithmOf(
    outer.take(Tag.sequence, "The signature's algorithm"),
    "The signature's algorithm",
  );
  const signature = bitsOf(outer.next("The signature"), "The signature");
  outer.end("The certificate request");

  const reader = new DerReader(info.content);
  const version = numberOf(reader.next("The version"), "The version");
  // RFC 2986 knows 0 only; `puppetserver ca generate` writes 2, and puppetserver takes it.
  if (version < 0n || version > 2n) throw new DerError("The certificate request is of an unknown version.");
  const subject = reader.take(Tag.sequence, "The subject");
  const key = reader.take(Tag.sequence, "The public key");
  const attributesElement = reader.optional(0xa0, "The attributes");
  reader.end("The certificate request's content");

  const names = commonNamesOf(subject, "The subject");
  const [name] = names;
  if (name === undefined || name === "" || names.length > 1) {
    throw new DerError("The subject must hold exactly one common name.");
  }
  const publicKey = publicKeyOf(key);
  const { attributes, extensions } = readAttributes(attributesElement);
  const spki = key.bytes;
  return {
    name,
    publicKey,
    spki,
    signatureAlgorithm,
    altNames: altNamesIn(extensions),
    extensions,
    puppet: puppetIn(extensions),
    attributes,
    fingerprints: fingerprintsOf(der),
    der,
    pem: toPem("CERTIFICATE REQUEST", der),
    isSigned: () => isSignedBy(spki, signatureAlgorithm, info.bytes, signature),
  };
}
