import { type Certificate, isIssuedBy } from "../certificate.js";
import { algorithmOf } from "../issuer.js";
import { keyFits } from "../keys.js";
import { type CaFolder, readFile, readKey } from "./files.js";
import type { Findings } from "./findings.js";

/** Whether a certificate is its own issuer. */
export const isSelfSigned = (certificate: Certificate): boolean => isIssuedBy(certificate, certificate);

/** The certificates of ca_crt.pem, the signing one first. */
export function checkChain(chain: readonly Certificate[], now: Date, findings: Findings): void {
  const error = (text: string) => findings.add("error", "ca_crt.pem", text);
  const [signing] = chain;
  const last = chain[chain.length - 1];
  if (signing === undefined || last === undefined) {
    error("It holds no certificate.");
    return;
  }
  for (const [index, certificate] of chain.entries()) {
    const { name = "a CA without a name", isCa, notAfter } = certificate;
    if (!isCa) error(`${name} is no CA certificate.`);
    if (notAfter <= now) error(`${name} ended on ${notAfter.toISOString()}.`);
    const issuer = chain[index + 1];
    if (issuer !== undefined && !isIssuedBy(certificate, issuer))
      error(`${name} was not issued by the certificate after it.`);
  }
  if (!isSelfSigned(last)) error("The root is missing at its end: agents could not verify anything.");
  try {
    algorithmOf(signing.publicKey.type === "rsa" ? "RSA" : signing.publicKey.label);
  } catch {
    error(`Keys of this kind cannot be used: ${signing.publicKey.label}.`);
  }
}

/** The root's key, which `puppetserver ca setup` leaves there and careful people take away. */
export async function rootKeyOf(
  folder: CaFolder,
  chain: readonly Certificate[],
  findings: Findings,
): Promise<string | null> {
  const root = chain[chain.length - 1];
  const key = await readFile(folder, "root_key.pem", findings, readKey);
  if (key === undefined || root === undefined) return null;
  // A single self-signed CA signs its own list with its one key.
  if (keyFits(root.spki, key)) return chain.length > 1 ? key : null;
  findings.add("warning", "root_key.pem", "It is not the key of the root in ca_crt.pem and is left out.");
  return null;
}
