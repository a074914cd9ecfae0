import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import path from "node:path";
import { isHostName } from "../config/server-names.js";

const DAY_MS = 86_400_000;
/** Remade when less than this is left. */
const RENEW_DAYS = 30;
export const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

export interface ServerCertificate {
  /** The certificate, then those between it and the root. */
  readonly cert: string;
  readonly key: string;
  /** File of the certificates that a client is to trust. */
  readonly file: string;
}

/** What vouches for the gateway: its authority. */
export interface CertificateIssuer {
  /**
   * A certificate for these names, followed by those between it and the root, and its key.
   * `trust`: PEM of what clients that know the authority trust.
   */
  issue(names: readonly string[]): Promise<{ readonly cert: string; readonly key: string; readonly trust: string }>;
  /** False of one that is not of this authority any more, or revoked: another one is asked for. */
  vouchesFor(certificate: X509Certificate): boolean | Promise<boolean>;
}

/**
 * Names that this gateway's own certificate is for: the given ones, else the machine's if DNS can have it, and loopback.
 * No rule signs an agent's request for one of them: where agents dial another name, the machine's is left to its agent.
 */
export function certificateNames(serverNames: readonly string[], machine = hostname()): string[] {
  const named = serverNames.length > 0 ? serverNames : [machine].filter(isHostName);
  return [...new Set([...named, ...LOOPBACK])];
}

/**
 * The gateway's own certificate, from its authority. It is issued at the first start, and again when its names or the
 * authority change, it is revoked, or it is about to end.
 * @param dir folder for `server.crt`, `server.key` (0600) and `ca.crt`
 */
export async function ownCertificate(
  dir: string,
  serverNames: readonly string[],
  now: Date,
  issuer: CertificateIssuer,
): Promise<ServerCertificate> {
  const certFile = path.join(dir, "server.crt");
  const keyFile = path.join(dir, "server.key");
  const file = path.join(dir, "ca.crt");
  if ([certFile, keyFile, file].every(existsSync)) {
    const cert = readFileSync(certFile, "utf8");
    const key = readFileSync(keyFile, "utf8");
    // The machine's own name is not asked for: a container has another one at every start, and nodes trust this one.
    const certificate = fit(cert, key, [...serverNames, ...LOOPBACK], now);
    if (certificate !== undefined && (await issuer.vouchesFor(certificate))) return { cert, key, file };
  }
  const { cert, key, trust } = await issuer.issue(certificateNames(serverNames));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // A stop in between leaves a pair that does not match, which is not fit.
  write(file, trust, 0o644);
  write(keyFile, key, 0o600);
  write(certFile, cert, 0o644);
  return { cert, key, file };
}

function write(target: string, text: string, mode: number): void {
  writeFileSync(`${target}.new`, text, { mode });
  renameSync(`${target}.new`, target);
}

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
