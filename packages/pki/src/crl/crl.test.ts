import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Certificate, readCertificates } from "../certificate.js";
import { only, Tag } from "../der/read.js";
import { integer, sequence, tlv } from "../der/write.js";
import { type Issuer, issuerOf } from "../issuer.js";
import { signedDer } from "../leaf.js";
import { makeAuthority } from "../make.js";
import { openssl } from "../openssl.test.helper.js";
import { toPem } from "../pem.js";
import { serialText } from "../serial.js";
import { type SigningKey, signHere, signingKey } from "../signing/sign.js";
import { issueCrl } from "./issue.js";
import { foreignIssuer, isListOf, readCrl, readCrls } from "./read.js";
import { CrlEntries, crlTbs, type RevokedSerial } from "./write.js";

const DAY_MS = 86_400_000;
const now = new Date("2026-11-20T19:34:01Z");
let chain: readonly Certificate[];
let pem: string;
let issuer: Issuer;
let key: SigningKey;

beforeAll(async () => {
  const options = { name: "Puppet CA: gate", now, lifetimeMs: 90 * 365 * DAY_MS, crlLifetimeMs: DAY_MS, keyBits: 2048 };
  const { authority } = await makeAuthority(options, signHere);
  pem = authority.chain;
  chain = readCertificates(pem);
  key = signingKey(authority.key);
  issuer = issuerOf(chain[0] as Certificate);
});

const list = (
  revoked: readonly RevokedSerial[],
  said: Partial<{ number: bigint; now: Date; lifetimeMs: number }> = {},
) =>
  issueCrl(
    { number: 1n, now, lifetimeMs: DAY_MS, entries: new CrlEntries().encode(revoked), ...said },
    issuer,
    key,
    signHere,
  );

/** What OpenSSL reads in a list. */
function readByOpenssl(text: string) {
  const { text: said, status } = openssl(["crl", "-in", "l.pem", "-noout", "-text", "-nameopt", "RFC2253"], {
    "l.pem": text,
  });
  expect(status).toBe(0);
  const line = (pattern: RegExp) => pattern.exec(said)?.[1];
  const entries = [
    ...said.matchAll(
      /Serial Number: ([0-9A-F]+)\n +Revocation Date: (.+)\n +CRL entry extensions:\n +X509v3 CRL Reason Code: \n +(.+)\n/g,
    ),
  ];
  return {
    version: line(/Version (\d)/),
    issuer: line(/Issuer: (.*)\n/),
    last: line(/Last Update: (.*)\n/),
    next: line(/Next Update: (.*)\n/),
    number: line(/X509v3 CRL Number: \n +(.*)\n/),
    none: said.includes("No Revoked Certificates."),
    entries: entries.map(([, serial, date, reason]) => ({
      serial: BigInt(`0x${serial}`),
      at: new Date(date ?? ""),
      reason,
    })),
  };
}

const verified = (text: string) => openssl(["crl", "-in", "l", "-noout", "-CAfile", "c"], { l: text, c: pem }).text;

describe("a revocation list", () => {
  it("is version 2 with number and key identifier, and verifies", async () => {
    const { pem: text } = await list([{ serial: "0005", revokedAt: new Date("2026-11-20T19:42:20Z") }], {
      number: 0x2an,
    });
    expect(text).toMatch(/^-----BEGIN X509 CRL-----\n[\s\S]+\n-----END X509 CRL-----\n$/);
    expect(readByOpenssl(text)).toEqual({
      version: "2",
      issuer: "CN=Puppet CA: gate",
      last: "Nov 20 19:34:01 2026 GMT",
      next: "Nov 21 19:34:01 2026 GMT",
      number: "42",
      none: false,
      entries: [{ serial: 5n, at: new Date("2026-11-20T19:42:20Z"), reason: "Key Compromise" }],
    });
    expect(verified(text)).toBe("verify OK\n");
  });

  it("tells the dates that it has, to the second", async () => {
    const { pem: text, thisUpdate, nextUpdate } = await list([], { now: new Date("2026-11-20T19:34:01.987Z") });
    expect([thisUpdate, nextUpdate]).toEqual([now, new Date("2026-11-21T19:34:01Z")]);
    expect(readCrls(text)).toMatchObject([{ thisUpdate, nextUpdate }]);
  });

  it("has no list of entries where there are none", async () => {
    const { pem: text } = await list([]);
    expect(readByOpenssl(text)).toMatchObject({ none: true, entries: [] });
    expect(verified(text)).toBe("verify OK\n");
  });

  it.each([
    ["2049-12-31T23:59:59Z", "491231235959Z"],
    ["2050-01-01T00:00:00Z", "20500101000000Z"],
    ["2101-06-01T12:00:00Z", "21010601120000Z"],
  ])("writes dates of %s as RFC 5280 wants them", async (iso, digits) => {
    const at = new Date(iso);
    const { pem: text } = await list([{ serial: "0001", revokedAt: at }], { now: at });
    const { text: dump } = openssl(["asn1parse", "-in", "l"], { l: text });
    const kind = digits.length === 13 ? "UTCTIME" : "GENERALIZEDTIME";
    // The list's own date and that of its entry.
    expect(dump.match(new RegExp(`${kind} +:${digits}`, "g"))).toHaveLength(2);
    expect(readByOpenssl(text).entries.map((entry) => entry.at)).toEqual([at]);
    expect(readCrls(text)[0]?.thisUpdate).toEqual(at);
  });

  it("is what OpenSSL reads, whatever is revoked", async () => {
    for (let round = 0; round < 40; round++) {
      const count = round < 3 ? round : 1 + Math.floor(Math.random() * 200);
      const revoked = Array.from({ length: count }, () => ({
        serial: serialText(BigInt(`0x${randomBytes(1 + Math.floor(Math.random() * 20)).toString("hex")}`)),
        revokedAt: new Date(Math.floor(Math.random() * 4_000_000_000) * 1000),
      }));
      const distinct = [...new Map(revoked.map((each) => [each.serial, each])).values()];
      const number = BigInt(`0x${randomBytes(1 + (round % 19)).toString("hex")}`);
      const { pem: text } = await list(distinct, { number });
      const told = distinct.map(({ serial, revokedAt }) => ({
        serial: BigInt(`0x${serial}`),
        at: revokedAt,
        reason: "Key Compromise",
      }));
      const read = readByOpenssl(text);
      expect(read.entries).toEqual(told);
      expect(BigInt(read.number ?? "")).toBe(number);
      expect(verified(text)).toBe("verify OK\n");
      const [own] = readCrls(text);
      expect([own?.number, [...(own?.revoked() ?? [])]]).toEqual([number, distinct]);
    }
  });
});

describe("many entries", () => {
  const many = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({
      serial: serialText(BigInt(from + index + 1)),
      revokedAt: new Date(now.getTime() + 1000 * index),
    }));

  it("are encoded once", () => {
    const entries = new CrlEntries();
    const first = entries.encode(many(10_000));
    const again = entries.encode([...many(10_000), ...many(1, 10_000)]);
    expect(again).toHaveLength(10_001);
    expect(again.slice(0, 10_000).every((der, index) => der === first[index])).toBe(true);
  });

  it("are forgotten when they are gone, and written anew when their date is another", () => {
    const entries = new CrlEntries();
    const [first] = entries.encode(many(1));
    expect(entries.encode([{ serial: "0001", revokedAt: new Date(0) }])[0]).not.toEqual(first);
    expect(entries.encode([])).toEqual([]);
    expect(entries.encode(many(1))[0]).not.toBe(first);
  });

  it("make a list of 10,000 that OpenSSL verifies, and one of 150,000 that we read", async () => {
    const { pem: text } = await list(many(10_000));
    expect(verified(text)).toBe("verify OK\n");
    expect(openssl(["crl", "-in", "l", "-noout", "-text"], { l: text }).text.match(/Serial Number/g)).toHaveLength(
      10_000,
    );
    const body = crlTbs(
      { number: 1n, thisUpdate: now, nextUpdate: now, entries: new CrlEntries().encode(many(150_000)) },
      issuer,
    );
    const read = readCrl(signedDer(body, issuer, new Uint8Array(256)));
    expect([...read.revoked()].at(-1)?.serial).toBe(serialText(150_000n));
  });
});

describe("lists of others", () => {
  it("are told by name and signature", async () => {
    const [signing, root] = chain as [Certificate, Certificate];
    const [own] = readCrls((await list([])).pem);
    if (own === undefined) return expect.fail("no list");
    expect([isListOf(own, signing), isListOf(own, root), own.issuerName]).toEqual([true, false, "Puppet CA: gate"]);
    expect(Buffer.from(own.keyId ?? "")).toEqual(Buffer.from(signing.keyId ?? ""));
    expect(foreignIssuer(signing.subject)).toMatch(/^[0-9a-f]{64}$/);
    const other = { ...root, subject: signing.subject };
    expect(isListOf(own, other)).toBe(false);
    // A CA that was renamed and kept its key is another issuer.
    expect(isListOf(own, { ...signing, subject: root.subject })).toBe(false);
    const changed = Buffer.from(own.signed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(isListOf({ ...own, signed: changed }, signing)).toBe(false);
  });

  it("may come from OpenSSL, with an entry without a reason", () => {
    const config = "[ca]\ndefault_ca=c\n[c]\ndatabase=db\ncrlnumber=n\ndefault_md=sha256\ndefault_crl_days=1\n";
    const files = {
      "c.cnf": config,
      db: "R\t301120193401Z\t261120193401Z\t0A\tunknown\t/CN=a\n",
      n: "1F\n",
      "k.pem": key.pem,
      "c.pem": chain[0]?.pem ?? "",
    };
    const { text } = openssl(
      ["ca", "-gencrl", "-config", "c.cnf", "-keyfile", "k.pem", "-cert", "c.pem", "-crl_reason", "keyCompromise"],
      files,
    );
    const [read] = readCrls(text);
    expect(read && [...read.revoked()]).toEqual([{ serial: "000A", revokedAt: now }]);
    expect(read && isListOf(read, chain[0] as Certificate)).toBe(true);
  });

  it("are read by their label, also that of @peculiar/x509", async () => {
    const { pem: text } = await list([]);
    expect(readCrls(text.replaceAll("X509 CRL", "CRL"))).toHaveLength(1);
    expect(readCrls(pem)).toEqual([]);
    expect(readCrls(text + pem + text)).toHaveLength(2);
  });

  it("are refused where they are broken", async () => {
    const { pem: text } = await list([{ serial: "0001", revokedAt: now }]);
    const [own] = readCrls(text);
    if (own === undefined) return expect.fail("no list");
    const whole = signedDer(own.signed, issuer, own.signature);
    expect(toPem("X509 CRL", whole)).toBe(text);
    expect(() => readCrl(whole.subarray(0, -1))).toThrow("The list is cut off.");
    expect(() => readCrl(Buffer.concat([whole, Buffer.of(0)]))).toThrow("The list holds more than it should.");
    const { content } = only(own.signed, Tag.sequence, "It");
    const with3 = sequence(integer(2), content.subarray(3));
    expect(() => readCrl(signedDer(with3, issuer, own.signature))).toThrow("The list is of an unknown version.");
    const badEntry = crlTbs({ number: 1n, thisUpdate: now, nextUpdate: now, entries: [tlv(Tag.set)] }, issuer);
    expect(() => [...readCrl(signedDer(badEntry, issuer, own.signature)).revoked()]).toThrow(
      "another type than expected",
    );
  });
});
