// @peculiar/x509 needs it to be there first.
import "reflect-metadata";
import { createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import path from "node:path";
import * as x509 from "@peculiar/x509";

const DAY_MS = 86_400_000;
const LIFETIME_DAYS = 730;
/** Remade when less than this is left. */
const RENEW_DAYS = 30;
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

export interface ServerCertificate {
  /** The certificate, then those between it and the root. */
  readonly cert: string;
  readonly key: string;
  /** File of the certificates that a client is to trust. */
  readonly file: string;
}

/** What can vouch for the gateway: the authority, once there is one. */
export interface CertificateIssuer {
  /**
   * A certificate for these names, followed by those between it and the root, and its key.
   * `trust`: PEM of what clients that know the authority trust.
   */
  issue(names: readonly string[]): Promise<{ readonly cert: string; readonly key: string; readonly trust: string }>;
  /** False of one that is not of this authority any more, or revoked: another one is asked for. */
  vouchesFor(certificate: X509Certificate): boolean | Promise<boolean>;
}

/** Names that this gateway's own certificate is for: the given ones, the machine's, and loopback. */
export function certificateNames(serverNames: readonly string[]): string[] {
  return [...new Set([...serverNames, hostname(), ...LOOPBACK])];
}

/**
 * The gateway's own certificate: from the issuer, else self-signed (RSA 2048). It is made at the first start, and again
 * when its names or its issuer change or it is about to end.
 * @param dir folder for `server.crt`, `server.key` (0600) and, with an issuer, `ca.crt`
 */
export async function ownCertificate(
  dir: string,
  serverNames: readonly string[],
  now: Date,
  issuer?: CertificateIssuer,
): Promise<ServerCertificate> {
  const certFile = path.join(dir, "server.crt");
  const keyFile = path.join(dir, "server.key");
  // A client can trust a self-signed certificate as it is.
  const file = issuer === undefined ? certFile : path.join(dir, "ca.crt");
  const names = certificateNames(serverNames);
  if ([certFile, keyFile, file].every(existsSync)) {
    const cert = readFileSync(certFile, "utf8");
    const key = readFileSync(keyFile, "utf8");
    // The machine's own name is not asked for: a container has another one at every start, and nodes trust this one.
    const certificate = fit(cert, key, [...serverNames, ...LOOPBACK], now);
    if (certificate !== undefined && (await isOf(certificate, issuer))) return { cert, key, file };
  }
  const { cert, key, trust } = issuer === undefined ? await make(names, now) : await issuer.issue(names);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // A stop in between leaves a pair that does not match, which is not fit.
  if (trust !== undefined) write(file, trust, 0o644);
  write(keyFile, key, 0o600);
  write(certFile, cert, 0o644);
  return { cert, key, file };
}

function write(target: string, text: string, mode: number): void {
  writeFileSync(`${target}.new`, text, { mode });
  renameSync(`${target}.new`, target);
}

/** Whether a certificate is the issuer's, or of nobody but itself where there is no issuer. */
const isOf = (certificate: X509Certificate, issuer: CertificateIssuer | undefined): boolean | Promise<boolean> =>
  issuer === undefined ? certificate.verify(certificate.publicKey) : issuer.vouchesFor(certificate);

/** The certificate, if it goes with its key, lasts, and is for the names. */
function fit(pem: string, key: string, names: readonly string[], now: Date): X509Certificate | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return undefined;
  } catch {
    // What cannot be read is of no use: both are made again.
    return undefined;
  }
  const left = Date.parse(certificate.validTo) - now.getTime();
  const isFor = (name: string) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
  return left > RENEW_DAYS * DAY_MS && names.every(isFor) ? certificate : undefined;
}

async function make(names: readonly string[], now: Date): Promise<{ cert: string; key: string; trust?: undefined }> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const serial = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)));
  serial[0] = (serial[0] ?? 0) & 0x7f;
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial.toString("hex"),
    name: [{ CN: [names[0] ?? "gatehouse"] }],
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + LIFETIME_DAYS * DAY_MS),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      // CA:TRUE would let its key sign for other names; clients can trust a self-signed leaf as it is.
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? "ip" : "dns", value }))),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    cert: `${cert.toString("pem")}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)?.join("\n")}\n-----END PRIVATE KEY-----\n`,
  };
}
