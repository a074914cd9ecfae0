import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { certificateNames, ownCertificate } from "./certificate.js";

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
