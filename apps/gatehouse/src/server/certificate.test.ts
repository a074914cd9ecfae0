import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTestAuthority } from "@gatehouse/http/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { certificateNames, ownCertificate } from "./certificate.js";
import { testIssuer } from "./issuer.test.helper.js";

/** The real time: openssl knows no other. What it issues lasts a year. */
const now = new Date();
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const authority = createTestAuthority();
const NAMES = ["gw.example.org", "10.0.0.7"];
let dir = "";
beforeEach(() => {
  dir = path.join(mkdtempSync(path.join(tmpdir(), "gatehouse-tls-")), "tls");
});
afterEach(() => rmSync(path.dirname(dir), { recursive: true }));
const matches = ({ cert, key }: { cert: string; key: string }) =>
  new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
const remove = (file: string) => rmSync(path.join(dir, file));

it("is for the given names, else the machine, and loopback, and clients are to trust the authority", async () => {
  const from = testIssuer(authority);
  const { cert, key, file } = await ownCertificate(dir, NAMES, now, from);
  expect(from.asked).toEqual([certificateNames(NAMES)]);
  expect(certificateNames(NAMES)).toEqual(expect.arrayContaining([...NAMES, "localhost", "127.0.0.1", "::1"]));
  expect(certificateNames([], "Box-7.local")).toContain("Box-7.local");
  expect(certificateNames(NAMES, "Box-7.local")).not.toContain("Box-7.local");
  expect(matches({ cert, key })).toBe(true);
  expect(readFileSync(file, "utf8")).toBe(authority.cert);
  expect(readFileSync(path.join(dir, "server.crt"), "utf8")).toBe(cert);
});

it.each(["Zoë's Mac", "my_host-", "", "*", "x".repeat(64)])(
  "is not for the machine's name where that is %j",
  (machine) => {
    expect(certificateNames([], machine)).toEqual(["localhost", "127.0.0.1", "::1"]);
  },
);

it("leaves its key to its owner, and no other files", async () => {
  await ownCertificate(dir, [], now, testIssuer(authority));
  expect(readdirSync(dir).toSorted()).toEqual(["ca.crt", "server.crt", "server.key"]);
  if (process.platform === "win32") return;
  expect(statSync(path.join(dir, "server.key")).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o077).toBe(0);
});

it("is kept while it fits and the authority vouches for it", async () => {
  const from = testIssuer(authority);
  const made = await ownCertificate(dir, ["*.b.example.org", ...NAMES], now, from);
  expect(await ownCertificate(dir, ["*.b.example.org", ...NAMES], inDays(300), from)).toEqual(made);
  // One that is for more names than are asked for still fits.
  expect(await ownCertificate(dir, ["10.0.0.7"], now, from)).toEqual(made);
  expect(from.asked).toHaveLength(1);
});

it.each([
  ["a name comes", [...NAMES, "new.example.org"], now, () => undefined],
  ["an address comes", [...NAMES, "10.0.0.9"], now, () => undefined],
  ["its end is near", NAMES, inDays(336), () => undefined],
  ["its end is past", NAMES, inDays(400), () => undefined],
  ["its key is gone", NAMES, now, () => remove("server.key")],
  ["what clients are to trust is gone", NAMES, now, () => remove("ca.crt")],
  [
    "its key is another's, as after a stop in between",
    NAMES,
    now,
    () => writeFileSync(path.join(dir, "server.key"), authority.issue({ subject: "/CN=other" }).key),
  ],
  [
    "its file is cut off",
    NAMES,
    now,
    () => writeFileSync(path.join(dir, "server.crt"), "-----BEGIN CERTIFICATE-----\nMII"),
  ],
])("is issued again when %s", async (_, names, at, harm) => {
  const before = await ownCertificate(dir, NAMES, now, testIssuer(authority));
  harm();
  const next = testIssuer(authority);
  const after = await ownCertificate(dir, names, at, next);
  expect(next.asked).toEqual([certificateNames(names)]);
  expect(new X509Certificate(after.cert).serialNumber).not.toBe(new X509Certificate(before.cert).serialNumber);
  expect(matches(after)).toBe(true);
  expect(readFileSync(path.join(dir, "server.crt"), "utf8")).toBe(after.cert);
  expect(readFileSync(path.join(dir, "server.key"), "utf8")).toBe(after.key);
  expect(readFileSync(after.file, "utf8")).toBe(authority.cert);
});

it.each([
  ["it is revoked", () => testIssuer(authority, { vouchesFor: () => Promise.resolve(false) })],
  ["the authority is another", () => testIssuer(createTestAuthority())],
])("is issued again when %s", async (_, from) => {
  const made = await ownCertificate(dir, NAMES, now, testIssuer(authority));
  const next = from();
  expect((await ownCertificate(dir, NAMES, now, next)).cert).not.toBe(made.cert);
  expect(next.asked).toHaveLength(1);
});

it("leaves what there is when the authority cannot issue", async () => {
  const made = await ownCertificate(dir, [], now, testIssuer(authority));
  const failing = testIssuer(createTestAuthority(), { issue: () => Promise.reject(new Error("not ready")) });
  await expect(ownCertificate(dir, [], now, failing)).rejects.toThrow("not ready");
  expect(readFileSync(path.join(dir, "server.crt"), "utf8")).toBe(made.cert);
});
