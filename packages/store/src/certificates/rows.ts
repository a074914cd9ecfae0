import type { Certificate, CertificateName, CertificateRequest, PendingRequest } from "@gatehouse/core/certificates";
import { cleanJson, cleanText } from "../clean.js";
import type { SecretBox } from "../secret-box.js";

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

export const REQUEST_COLUMNS = `name, profile, fingerprints, alt_names as "altNames", extensions,
  received_at as "receivedAt", from_peer as "from", note`;

export type RequestRow = PendingRequest;

/** A request may tell a secret: it is sealed. */
export interface RequestSeal {
  seal(pem: string, of: CertificateName): string;
  open(sealed: string, of: CertificateName): string;
}

export function requestSeal(box: SecretBox): RequestSeal {
  const purpose = ({ name, profile }: CertificateName) => `certificate_requests:${profile}:${name}`;
  return {
    seal: (pem, of) => box.seal(pem, purpose(of)).toString("base64"),
    open: (sealed, of) => box.open(Buffer.from(sealed, "base64"), purpose(of)),
  };
}

/** What {@link REQUEST_INSERT} takes. */
export type RequestValues = (said: Omit<CertificateRequest, "receivedAt" | "note">) => unknown[];

/** The rest of `insert into certificate_requests`, with the {@link requestValues}; a condition may follow. */
export const REQUEST_INSERT = `(name, profile, pem, fingerprints, alt_names, extensions, from_peer)
  select $1, $2, $3, $4::jsonb, $5::jsonb, $6::jsonb, $7`;

export const requestValues =
  ({ seal }: RequestSeal): RequestValues =>
  (said) => {
    const { name, profile, pem, fingerprints, altNames, extensions, from } = cleanJson(said);
    const [prints, names, asked] = [fingerprints, altNames, extensions].map((value) => JSON.stringify(value));
    return [name, profile, seal(pem, { name, profile }), prints, names, asked, from];
  };
