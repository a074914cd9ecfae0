import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type CertificateRules, serialOf, standingOf } from "./standing.js";
import { createTestAuthority, type Identity, type TestAuthority } from "./testing/authority.js";

let ours: TestAuthority;
let trusted: TestAuthority[] | undefined;
beforeAll(() => {
  ours = createTestAuthority();
});
const CLIENT = "extendedKeyUsage=clientAuth";

const look = ({ cert }: Identity, said: Partial<CertificateRules> = {}) =>
  standingOf(new X509Certificate(cert), {
    trust: () => ({ certificates: (trusted ?? [ours]).map(({ certificate }) => certificate) }),
    profileOf: () => "inventory",
    extensionsOf: () => ({}),
    ...said,
  });
const whyNot = (identity: Identity, said?: Partial<CertificateRules>) => {
  const standing = look(identity, said);
  return standing.ours ? `ours: ${standing.peer.name}` : standing.peer.why;
};

describe("the standing of a certificate", () => {
  it("is ours with a name, a profile, and the dates between which it counts", () => {
    const identity = ours.issue({ subject: "/O=Example/CN=web01", extensions: [CLIENT] });
    const { validFrom, validTo } = new X509Certificate(identity.cert);
    expect(look(identity)).toMatchObject({
      ours: true,
      peer: { name: "web01", profile: "inventory" },
      from: Date.parse(validFrom),
      until: Date.parse(validTo),
    });
  });

  it("ends with its issuer's", () => {
    const short = createTestAuthority("/CN=Short", { days: 5 });
    trusted = [short];
    const standing = look(short.issue({ subject: "/CN=web01", days: 100 }));
    trusted = undefined;
    expect(standing.ours && standing.until).toBe(Date.parse(short.certificate.validTo));
  });

  it("begins with itself, where its issuer is older", () => {
    const identity = ours.issue({ subject: "/CN=web01" });
    const later = ours.forge(
      identity,
      dateIn(new X509Certificate(identity.cert).validFrom),
      Buffer.from("300101000000Z"),
    );
    const standing = look(later);
    expect(standing.ours && standing.from).toBe(Date.parse("2030-01-01T00:00:00Z"));
  });

  it("lasts as long as the later of two certificates of a renewed authority, in any order", () => {
    const renewed = ours.again("/CN=Test CA", 4);
    const identity = ours.issue({ subject: "/CN=web01", days: 100 });
    for (const both of [
      [ours, renewed],
      [renewed, ours],
    ]) {
      trusted = both;
      const standing = look(identity);
      expect(standing.ours && standing.until).toBe(Date.parse(new X509Certificate(identity.cert).validTo));
    }
    trusted = [renewed];
    const standing = look(identity);
    expect(standing.ours && standing.until).toBe(Date.parse(renewed.certificate.validTo));
    trusted = undefined;
  });

  it("is not that of an authority of another name, though it had the same key", () => {
    trusted = [ours.again("/CN=Other", 100)];
    expect(whyNot(ours.issue({ subject: "/CN=web01" }))).toBe("not issued by our authority");
    trusted = undefined;
  });

  it.each([
    ["no common name", "/O=x"],
    ["an empty subject", "/"],
    ["two common names", "/CN=web01/CN=web02"],
    ["two common names in one part", "/CN=web01+CN=web02"],
  ])("refuses %s", (_, subject) => {
    expect(whyNot(ours.issue({ subject }))).toMatch(/common name/);
  });

  it.each(["\0", "\n", "\u007f"])("refuses %j in a name", (char) => {
    const identity = ours.issue({ subject: "/CN=web01Xexample" });
    const forged = ours.forge(identity, Buffer.from("web01Xexample"), Buffer.from(`web01${char}example`));
    expect(whyNot(forged)).toMatch(/common name/);
    // It is the name that is refused, not the way in which it was made.
    expect(whyNot(ours.forge(identity, Buffer.from("web01Xexample"), Buffer.from("web01-example")))).toBe(
      "ours: web01-example",
    );
  });

  it("refuses what was changed after it was signed", () => {
    const identity = ours.issue({ subject: "/CN=web01Xexample" });
    const other = createTestAuthority().forge(identity, Buffer.from("web01X"), Buffer.from("web01Y"));
    expect(whyNot(other)).toBe("not issued by our authority");
  });

  it("refuses the authority itself, and authorities below it", () => {
    expect(whyNot(ours)).toMatch(/CA certificate/);
    const below = ours.issueCa("/CN=Below");
    expect(whyNot(below)).toMatch(/CA certificate/);
    expect(whyNot(below.issue({ subject: "/CN=web01" }))).toBe("not issued by our authority");
  });

  it("takes an intermediate authority for itself, without the root's other certificates", () => {
    const below = ours.issueCa("/CN=Below");
    trusted = [below];
    expect([whyNot(below.issue({ subject: "/CN=web01" })), whyNot(ours.issue({ subject: "/CN=web02" }))]).toEqual([
      "ours: web01",
      "not issued by our authority",
    ]);
    trusted = undefined;
  });

  it("takes no leaf for an issuer", () => {
    const leaf = ours.issue({ subject: "/CN=leaf" });
    const certificates = [new X509Certificate(leaf.cert)];
    const selfSigned = createTestAuthority("/CN=self", { extensions: ["basicConstraints=CA:FALSE"] });
    expect(whyNot(leaf, { trust: () => ({ certificates }) })).toBe("not issued by our authority");
    expect(whyNot(selfSigned, { trust: () => ({ certificates: [selfSigned.certificate] }) })).toBe(
      "not issued by our authority",
    );
  });

  it.each([
    ["serverAuth", /not a certificate for clients/],
    ["codeSigning,serverAuth", /not a certificate for clients/],
    ["clientAuth", /^ours/],
    ["anyExtendedKeyUsage", /^ours/],
  ])("asks for the usage: %s", (usage, why) => {
    expect(whyNot(ours.issue({ subject: "/CN=x", extensions: [`extendedKeyUsage=${usage}`] }))).toMatch(why);
  });

  it("takes a certificate that says nothing of its use, as old authorities made them", () => {
    expect(whyNot(ours.issue({ subject: "/CN=x", extensions: ["nsComment=x"] }))).toBe("ours: x");
  });

  it.each([
    ["no profile", { profileOf: () => undefined }, /no profile/],
    ["a profile that cannot be read", { profileOf: () => fault() }, /cannot be read/],
    ["extensions that cannot be read", { extensionsOf: () => fault() }, /cannot be read/],
  ])("refuses %s", (_, rules, why) => {
    expect(whyNot(ours.issue({ subject: "/CN=x" }), rules)).toMatch(why);
  });
});

/** As DER writes it, before 2050. */
const dateIn = (date: string) => {
  const digits = new Date(date).toISOString().replaceAll(/\D/g, "");
  return Buffer.from(`${digits.slice(2, 14)}Z`);
};

const fault = (): never => {
  throw new Error("not DER");
};

it.each([
  [1, "0001"],
  [0xabc, "0ABC"],
  [0x12345, "12345"],
  ["0x00ffeeddccbbaa99887766554433221100", "FFEEDDCCBBAA99887766554433221100"],
])("serialOf writes %s as the authority does", (serial, written) => {
  expect(serialOf(new X509Certificate(ours.issue({ subject: "/CN=x", serial }).cert))).toBe(written);
});

it("a negative serial is none of ours", () => {
  expect(whyNot(ours.issue({ subject: "/CN=x", serial: "-5" }))).toMatch(/serial/);
});
