import type { CertificateProfile } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { altNamesOf, type Certificate, isIssuedBy, puppetOf, readCertificates } from "../certificate.js";
import { DerError } from "../der/read.js";
import { serialOf, serialText } from "../serial.js";
import type { Context } from "./context.js";
import type { Issue } from "./issue.js";

const forbidden = (message: string) => new GatehouseError("forbidden", message);

/**
 * A new certificate for one that is presented: same key, same names and extensions, by today's template; the old one
 * stays valid (wire/puppet.md section 4, "Renewal"). A revoked one is never renewed: the database is asked, not memory
 * (T13).
 */
export function createRenew(
  { store, settings, clock, authority }: Context,
  profile: CertificateProfile,
  issue: (what: Issue) => Promise<string>,
) {
  return async (presented: { pem: string; serial: string }): Promise<string> => {
    if (!settings.autoRenewal) throw new GatehouseError("not-found", "Not Found");
    const certificate = presentedCertificate(presented.pem);
    const serial = serialText(certificate.serial);
    if (certificate.serial !== serialOf(presented.serial) || !isIssuedBy(certificate, authority().chain[0])) {
      throw forbidden("The certificate was not issued by this authority.");
    }
    const stored = await store.bySerial(serial);
    const known = stored?.profile === profile && stored.pem !== null ? presentedCertificate(stored.pem) : undefined;
    if (stored === undefined || known?.pem !== certificate.pem) {
      throw forbidden("The certificate is not one that this authority knows.");
    }
    if (stored.state === "revoked") throw forbidden("The certificate is revoked.");
    if (stored.cleaned) throw forbidden("The certificate was taken out of its name's way.");
    if (certificate.notAfter <= clock.now()) throw forbidden("The certificate has ended.");
    return issue({
      renews: serial,
      name: stored.name,
      profile,
      spki: certificate.spki,
      altNames: altNamesOf(certificate),
      extensions: puppetOf(certificate),
      ttl: settings.autoRenewalTtl,
      by: `renewal of ${serial}`,
      others: "keep",
    });
  };
}

function presentedCertificate(pem: string): Certificate {
  try {
    const [certificate, ...more] = readCertificates(pem);
    if (certificate !== undefined && more.length === 0) return certificate;
  } catch (thrown) {
    if (!(thrown instanceof DerError)) throw thrown;
    throw new GatehouseError("request-malformed", thrown.message, { cause: thrown });
  }
  throw new GatehouseError("request-malformed", "One certificate must be presented.");
}
