import type { X509Certificate } from "node:crypto";
import type { CertificateProfile } from "@gatehouse/core/certificates";
import type { UnverifiedPeer, VerifiedPeer } from "./peer.js";

/** What the authority knows of certificates. */
export interface CertificateRules {
  /**
   * The certificates that issue for us: the signing one, and those before it whose certificates still count. Not the
   * roots above them: what else they issue is none of ours. Undefined while there is no authority. The list is
   * compared as a whole: another one when it changes, else the same.
   */
  readonly trust: () => { readonly certificates: readonly X509Certificate[] } | undefined;
  /** The profile that a certificate was issued under; undefined where it has none of ours. May throw. */
  readonly profileOf: (certificate: X509Certificate, der: Buffer) => CertificateProfile | undefined;
  /** Puppet's extensions by short name, else by OID. May throw. */
  readonly extensionsOf: (der: Buffer) => Readonly<Record<string, string>>;
}

/** What holds of a certificate as long as the authority is the same; whether it counts now is another question. */
export type Standing =
  | {
      readonly ours: true;
      readonly peer: VerifiedPeer;
      readonly thumbprint: string;
      /** Milliseconds: from when until when both it and its issuer are valid. */
      readonly from: number;
      readonly until: number;
    }
  | { readonly ours: false; readonly peer: UnverifiedPeer };

const CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
const ANY_USAGE = "2.5.29.37.0";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that a name must not have
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** SHA-1 over the DER, upper-case hex, as a DSC registration states it. */
export const thumbprintOf = (certificate: X509Certificate): string => certificate.fingerprint.replaceAll(":", "");

/** Upper-case hex of at least four digits, as the authority writes it; Node pads to whole bytes. */
export const serialOf = ({ serialNumber }: X509Certificate): string =>
  serialNumber.toUpperCase().replace(/^0+/, "").padStart(4, "0");

/**
 * Whether a certificate was issued here, and for whom. Asked once for a connection: it verifies a signature.
 * What says so is the certificate itself: on Node 20 and 22, `socket.authorized` is true of a resumed session that
 * never had one.
 */
export function standingOf(certificate: X509Certificate, rules: CertificateRules): Standing {
  const thumbprint = thumbprintOf(certificate);
  const not = (why: string): Standing => ({ ours: false, peer: { kind: "unverified", thumbprint, why } });
  const trusted = rules.trust()?.certificates;
  if (trusted === undefined) return not("there is no authority yet");
  const issuers = trusted.filter((ca) => ca.ca && certificate.checkIssued(ca) && certificate.verify(ca.publicKey));
  if (issuers.length === 0) return not("not issued by our authority");
  if (certificate.ca) return not("a CA certificate speaks for nobody");
  // Node gives the extended usages under this name.
  const usages = certificate.keyUsage as string[] | undefined;
  if (usages !== undefined && !usages.includes(CLIENT_AUTHENTICATION) && !usages.includes(ANY_USAGE)) {
    return not("not a certificate for clients");
  }
  const name = commonNameOf(certificate);
  if (name === undefined) return not("its subject has not exactly one common name that can be used");
  const serial = serialOf(certificate);
  if (!/^[0-9A-F]+$/.test(serial)) return not("its serial is no positive number");
  const windows = issuers.map((ca) => ({
    from: Math.max(Date.parse(certificate.validFrom), Date.parse(ca.validFrom)),
    until: Math.min(Date.parse(certificate.validTo), Date.parse(ca.validTo)),
  }));
  // An authority that was renewed with its key is there twice: the one that ends later counts.
  const { from, until } = windows.reduce((best, other) => (other.until > best.until ? other : best));
  if (Number.isNaN(from) || Number.isNaN(until)) return not("its dates cannot be read");
  try {
    const profile = rules.profileOf(certificate, certificate.raw);
    if (profile === undefined) return not("issued under no profile of ours");
    const extensions = rules.extensionsOf(certificate.raw);
    const pem = certificate.toString();
    const peer: VerifiedPeer = { kind: "verified", name, profile, serial, certificate: pem, extensions };
    return { ours: true, peer, thumbprint, from, until };
  } catch {
    return not("its extensions cannot be read");
  }
}

/** The one common name of the subject: several, an empty one, or one that a reader may cut off, are none. */
function commonNameOf(certificate: X509Certificate): string | undefined {
  // Several values come as a list; the text form of the subject cannot be taken apart safely.
  const name: unknown = certificate.toLegacyObject().subject?.CN;
  return typeof name === "string" && name !== "" && !CONTROL.test(name) ? name : undefined;
}
