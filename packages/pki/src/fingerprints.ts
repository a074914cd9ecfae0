import { createHash } from "node:crypto";
import type { Fingerprints } from "@gatehouse/core/certificates";

const digest = (algorithm: string, der: Uint8Array): string =>
  (createHash(algorithm).update(der).digest("hex").toUpperCase().match(/../g) ?? []).join(":");

/** Digests over a DER encoding, as `certificate_status` has them (wire/puppet.md section 4). */
export const fingerprintsOf = (der: Uint8Array): Fingerprints => ({
  sha1: digest("sha1", der),
  sha256: digest("sha256", der),
  sha512: digest("sha512", der),
});
