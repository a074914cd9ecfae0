import type { ImportedCertificate } from "@gatehouse/core/certificates";
import { altNameText } from "../alt-names.js";
import { altNamesOf, type Certificate, isIssuedBy, puppetOf, readCertificates } from "../certificate.js";
import { DerError } from "../der/read.js";
import { byName } from "../extensions.js";
import { fingerprintsOf } from "../fingerprints.js";
import { certnameRefusal } from "../names.js";
import type { OidNames } from "../oids.js";
import { serialText } from "../serial.js";
import type { CaFolder } from "./files.js";
import type { Findings } from "./findings.js";

export interface SignedFolder {
  readonly folder: CaFolder;
  readonly signing: Certificate;
  readonly revoked: ReadonlyMap<string, Date>;
  readonly now: Date;
  readonly oids: OidNames;
  readonly findings: Findings;
}

/** The certificates of `signed/`, as far as they are of this authority. */
export async function readSigned({
  folder,
  signing,
  revoked,
  now,
  oids,
  findings,
}: SignedFolder): Promise<ImportedCertificate[]> {
  const found = new Map<string, ImportedCertificate>();
  for (const file of folder.files.filter((each) => /^signed\/[^/]+\.pem$/.test(each))) {
    const name = file.slice("signed/".length, -".pem".length);
    const imported = await readOne(file, name);
    if (imported === undefined) continue;
    if (found.has(imported.serial))
      findings.count("warning", file, "Another file has the same serial; this one is left out.");
    else found.set(imported.serial, imported);
  }
  return [...found.values()];

  async function readOne(file: string, name: string): Promise<ImportedCertificate | undefined> {
    const leftOut = (text: string) => findings.count("warning", file, `${text} It is left out.`);
    let certificate: Certificate;
    try {
      const [first, ...more] = readCertificates(await folder.read(file));
      if (first === undefined || more.length > 0) return void leftOut("It does not hold one certificate.");
      certificate = first;
      const serial = serialText(certificate.serial);
      if (certificate.name !== name) return void leftOut("Its certificate is for another name.");
      if (!isIssuedBy(certificate, signing)) return void leftOut("Its certificate was not issued by this authority.");
      if (certificateRefusal(name)) findings.count("note", file, "Its name is not one that would be signed today.");
      if (certificate.notAfter <= now) findings.count("note", file, "Its certificate has ended.");
      const { pem, notBefore, notAfter } = certificate;
      const signed = {
        pem,
        fingerprints: fingerprintsOf(certificate.der),
        altNames: altNamesOf(certificate).map(altNameText),
        extensions: byName(puppetOf(certificate), oids),
      };
      return { serial, name, notBefore, notAfter, revokedAt: revoked.get(serial) ?? null, signed };
    } catch (thrown) {
      return void leftOut(thrown instanceof DerError ? thrown.message : "It cannot be read.");
    }
  }
}

const certificateRefusal = (name: string): boolean => certnameRefusal(name) !== undefined;
