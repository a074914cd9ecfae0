import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { attribute, cn, csr, dns, keys, puppetExtension, rawAltNames } from "./csr.test.helper.js";
import { sequence, utf8 } from "./der/write.js";
import { byName } from "./extensions.js";
import { fingerprintsOf } from "./fingerprints.js";
import { badNames, forbidden } from "./forbidden-requests.test.helper.js";
import { Oid, puppetOids } from "./oids.js";
import { openssl } from "./openssl.test.helper.js";
import { badRequestRefusal, signingRefusal, subjectRefusal } from "./policy.js";
import { parseRequest } from "./request.js";
import { der, good, NAME, aliases as names, rsaSpki, texts } from "./sample-requests.test.helper.js";
import { welcome } from "./signable-requests.test.helper.js";
import { unreadable } from "./unreadable-requests.test.helper.js";
import { x509Request } from "./x509.test.helper.js";

const open = { allowSubjectAltNames: true, allowAuthorizationExtensions: true };
const strict = { allowSubjectAltNames: false, allowAuthorizationExtensions: false };

function thrownBy(work: () => unknown): GatehouseError {
  try {
    work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(GatehouseError);
    return thrown as GatehouseError;
  }
  return expect.fail("nothing was thrown");
}

describe("requests", () => {
  it("is large", () => {
    expect(unreadable.length + forbidden.length + badNames.length).toBeGreaterThan(110);
  });

  it.each(unreadable)("does not read $what", ({ body, says }) => {
    const error = thrownBy(() => parseRequest(body));
    expect(error.code).toBe("request-malformed");
    if (typeof says === "string") expect(error.message).toBe(says);
    else expect(error.message).toMatch(says);
    expect(error.message).toMatch(/^[\x20-\x7e]{1,200}$/);
  });

  it.each(forbidden)("does not sign $what", ({ body, says }) => {
    const request = parseRequest(body);
    expect(signingRefusal(request, "puppet", open)).toBe(says);
  });

  it.each(badNames)("does not take the name %j", (name, says) => {
    const request = parseRequest(csr({ names: [name] }));
    expect(subjectRefusal(name, request, "puppet")).toBe(says);
  });

  it.each(welcome)("signs $what", ({ body }) => {
    const request = parseRequest(body);
    expect(subjectRefusal(NAME, request, "puppet") ?? signingRefusal(request, "puppet", strict)).toBeUndefined();
    expect(parseRequest(request.pem).fingerprints).toEqual(request.fingerprints);
  });

  it.each(welcome)("and so do OpenSSL and @peculiar/x509: $what", async ({ body }) => {
    const { pem } = parseRequest(body);
    expect(openssl(["req", "-in", "r.pem", "-verify", "-noout"], { "r.pem": pem })).toMatchObject({ status: 0 });
    expect(await x509Request(pem)).toMatchObject({ verified: true, name: NAME });
  });
});

describe("the order of what is checked", () => {
  const worst = (change: object = {}) =>
    parseRequest(
      csr({
        names: ["Web01"],
        extensions: [
          dns("alias.example.org"),
          puppetExtension(`${"1.3.6.1.4.1.34380.1.3"}.13`, "x"),
          puppetExtension("1.2.3.4", "x"),
        ],
        keys: keys("rsa 1024"),
        signer: keys("rsa 2048"),
        ...change,
      }),
    );

  it("is subject, alternative names, authorization, permitted extensions, key, signature", () => {
    expect(subjectRefusal("web02", worst(), "puppet")).toBe(
      'Instance name "Web01" does not match requested key "web02"',
    );
    expect(subjectRefusal("Web01", worst(), "puppet")).toBe("Certificate names must be lower case.");
    expect(signingRefusal(worst(), "puppet", strict)).toBe(
      "CSR 'Web01' contains extra subject alternative names (DNS:alias.example.org), which are disallowed. " +
        "To allow subject alternative names, set allow-subject-alt-names to true for the authority.",
    );
    expect(signingRefusal(worst(), "puppet", { ...strict, allowSubjectAltNames: true })).toBe(
      "CSR 'Web01' contains an authorization extension, which is disallowed. " +
        "To allow authorization extensions, set allow-authorization-extensions to true for the authority.",
    );
    expect(signingRefusal(worst(), "puppet", open)).toBe("Found extensions that are not permitted: 1.2.3.4");
    expect(signingRefusal(worst({ extensions: [] }), "puppet", strict)).toMatch(/too weak/);
    expect(signingRefusal(worst({ extensions: [], keys: keys("ec prime256v1") }), "puppet", strict)).toMatch(
      /does not correspond/,
    );
  });

  it("asks last whether it is signed: that takes a while", () => {
    const request = {
      ...parseRequest(csr({ extensions: [puppetExtension("1.2.3", "x")] })),
      isSigned: () => expect.fail(),
    };
    expect(badRequestRefusal(request, "puppet")).toMatch(/not permitted/);
    expect(badRequestRefusal(parseRequest(good), "puppet")).toBeUndefined();
  });
});

describe("what a policy opens", () => {
  const aliases = parseRequest(csr({ extensions: [rawAltNames([0x82, "alias"], [0x87, Buffer.of(192, 0, 2, 7)])] }));
  const role = parseRequest(csr({ extensions: [puppetExtension("1.3.6.1.4.1.34380.1.3.13", "admins")] }));

  it("is alternative names, addresses too", () => {
    expect(signingRefusal(aliases, "puppet", strict)).toMatch(/\(DNS:alias, IP:192\.0\.2\.7\)/);
    expect(signingRefusal(aliases, "puppet", open)).toBeUndefined();
  });

  it("is authorization extensions, but for pp_cli_auth", () => {
    expect(signingRefusal(role, "puppet", strict)).toMatch(/authorization extension/);
    expect(signingRefusal(role, "puppet", open)).toBeUndefined();
  });

  it("gives an inventory certificate nothing of Puppet's, whatever is open", () => {
    const extensions = [puppetExtension("1.3.6.1.4.1.34380.1.1.13", "web")];
    const request = parseRequest(csr({ names: ["Web01-2026-11-20-19-38-35"], extensions }));
    expect(subjectRefusal(request.name, request, "inventory")).toBeUndefined();
    expect(subjectRefusal(request.name, request, "puppet")).toMatch(/lower case/);
    expect(signingRefusal(request, "inventory", open)).toMatch(/not permitted: 1\.3\.6\.1\.4\.1\.34380\.1\.1\.13/);
    expect(signingRefusal(aliases, "inventory", open)).toMatch(/extra subject alternative names/);
  });

  it("lets an administrator's server have its names", () => {
    expect(signingRefusal(aliases, "server", strict)).toBeUndefined();
    expect(signingRefusal(aliases, "operator", strict)).toMatch(/extra subject alternative names/);
  });
});

describe("the limits of a request", () => {
  it("leave room for a hundred names", () => {
    expect(signingRefusal(parseRequest(csr({ extensions: [names(100)] })), "puppet", open)).toBeUndefined();
  });

  it("leave room for RSA 8192 with a page of attributes", () => {
    const request = parseRequest(
      csr({
        spki: rsaSpki((1n << 8191n) + 1n, 65_537n),
        extensions: [names(20), ...texts(20, "x".repeat(100))],
        attributes: [attribute(Oid.challengePassword, utf8("x".repeat(1500)))],
      }),
    );
    expect(request.publicKey.label).toBe("RSA 8192");
    // Its signature would be longer by so much.
    expect(request.pem.length + 1100).toBeLessThan(16_384);
  });

  it("hold before a request is stored, whatever else is wrong with it", () => {
    for (const extensions of [[names(101)], texts(51), texts(1, "x".repeat(1025)), texts(1, "\u001b")]) {
      const refusal = badRequestRefusal(parseRequest(csr({ extensions, keys: keys("rsa 1024") })), "puppet") ?? "";
      expect(refusal).toMatch(/at most|control characters/);
      expect(refusal).toMatch(/^[\x20-\x7e]{1,200}$/);
    }
  });
});

describe("what a request says", () => {
  it("is read without a loss", () => {
    const request = parseRequest(
      csr({
        keys: keys("ec prime256v1"),
        extensions: [
          rawAltNames([0x82, "alias"], [0x87, Buffer.from("20010db8000000000000000000000001", "hex")], [0x81, "a@b"]),
          puppetExtension("1.3.6.1.4.1.34380.1.1.13", "wéb"),
          puppetExtension("1.9.9", "x"),
        ],
        attributes: [
          attribute(Oid.challengePassword, utf8("secret")),
          attribute(Oid.preSharedKey, utf8("key")),
          attribute(Oid.autoRenew, utf8("true")),
        ],
      }),
    );
    expect(request.name).toBe(NAME);
    expect(request.publicKey).toEqual({ type: "ec", bits: 256, label: "EC P-256" });
    expect(request.signatureAlgorithm.name).toBe("ecdsa-with-SHA256");
    expect(request.altNames).toEqual([
      { kind: "DNS", value: "alias" },
      { kind: "IP", value: "2001:db8::1" },
      { kind: "email", value: "a@b" },
    ]);
    expect(request.extensions.map(({ oid }) => oid)).toEqual([Oid.subjectAltName, "1.3.6.1.4.1.34380.1.1.13", "1.9.9"]);
    expect(byName(request.puppet, puppetOids)).toEqual({ pp_role: "wéb" });
    expect(Object.fromEntries(request.attributes)).toEqual({
      [Oid.challengePassword]: ["secret"],
      [Oid.preSharedKey]: ["key"],
      [Oid.autoRenew]: ["true"],
    });
    expect(request.isSigned()).toBe(true);
  });

  it("has the fingerprints that OpenSSL has", () => {
    const { text } = openssl(["dgst", "-sha256", "r.der"], { "r.der": der });
    const hex = text.trim().split("= ")[1]?.toUpperCase();
    expect(fingerprintsOf(der).sha256.replaceAll(":", "")).toBe(hex);
    expect(fingerprintsOf(der).sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(parseRequest(good).fingerprints).toEqual(fingerprintsOf(der));
  });

  it("is repeated in messages on one line, and not at any length", () => {
    const request = parseRequest(csr({ subject: sequence(cn(utf8(`a\n\u202eb${"x".repeat(5000)}`))) }));
    const said = subjectRefusal("web02", request, "puppet") ?? "";
    expect(said).toMatch(/^Instance name "a\?\?b/);
    expect(said.length).toBeLessThan(400);
    expect(said).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
});
