import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTestAuthority } from "@gatehouse/http/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CertificateIssuer, certificateNames, ownCertificate } from "./certificate.js";

const NOW = new Date("2030-01-01T00:00:00Z");
const inDays = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
let dir = "";
beforeEach(() => {
  dir = path.join(mkdtempSync(path.join(tmpdir(), "gatehouse-tls-")), "tls");
});
afterEach(() => rmSync(path.dirname(dir), { recursive: true }));
const matches = ({ cert, key }: { cert: string; key: string }) =>
  new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));

describe("ownCertificate", () => {
  it("is for the given names, the machine and loopback", async () => {
    const { cert, key, file } = await ownCertificate(dir, ["pull.example.org", "10.0.0.7", "2001:db8::7"], NOW);
    const x509 = new X509Certificate(cert);
    for (const name of certificateNames(["pull.example.org"]).filter((at) => !/^[\d:.]+$/.test(at)))
      expect(x509.checkHost(name), name).toBeDefined();
    for (const address of ["10.0.0.7", "2001:db8::7", "127.0.0.1", "::1"])
      expect(x509.checkIP(address), address).toBeDefined();
    expect(x509.checkHost("other.example.org")).toBeUndefined();
    expect(x509.ca).toBe(false);
    expect(x509.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(Date.parse(x509.validFrom)).toBeLessThan(NOW.getTime());
    expect(matches({ cert, key })).toBe(true);
    expect(readFileSync(file, "utf8")).toBe(cert);
  });

  it("leaves its key to its owner, and no other files", async () => {
    await ownCertificate(dir, [], NOW);
    expect(readdirSync(dir).toSorted()).toEqual(["server.crt", "server.key"]);
    if (process.platform === "win32") return;
    expect(statSync(path.join(dir, "server.key")).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o077).toBe(0);
  });

  it("is kept while it fits", async () => {
    const names = ["a.example.org", "*.b.example.org", "10.0.0.1"];
    const made = await ownCertificate(dir, names, NOW);
    expect(await ownCertificate(dir, names, inDays(600))).toEqual(made);
    // One that is for more names than are asked for still fits.
    expect(await ownCertificate(dir, ["10.0.0.1"], NOW)).toEqual(made);
  });

  it.each([
    ["a name comes", () => ownCertificate(dir, ["a.example.org", "new.example.org"], NOW)],
    ["an address comes", () => ownCertificate(dir, ["a.example.org", "10.0.0.9"], NOW)],
    ["its end is near", () => ownCertificate(dir, ["a.example.org"], inDays(701))],
    ["its end is past", () => ownCertificate(dir, ["a.example.org"], inDays(800))],
    [
      "its key is gone",
      () => {
        rmSync(path.join(dir, "server.key"));
        return ownCertificate(dir, ["a.example.org"], NOW);
      },
    ],
    [
      "its key is another's, as after a stop in between",
      async () => {
        const other = await ownCertificate(`${dir}-other`, [], NOW);
        writeFileSync(path.join(dir, "server.key"), other.key);
        return ownCertificate(dir, ["a.example.org"], NOW);
      },
    ],
    [
      "its file is cut off",
      () => {
        writeFileSync(path.join(dir, "server.crt"), "-----BEGIN CERTIFICATE-----\nMII");
        return ownCertificate(dir, ["a.example.org"], NOW);
      },
    ],
  ])("is made again when %s", async (_, again) => {
    const before = await ownCertificate(dir, ["a.example.org"], NOW);
    const after = await again();
    expect(after.cert).not.toBe(before.cert);
    expect(new X509Certificate(after.cert).serialNumber).not.toBe(new X509Certificate(before.cert).serialNumber);
    expect(matches(after)).toBe(true);
    expect(readFileSync(path.join(dir, "server.crt"), "utf8")).toBe(after.cert);
    expect(readFileSync(path.join(dir, "server.key"), "utf8")).toBe(after.key);
  });
});

describe("ownCertificate of an authority", () => {
  const authority = createTestAuthority();
  /** Issues for the real time: openssl knows no other. */
  const now = new Date();
  const issuer = (of = authority, said: Partial<CertificateIssuer> = {}) => {
    const asked: string[][] = [];
    const vouchesFor = (certificate: X509Certificate) => certificate.verify(of.certificate.publicKey);
    const issue = async (names: readonly string[]) => {
      asked.push([...names]);
      const altNames = names.map((name) => `${isIP(name) ? "IP" : "DNS"}:${name}`).join();
      const extensions = ["basicConstraints=CA:FALSE", `subjectAltName=${altNames}`];
      return { ...of.issue({ subject: `/CN=${names[0]}`, extensions }), trust: of.cert };
    };
    return { asked, issue, vouchesFor, ...said };
  };

  it("is for the same names, and clients are to trust the authority", async () => {
    const from = issuer();
    const { cert, key, file } = await ownCertificate(dir, ["gw.example.org"], now, from);
    expect(from.asked).toEqual([certificateNames(["gw.example.org"])]);
    expect(matches({ cert, key })).toBe(true);
    expect(readFileSync(file, "utf8")).toBe(authority.cert);
    expect(readFileSync(path.join(dir, "server.crt"), "utf8")).toBe(cert);
    expect(readdirSync(dir).toSorted()).toEqual(["ca.crt", "server.crt", "server.key"]);
    expect(statSync(path.join(dir, "server.key")).mode & 0o077).toBe(0);
  });

  it("is kept while it fits and the authority vouches for it", async () => {
    const from = issuer();
    const made = await ownCertificate(dir, ["gw.example.org"], now, from);
    expect(await ownCertificate(dir, ["gw.example.org"], now, from)).toEqual(made);
    expect(from.asked).toHaveLength(1);
  });

  it("takes the place of a self-signed one, and the other way round", async () => {
    const before = await ownCertificate(dir, [], now);
    const issued = await ownCertificate(dir, [], now, issuer());
    const after = await ownCertificate(dir, [], now);
    const issuers = [before, issued, after].map(({ cert }) => new X509Certificate(cert).issuer);
    expect(issuers[1]).toBe("CN=Test CA");
    for (const at of [0, 2]) expect(issuers[at]).not.toBe("CN=Test CA");
    expect(after.file).toBe(path.join(dir, "server.crt"));
  });

  it.each([
    ["it is revoked", () => issuer(authority, { vouchesFor: () => Promise.resolve(false) }), ["gw.example.org"], now],
    ["the authority is another", () => issuer(createTestAuthority()), ["gw.example.org"], now],
    ["a name comes", () => issuer(), ["gw.example.org", "new.example.org"], now],
    ["its end is near", () => issuer(), ["gw.example.org"], new Date(now.getTime() + 336 * 86_400_000)],
  ])("is issued again when %s", async (_, from, names, at) => {
    const made = await ownCertificate(dir, ["gw.example.org"], now, issuer());
    const next = from();
    expect((await ownCertificate(dir, names, at, next)).cert).not.toBe(made.cert);
    expect(next.asked).toHaveLength(1);
  });

  it("is issued again when what clients are to trust is gone", async () => {
    const { file } = await ownCertificate(dir, [], now, issuer());
    rmSync(file);
    await ownCertificate(dir, [], now, issuer());
    expect(readFileSync(file, "utf8")).toBe(authority.cert);
  });

  it("leaves what there is when the authority cannot issue", async () => {
    const made = await ownCertificate(dir, [], now);
    const failing = issuer(authority, { issue: () => Promise.reject(new Error("not ready")) });
    await expect(ownCertificate(dir, [], now, failing)).rejects.toThrow("not ready");
    expect(readFileSync(path.join(dir, "server.crt"), "utf8")).toBe(made.cert);
  });
});
