import { csrDer, dns, pem, puppetExtension } from "./csr.test.helper.js";
import { bits, integer, nothing, oid, sequence } from "./der/write.js";

/** A request that must not be signed, and the words that say why. */
export interface RefusedRequest {
  readonly what: string;
  readonly body: string | Uint8Array;
  readonly says: string | RegExp;
}

export const NAME = "web01.example.org";
export const der = csrDer();
export const good = pem(der);

export const rsaSpki = (modulus: bigint, exponent: bigint) =>
  sequence(sequence(oid("1.2.840.113549.1.1.1"), nothing()), bits(sequence(integer(modulus), integer(exponent))));
export const ecSpki = (curve: Uint8Array, point: Uint8Array) =>
  sequence(sequence(oid("1.2.840.10045.2.1"), curve), bits(point));
export const P256 = oid("1.2.840.10045.3.1.7");

/** Texts under OIDs of Puppet's private arc. */
export const texts = (count: number, value = "x") =>
  Array.from({ length: count }, (_, index) => puppetExtension(`1.3.6.1.4.1.34380.1.2.${index + 1}`, value));
export const aliases = (count: number) => dns(...Array.from({ length: count }, (_, index) => `a${index}.example.org`));
