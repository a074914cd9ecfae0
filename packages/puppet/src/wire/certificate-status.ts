import type { Certificate, CertificateStatus, Fingerprints, PendingRequest } from "@gatehouse/core/certificates";
import { isAuthorizing } from "../extensions.js";

/** A time as Puppet's CA writes it. */
export const puppetTime = (date: Date): string => `${date.toISOString().slice(0, 19)}UTC`;

/**
 * One certificate or request as `puppetserver ca` and Foreman read it (p7-02, exchanges 1 and 5). The command fails on
 * an answer without fingerprints: a serial that was taken and may be signed shows empty ones.
 */
export function statusJson(status: CertificateStatus): string {
  if (status.state === "requested") return JSON.stringify(commonOf(status.state, status.request));
  const { certificate } = status;
  const { serial, notBefore, notAfter } = certificate;
  const known = JSON.stringify({
    ...commonOf(status.state, certificate),
    ...(notBefore === null ? {} : { not_before: puppetTime(notBefore) }),
    ...(notAfter === null ? {} : { not_after: puppetTime(notAfter) }),
  });
  // A serial may be longer than a number of JavaScript can tell exactly.
  return `${known.slice(0, -1)},"serial_number":${BigInt(`0x${serial}`)}}`;
}

function commonOf(
  state: CertificateStatus["state"],
  { name, altNames, extensions, fingerprints }: Certificate | PendingRequest,
) {
  const { sha1, sha256, sha512 }: Fingerprints = fingerprints ?? { sha1: "", sha256: "", sha512: "" };
  return {
    name,
    state,
    dns_alt_names: altNames.filter((altName) => altName.startsWith("DNS:")),
    subject_alt_names: altNames,
    authorization_extensions: Object.fromEntries(Object.entries(extensions).filter(([key]) => isAuthorizing(key))),
    fingerprint: sha256,
    fingerprints: { SHA1: sha1, SHA256: sha256, SHA512: sha512, default: sha256 },
  };
}
