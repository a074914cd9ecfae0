import type { Certificate, CertificateRequest } from "@gatehouse/core/certificates";
import { cleanJson, cleanText } from "../clean.js";

/** A serial as the inventory writes it: upper-case hex, at least four digits, of whole bytes. */
export function serialText(serial: bigint): string {
  const digits = serial.toString(16).toUpperCase();
  return digits.padStart(Math.max(4, digits.length + (digits.length % 2)), "0");
}

/** The number that a serial's text stands for, as PostgreSQL takes it; undefined for what is none. */
export const serialNumber = (serial: string): string | undefined =>
  /^[0-9a-f]{1,40}$/i.test(serial) ? BigInt(`0x${serial}`).toString() : undefined;

/** A name to look for; null, which nothing equals, for one that no row can hold: cleaned, it would be another's. */
export const nameToFind = (name: string): string | null => (cleanText(name) === name ? name : null);

export const CERTIFICATE_COLUMNS = `c.serial::text as serial, c.name, c.profile, c.state, c.pem, c.fingerprints,
  c.not_before as "notBefore", c.not_after as "notAfter", c.alt_names as "altNames", c.extensions, c.issued_by as "issuedBy",
  c.issued_at as "issuedAt", c.revoked_at as "revokedAt", c.revoked_by as "revokedBy", c.cleaned`;

export const certificateOf = (row: Certificate): Certificate => ({ ...row, serial: serialText(BigInt(row.serial)) });

export const REQUEST_COLUMNS = `name, profile, pem, fingerprints, alt_names as "altNames", extensions,
  received_at as "receivedAt", from_peer as "from", note`;

export type RequestRow = CertificateRequest;

/** The rest of `insert into certificate_requests`, with the {@link requestValues}; a condition may follow. */
export const REQUEST_INSERT = `(name, profile, pem, fingerprints, alt_names, extensions, from_peer)
  select $1, $2, $3, $4::jsonb, $5::jsonb, $6::jsonb, $7`;

export function requestValues(said: Omit<CertificateRequest, "receivedAt" | "note">): unknown[] {
  const { name, profile, pem, fingerprints, altNames, extensions, from } = cleanJson(said);
  return [name, profile, pem, JSON.stringify(fingerprints), JSON.stringify(altNames), JSON.stringify(extensions), from];
}
