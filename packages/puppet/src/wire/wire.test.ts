import { describe, expect, it } from "vitest";
import { certificateOf, requestOf } from "../fake-authority.test.helper.js";
import { puppetTime, statusJson } from "./certificate-status.js";
import { isCertname, readCertnames } from "./certnames.js";
import { readDesiredState } from "./desired-state.js";
import { parseHttpDate } from "./http-date.js";
import { member, parseJson } from "./json-body.js";
import { isJson, negotiate } from "./media.js";

describe("negotiate", () => {
  it.each([
    [undefined, "application/json"],
    ["", "application/json"],
    ["application/json", "application/json"],
    ["APPLICATION/JSON; charset=utf-8", "application/json"],
    ["*/*", "application/json"],
    ["application/*", "application/json"],
    ["text/pson", "text/pson"],
    ["pson", "text/pson"],
    ["text/*", "text/pson"],
    ["application/json, text/pson", "application/json"],
    ["text/pson, application/json", "text/pson"],
    ["text/pson;q=0.5, application/json", "application/json"],
    ["application/json;q=0, text/pson;q=0.1", "text/pson"],
    ["text/html, */*;q=0.1", "application/json"],
    ["text/html", undefined],
    ["s", undefined],
    ["text/plain", undefined],
    ["application/json;q=0", undefined],
    ["application/json;q=much", undefined],
    ["toString, constructor", undefined],
    [`${"x/y,".repeat(40)}application/json`, undefined],
  ])("%j: %s", (accept, expected) => {
    expect(negotiate(accept)).toBe(expected);
  });
});

describe("isJson", () => {
  it.each([undefined, "", "application/json", "Application/JSON;charset=utf-8", "text/pson", "pson"])("%j", (type) => {
    expect(isJson(type)).toBe(true);
  });
  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json"])("not %j", (type) => {
    expect(isJson(type)).toBe(false);
  });
});

describe("parseHttpDate", () => {
  it.each([
    ["Fri, 20 Nov 2026 19:48:37 GMT", "2026-11-20T19:48:37.000Z"],
    ["20 Nov 2026 19:48:37 GMT", "2026-11-20T19:48:37.000Z"],
    ["Fri, 20 Nov 2026 19:48:37 UTC", "2026-11-20T19:48:37.000Z"],
    ["Fri, 20 Nov 2026 19:48:37 +0000", "2026-11-20T19:48:37.000Z"],
    // The weekday is wrong, and nobody needs it.
    ["Mon, 29 Feb 2028 00:00:00 GMT", "2028-02-29T00:00:00.000Z"],
  ])("%s", (text, expected) => {
    expect(parseHttpDate(text)?.toISOString()).toBe(expected);
  });

  it.each([
    undefined,
    "",
    "yesterday",
    "0",
    "2026-11-20T19:48:37Z",
    "Fri, 20 Nov 2026 19:48:37",
    "Fri, 20 Nov 2026 19:48:37 +0100",
    "Fri, 31 Feb 2026 00:00:00 GMT",
    "Fri, 00 Nov 2026 00:00:00 GMT",
    "Fri, 20 Foo 2026 00:00:00 GMT",
    "Fri, 20 Nov 2026 24:00:00 GMT",
    "Fri, 20 Nov 2026 19:60:00 GMT",
    "Fri, 20 Nov 26 19:48:37 GMT",
    "x".repeat(100_000),
  ])("is no date: %s", (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });
});

describe("statusJson", () => {
  it("tells a certificate as puppetserver does (p7-02, exchange 5)", () => {
    const certificate = certificateOf("lab1.lab.test", {
      altNames: ["DNS:alias", "IP:192.0.2.7", "DNS:lab1.lab.test"],
      extensions: {
        pp_role: "web",
        pp_cli_auth: "true",
        "1.3.6.1.4.1.34380.1.3.99": "x",
        "1.3.6.1.4.1.34380.1.39.1": "y",
      },
      fingerprints: { sha1: "AA:01", sha256: "BB:02", sha512: "CC:03" },
    });
    expect(JSON.parse(statusJson({ state: "revoked", certificate }))).toEqual({
      name: "lab1.lab.test",
      state: "revoked",
      dns_alt_names: ["DNS:alias", "DNS:lab1.lab.test"],
      subject_alt_names: ["DNS:alias", "IP:192.0.2.7", "DNS:lab1.lab.test"],
      authorization_extensions: { pp_cli_auth: "true", "1.3.6.1.4.1.34380.1.3.99": "x" },
      fingerprint: "BB:02",
      fingerprints: { SHA1: "AA:01", SHA256: "BB:02", SHA512: "CC:03", default: "BB:02" },
      not_before: "2026-11-19T19:38:35UTC",
      not_after: "2031-11-19T19:38:35UTC",
      serial_number: 2,
    });
  });

  it("tells a request, which has neither dates nor a serial", () => {
    const request = requestOf("lab1.lab.test", { extensions: { pp_auth_role: "r", challengePassword: "secret" } });
    const told = statusJson({ state: "requested", request });
    expect(Object.keys(JSON.parse(told))).toEqual([
      ...["name", "state", "dns_alt_names", "subject_alt_names", "authorization_extensions"],
      ...["fingerprint", "fingerprints"],
    ]);
    expect(JSON.parse(told).authorization_extensions).toEqual({ pp_auth_role: "r" });
    expect(told).not.toContain("secret");
  });

  it("tells every digit of a long serial", () => {
    const certificate = certificateOf("x", { serial: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" });
    expect(statusJson({ state: "signed", certificate })).toMatch(
      /,"serial_number":1461501637330902918203684832716283019655932542975\}$/,
    );
  });

  it("tells a serial that was taken and may be signed, in a form that the command can print", () => {
    const certificate = certificateOf("x", {
      state: "intended",
      pem: null,
      fingerprints: null,
      notBefore: null,
      notAfter: null,
    });
    const told = JSON.parse(statusJson({ state: "signed", certificate }));
    expect(told.fingerprints).toEqual({ SHA1: "", SHA256: "", SHA512: "", default: "" });
    expect(told.serial_number).toBe(2);
    expect(told).not.toHaveProperty("not_after");
  });

  it("writes times to the second, and never rounds one up", () => {
    expect(puppetTime(new Date("2031-11-19T19:38:35.999Z"))).toBe("2031-11-19T19:38:35UTC");
  });
});

describe("readDesiredState", () => {
  const read = (text: string) => readDesiredState("web01", Buffer.from(text));

  it.each([
    ['{"desired_state":"signed"}', { state: "signed" }],
    ['{"desired_state":"revoked"}', { state: "revoked" }],
    ['{"desired_state":"signed","cert_ttl":3600}', { state: "signed", ttlSeconds: 3600 }],
    ['{"desired_state":"signed","cert_ttl":null,"x":[{}]}', { state: "signed" }],
    ['{"desired_state":"revoked","cert_ttl":"x"}', { state: "revoked" }],
  ])("%s", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ["", "Request body is not JSON."],
    ["{", "Request body is not JSON."],
    ["null", "Request body is not JSON."],
    ["false", "Request body is not JSON."],
    ["{}", 'Missing required parameter "desired_state"'],
    ["[]", 'Missing required parameter "desired_state"'],
    ['"signed"', 'Missing required parameter "desired_state"'],
    ['{"desired_state":null}', 'Missing required parameter "desired_state"'],
    ['{"__proto__":{"desired_state":"signed"}}', 'Missing required parameter "desired_state"'],
    [
      '{"desired_state":"dead"}',
      "State dead invalid; Must specify desired state of 'signed' or 'revoked' for host web01.",
    ],
    [
      '{"desired_state":["signed"]}',
      "State object invalid; Must specify desired state of 'signed' or 'revoked' for host web01.",
    ],
    [
      '{"desired_state":"signed","cert_ttl":"3600"}',
      'cert_ttl specified for host web01 must be an integer, not "3600"',
    ],
    ['{"desired_state":"signed","cert_ttl":1.5}', 'cert_ttl specified for host web01 must be an integer, not "1.5"'],
    ['{"desired_state":"signed","cert_ttl":1e99}', 'cert_ttl specified for host web01 must be an integer, not "1e+99"'],
    [
      '{"desired_state":"signed","cert_ttl":{}}',
      'cert_ttl specified for host web01 must be an integer, not "an object"',
    ],
    ['{"desired_state":"signed","cert_ttl":0}', "cert_ttl specified for host web01 must be at least 1"],
    ['{"desired_state":"signed","cert_ttl":-5}', "cert_ttl specified for host web01 must be at least 1"],
  ])("refuses %s", (text, wrong) => {
    expect(read(text)).toEqual({ wrong });
  });

  it("tells back only the beginning of a long state", () => {
    expect(JSON.stringify(read(JSON.stringify({ desired_state: "x".repeat(9000) }))).length).toBeLessThan(250);
  });
});

describe("readCertnames", () => {
  it("takes each name once", () => {
    expect(readCertnames(["a", "b", "a"])).toEqual({ names: ["a", "b"] });
    expect(readCertnames([])).toEqual({ names: [] });
  });

  it.each([
    ["a", "certnames must be array"],
    [{}, "certnames must be array"],
    [null, "certnames must be array"],
    [["a", 1], "certnames/1 must be string"],
    [["a".repeat(256)], "certnames/0 must NOT have more than 255 characters"],
    [Array.from({ length: 10_001 }, String), "certnames must NOT have more than 10000 items"],
  ])("refuses what is no list of names (%#)", (value, wrong) => {
    expect(readCertnames(value)).toEqual({ wrong });
  });

  it.each([
    ["web01.example.org", true],
    ["Web_01-x", true],
    ["a".repeat(255), true],
    ["a".repeat(256), false],
    ["", false],
    ["a b", false],
    ["a/b", false],
    ["a\u0000", false],
    ["a\n", false],
    ["*", false],
    ["ü", false],
  ])("knows whether there can be a certificate of %j: %s", (name, expected) => {
    expect(isCertname(name)).toBe(expected);
  });
});

describe("parseJson and member", () => {
  it("know only what was said", () => {
    expect(member(parseJson(Buffer.from('{"a":1}')), "a")).toBe(1);
    expect(member(parseJson(Buffer.from("{}")), "toString")).toBeUndefined();
    expect(member(parseJson(Buffer.from("[]")), "length")).toBe(0);
    for (const value of [undefined, null, 1, "text"]) expect(member(value, "length")).toBeUndefined();
    expect(parseJson(Buffer.from("nonsense"))).toBeUndefined();
    expect(parseJson(Buffer.from("[".repeat(100_000)))).toBeUndefined();
  });
});
