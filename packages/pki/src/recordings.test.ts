import { describe, expect, it } from "vitest";
import { altNamesOf, isIssuedBy, puppetOf, readCertificates } from "./certificate.js";
import { isListOf, readCrls } from "./crl/read.js";
import { CrlEntries, crlTbs } from "./crl/write.js";
import { byName } from "./extensions.js";
import { issuerOf } from "./issuer.js";
import { leafTbs, profileOfCertificate } from "./leaf.js";
import { Oid, puppetOids } from "./oids.js";
import { toPem } from "./pem.js";
import { badRequestRefusal, signingRefusal, subjectRefusal } from "./policy.js";
import { at, noRecordings } from "./recordings.test.helper.js";
import { parseRequest } from "./request.js";

const requests = at("PUT", /certificate_request\/[^/]+$/);
const certificates = at("GET", /\/certificate\/(?!ca$)[^/]+$/);
const chains = at("GET", /\/certificate\/ca$/);
const lists = at("GET", /certificate_revocation_list\/ca$/);
const strict = { allowSubjectAltNames: false, allowAuthorizationExtensions: false };
const lenient = { allowSubjectAltNames: true, allowAuthorizationExtensions: true };
const nameIn = (path: string) => path.slice(path.lastIndexOf("/") + 1);

describe.skipIf(noRecordings)("what was recorded", () => {
  it("has something of each kind", () => {
    expect(Math.min(requests.length, certificates.length, chains.length, lists.length)).toBeGreaterThan(2);
  });

  it.each(requests)("reads the agent's request in $where", ({ path, sent }) => {
    const request = parseRequest(sent);
    expect(request.name).toBe(nameIn(path));
    expect(request.publicKey.label).toMatch(/^RSA (2048|4096)$/);
    expect(request.pem).toBe(sent);
    expect(subjectRefusal(nameIn(path), request, "puppet") ?? badRequestRefusal(request, "puppet")).toBeUndefined();
    expect(signingRefusal(request, "puppet", lenient)).toBeUndefined();
  });

  it("reads what csr_attributes.yaml put into a request", () => {
    const [recording] = requests.filter(({ where }) => where.startsWith("p7-08"));
    const request = parseRequest(recording?.sent ?? "");
    expect(byName(request.puppet, puppetOids)).toEqual({
      pp_uuid: "ED803750-E3C7-44F5-BB08-41A04433FE2E",
      pp_role: "web",
      pp_environment: "staging",
      pp_auth_role: "admins",
      "1.3.6.1.4.1.34380.1.2.7": "custom private ext",
    });
    expect(Object.fromEntries(request.attributes)).toEqual({
      [Oid.challengePassword]: ["challenge-secret"],
      [Oid.preSharedKey]: ["psk-value"],
      "1.3.6.1.4.1.34380.1.2.1": ["private attr"],
    });
    expect(signingRefusal(request, "puppet", strict)).toMatch(
      /^CSR 'lab2.lab.test' contains extra subject alternative/,
    );
    expect(signingRefusal(request, "puppet", { ...strict, allowSubjectAltNames: true })).toMatch(
      /authorization extension/,
    );
  });

  it.each(certificates)("makes the certificate in $where, byte for byte", ({ path, answered }) => {
    const [certificate] = readCertificates(answered);
    const [signing] = readCertificates(chains[0]?.answered ?? "");
    if (certificate === undefined || signing === undefined) return expect.fail("nothing recorded");
    expect(certificate.pem).toBe(answered);
    expect(isIssuedBy(certificate, signing)).toBe(true);
    expect(profileOfCertificate(certificate)).toBe("puppet");
    const { serial, spki, notBefore, notAfter } = certificate;
    const name = nameIn(path);
    const altNames = altNamesOf(certificate).filter(({ value }) => value !== name);
    const extensions = puppetOf(certificate);
    const leaf = { serial, name, profile: "puppet", spki, altNames, extensions, notBefore, notAfter } as const;
    expect(Buffer.from(leafTbs(leaf, issuerOf(signing))).toString("hex")).toBe(
      Buffer.from(certificate.signed).toString("hex"),
    );
  });

  it("gives a request's names the order that puppetserver gave them", () => {
    const sent = requests.find(({ where }) => where.startsWith("p7-08"))?.sent ?? "";
    const [certificate] = readCertificates(certificates.find(({ where }) => where.startsWith("p7-08"))?.answered ?? "");
    const [signing] = readCertificates(chains[0]?.answered ?? "");
    if (certificate === undefined || signing === undefined) return expect.fail("nothing recorded");
    const { name, altNames, puppet, spki } = parseRequest(sent);
    const { serial, notBefore, notAfter } = certificate;
    const leaf = { serial, name, profile: "puppet", spki, altNames, extensions: puppet, notBefore, notAfter } as const;
    expect(Buffer.from(leafTbs(leaf, issuerOf(signing))).equals(certificate.signed)).toBe(true);
  });

  it.each(lists)("makes the revocation list in $where, byte for byte", ({ answered }) => {
    const chain = readCertificates(chains[0]?.answered ?? "");
    const found = readCrls(answered);
    expect(found.map((list) => list.pem).join("")).toBe(answered);
    for (const list of found) {
      const issuer = chain.find((each) => isListOf(list, each));
      if (issuer === undefined) return expect.fail("a list of nobody");
      const entries = new CrlEntries().encode([...list.revoked()]);
      const written = crlTbs({ ...list, entries }, issuerOf(issuer));
      // The first lists are by the Ruby command, which has the two extensions the other way round.
      if (list.number > 0n) expect(Buffer.from(written).equals(list.signed)).toBe(true);
      else expect(written.length).toBe(list.signed.length);
    }
    expect(found).toHaveLength(2);
  });

  it.each(chains)("reads the chain in $where", ({ answered }) => {
    const [signing, root, ...more] = readCertificates(answered);
    if (signing === undefined || root === undefined) return expect.fail("no chain");
    expect([signing.isCa, root.isCa, more.length]).toEqual([true, true, 0]);
    expect(isIssuedBy(signing, root) && isIssuedBy(root, root)).toBe(true);
    expect(isIssuedBy(root, signing)).toBe(false);
    expect(toPem("CERTIFICATE", signing.der) + toPem("CERTIFICATE", root.der)).toBe(answered);
  });
});
