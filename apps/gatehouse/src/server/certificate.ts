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
  readonly cert: string;
  readonly key: string;
  /** The certificate's file: what a client is to trust. */
  readonly file: string;
}

/** Names that this gateway's own certificate is for: the given ones, the machine's, and loopback. */
export function certificateNames(serverNames: readonly string[]): string[] {
  return [...new Set([...serverNames, hostname(), ...LOOPBACK])];
}

/**
 * The gateway's own certificate (RSA 2048, self-signed), made at the first start and again when its names change or it
 * is about to end. It stands in until the authority issues one.
 * @param dir folder for `server.crt` and `server.key` (0600)
 */
export async function ownCertificate(
  dir: string,
  serverNames: readonly string[],
  now: Date,
): Promise<ServerCertificate> {
  const file = path.join(dir, "server.crt");
  const keyFile = path.join(dir, "server.key");
  const names = certificateNames(serverNames);
  if (existsSync(file) && existsSync(keyFile)) {
    const cert = readFileSync(file, "utf8");
    const key = readFileSync(keyFile, "utf8");
    // The machine's own name is not asked for: a container has another one at every start, and nodes trust this one.
    if (isFit(cert, key, [...serverNames, ...LOOPBACK], now)) return { cert, key, file };
  }
  const made = await make(names, now);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // A stop in between leaves a pair that does not match, which is not fit.
  for (const [target, text, mode] of [
    [keyFile, made.key, 0o600],
    [file, made.cert, 0o644],
  ] as const) {
    writeFileSync(`${target}.new`, text, { mode });
    renameSync(`${target}.new`, target);
  }
  return { ...made, file };
}

function isFit(pem: string, key: string, names: readonly string[], now: Date): boolean {
  let cert: X509Certificate;
  try {
    cert = new X509Certificate(pem);
    if (!cert.checkPrivateKey(createPrivateKey(key))) return false;
  } catch {
    // What cannot be read is of no use: both are made again.
    return false;
  }
  const left = Date.parse(cert.validTo) - now.getTime();
  return (
    left > RENEW_DAYS * DAY_MS &&
    names.every((name) => (isIP(name) ? cert.checkIP(name) : cert.checkHost(name)) !== undefined)
  );
}

async function make(names: readonly string[], now: Date): Promise<{ cert: string; key: string }> {
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
