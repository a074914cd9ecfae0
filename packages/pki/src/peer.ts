import type { CertificateProfile } from "@gatehouse/core/certificates";
import { puppetOf, readCertificate } from "./certificate.js";
import { byName } from "./extensions.js";
import { profileOfCertificate } from "./leaf.js";
import { type OidNames, puppetOids } from "./oids.js";

/** The profile that a certificate of this authority was issued under; ask only of one that it did issue. @throws DerError */
export const profileOf = (der: Uint8Array): CertificateProfile => profileOfCertificate(readCertificate(der));

/** Puppet's extensions of a certificate by short name, else by OID: the trusted facts of a node. @throws DerError */
export const extensionsOf = (der: Uint8Array, oids: OidNames = puppetOids): Record<string, string> =>
  byName(puppetOf(readCertificate(der)), oids);
