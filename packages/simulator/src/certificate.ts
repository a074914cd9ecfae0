import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import type { Flavour } from "./flavour.js";
import { certificateDate } from "./timestamps.js";

/** CertificateInformation of a registration, properties in the order they are sent. */
export interface CertificateInformation {
  readonly FriendlyName: string;
  readonly Issuer: string;
  readonly NotAfter: string;
  readonly NotBefore: string;
  readonly Subject: string;
  readonly PublicKey: string;
  readonly Thumbprint: string;
  readonly Version: number;
}

const FRIENDLY_NAME = "DSC-OaaS Client Authentication";

// WMF 5.0 and 5.1 send the .NET type name instead of a key.
const WMF_PUBLIC_KEY = Buffer.from("System.Security.Cryptography.X509Certificates.PublicKey").toString("base64");

let sharedPublicKey: string | undefined;

/** One key pair for the whole process: the server stores the key but nobody can check it, and making RSA keys is slow. */
function linuxPublicKey(): string {
  sharedPublicKey ??= generateKeyPairSync("rsa", { modulusLength: 2048 })
    .publicKey.export({ type: "spki", format: "der" })
    .toString("base64");
  return sharedPublicKey;
}

/**
 * What an LCM says about its self-signed certificate when it registers.
 *
 * @param flavour LCM to play
 * @param agentId seeds a stable thumbprint where no certificate is given
 * @param serverUrl WMF 5.1 puts it into the subject
 * @param now start of the one-year validity
 * @param certificate PEM of the certificate the LCM really presents; its thumbprint and dates are then used
 */
export function certificateInformation(
  flavour: Flavour,
  agentId: string,
  serverUrl: string,
  now: Date,
  certificate?: string | Buffer,
): CertificateInformation {
  const real = certificate === undefined ? undefined : new X509Certificate(certificate);
  // DSC for Linux cuts "CN = DSC-OaaS", the way OpenSSL 1.1 and later print it, at the first blank.
  const name = { linux: "CN", wmf50: "CN=DSC-OaaS", wmf51: `CN=${serverUrl}` }[flavour];
  const thumbprint = real?.fingerprint.replaceAll(":", "") ?? createHash("sha1").update(agentId).digest("hex");
  const publicKey = real?.publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const nextYear = new Date(now);
  nextYear.setUTCFullYear(now.getUTCFullYear() + 1);
  return {
    FriendlyName: FRIENDLY_NAME,
    Issuer: name,
    NotAfter: certificateDate(real === undefined ? nextYear : new Date(real.validTo)),
    NotBefore: certificateDate(real === undefined ? now : new Date(real.validFrom)),
    Subject: name,
    PublicKey: flavour === "linux" ? (publicKey ?? linuxPublicKey()) : WMF_PUBLIC_KEY,
    Thumbprint: thumbprint.toUpperCase(),
    Version: 3,
  };
}
