import { describe, expect, it } from "vitest";
import { AT, aCertificate, aRequest, gatewayOf } from "./gateway.test.helper.js";

const authority = (bootstrap: object = { server: "gate.example.org", port: 8140 }) => ({
  origin: "imported",
  createdAt: AT,
  bundleSha256: "c0ffee",
  certificates: [{ name: "Puppet CA: gate", fingerprint: "AB:CD", notBefore: AT, notAfter: AT }],
  crls: [{ issuer: "Puppet CA: gate", number: "18446744073709551616", thisUpdate: AT, nextUpdate: AT, revoked: 3 }],
  bootstrap,
});

describe("gatehouse ca show", () => {
  it("tells of the authority", async () => {
    const { ca } = await gatewayOf({ "GET /authority": authority() });
    const { out } = await ca("show");
    for (const line of [
      /^name +Puppet CA: gate$/m,
      /^fingerprint +\(SHA-256\) AB:CD$/m,
      /^imported +2026-03-01 10:00:00Z$/m,
      /^ca_fingerprint +c0ffee$/m,
      /^ {2}Puppet CA: gate {2}2026-03-01 10:00:00Z {2}AB:CD$/m,
      /^ {2}Puppet CA: gate {2}18446744073709551616 {2}.* {2}3$/m,
    ])
      expect(out).toMatch(line);
    expect((await ca("--json", "show")).json).toEqual(authority());
  });

  it("tells of a certificate, and prints it", async () => {
    const certificate = aCertificate({ state: "revoked", revokedAt: AT, revokedBy: "bob" });
    const status = { name: "web01", profile: "inventory", state: "revoked", request: null, certificate, pem: "PEM\n" };
    const { ca, asked } = await gatewayOf({ "GET /certificates/web01": status });
    const { out } = await ca("show", "web01", "--profile", "inventory");
    for (const line of [
      /^profile +inventory$/m,
      /^serial +000A$/m,
      /^valid +2026-03-01 10:00:00Z to 2031-03-01 10:00:00Z$/m,
      /^issued +2026-03-01 10:00:00Z, by ada$/m,
      /^revoked +2026-03-01 10:00:00Z, by bob$/m,
      /\n\nPEM\n$/,
    ])
      expect(out).toMatch(line);
    expect(asked).toEqual([["GET /certificates/web01?profile=inventory"]]);
  });

  it("tells of a request, from whom it is and why it waits", async () => {
    const request = aRequest({ note: "No rule\nmatches." });
    const status = { name: "web02", profile: "puppet", state: "requested", request, certificate: null, pem: null };
    const { ca } = await gatewayOf({ "GET /certificates/web02": status });
    const { out } = await ca("show", "web02");
    expect(out).toMatch(/^extensions +pp_role=web$/m);
    expect(out).toMatch(/^from +192\.0\.2\.1\nwhy it waits +No rule matches\.\n$/m);
    expect(out).not.toContain("profile");
  });
});

describe("gatehouse ca crl", () => {
  it("prints the lists as they are", async () => {
    const { ca } = await gatewayOf({ "GET /authority/crl.pem": "-----BEGIN X509 CRL-----\n" });
    expect((await ca("crl")).out).toBe("-----BEGIN X509 CRL-----\n");
    expect((await ca("--json", "crl")).json).toEqual({ crl: "-----BEGIN X509 CRL-----\n" });
  });
});

describe("gatehouse ca bootstrap", () => {
  const command = "puppet ssl bootstrap --server gate.example.org --serverport 8140 --ca_fingerprint c0ffee";

  it("prints the line for a new host", async () => {
    const { ca } = await gatewayOf({ "GET /authority": authority() });
    const { out, err } = await ca("bootstrap");
    expect([out, err]).toEqual([`As root on the new host:\n\n  ${command}\n`, ""]);
  });

  it("says where a token goes, whatever is in it", async () => {
    const { ca } = await gatewayOf({ "GET /authority": authority() });
    const { json } = await ca("--json", "bootstrap", "--token", 'a"b: #c');
    const csrAttributes = '---\ncustom_attributes:\n  1.2.840.113549.1.9.7: "a\\"b: #c"\n';
    expect(json).toEqual({ command, caFingerprint: "c0ffee", csrAttributes, warnings: [] });
    const { out } = await ca("bootstrap", "--token", "secret");
    expect(out).toMatch(/csr_attributes.*\n\n {2}---\n.*\n {4}1\.2\.840\.113549\.1\.9\.7: "secret"\n/);
    expect(out.trimEnd().endsWith(command)).toBe(true);
  });

  it("warns of what the gateway has not", async () => {
    const { ca } = await gatewayOf({ "GET /authority": authority({ server: null, port: null }) });
    const { out, err } = await ca("bootstrap");
    expect(out).toContain("puppet ssl bootstrap --server NAME --ca_fingerprint c0ffee\n");
    expect(err).toMatch(/^warning: serverNames.*\nwarning: No HTTPS listener/);
  });
});
