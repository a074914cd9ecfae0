import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../puppet/programs.js";
import { send } from "../wire.js";
import { keyPem, newRsaKey, Oid, utf8 } from "./csr.js";
import { callAs, enrol, given, isNode, renew, serialOf, trustOf } from "./host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "./house.js";
import { printed, readCrls, selfSigned, unverified } from "./openssl.js";

const { skip, note } = needs("openssl");
const DAY_MS = 86_400_000;

describe.skipIf(skip)(`the renewal of a certificate${note}`, () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({
      env: { ...AUTOSIGN_ALL, GATEHOUSE_CA_AUTO_RENEWAL: "true", GATEHOUSE_CA_AUTO_RENEWAL_DAYS: "60" },
    });
  });
  afterAll(() => house?.close());

  const daysOf = (pem: string) => {
    const { validFrom, validTo } = new X509Certificate(pem);
    return { from: Date.parse(validFrom), left: (Date.parse(validTo) - Date.now()) / DAY_MS };
  };

  it("gives a new one for the same key with the same content, and leaves the old one as it is", async () => {
    const host = await enrol(house.first, "web01.example.org", {
      key: newRsaKey(2048),
      extensions: { [Oid.role]: utf8("web") },
    });
    const { status, text, headers } = await renew(house.first, host);
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^text\/plain/);
    expect(text).toMatch(/^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/);
    expect(serialOf(text)).not.toBe(host.serial);
    expect(new X509Certificate(text).checkPrivateKey(host.key)).toBe(true);
    // All that differs is what has to.
    const same = (await printed(host.certificate)).replace(/Serial Number:.*\n/, "");
    expect(same).toContain(Oid.role);
    expect((await printed(text)).replace(/Serial Number:.*\n/, "")).toBe(same);
    expect(daysOf(host.certificate).left).toBeGreaterThan(1800);
    expect(daysOf(text).left).toBeGreaterThan(59);
    expect(daysOf(text).left).toBeLessThan(61);

    const renewed = { ...host, certificate: text };
    expect(await unverified(await trustOf(house.first), [host.certificate, text])).toEqual([]);
    for (const each of [host, renewed]) expect(await isNode(house.first, each)).toBe(200);
    expect(await given(house.first, `certificate/${host.name}`)).toBe(text);
    const [own] = await readCrls(await given(house.first, "certificate_revocation_list/ca"));
    expect(own?.serials).toEqual([]);
    expect((await renew(house.first, renewed)).status).toBe(200);
  });

  it("is what an agent means that says so in its request: its certificate is as short from the beginning", async () => {
    const host = await enrol(house.first, "web02.example.org", { attributes: { [Oid.autoRenew]: "true" } });
    expect(daysOf(host.certificate).left).toBeLessThan(61);
    expect(await printed(host.certificate)).not.toContain(Oid.autoRenew);
    expect((await renew(house.first, host)).status).toBe(200);
  });

  it("is for who shows a certificate of ours, and for nobody else", async () => {
    const path = "/puppet-ca/v1/certificate_renewal";
    const headers = { "Content-Type": "text/plain" };
    expect((await send(house.first.https, { method: "POST", path, headers, body: "" })).status).toBe(403);
    const host = await enrol(house.first, "web03.example.org");
    // Knowing a certificate is not having its key.
    const body = host.certificate;
    expect((await send(house.first.https, { method: "POST", path, headers, body })).status).toBe(403);
    const { privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const foreign = { key, certificate: await selfSigned(keyPem(key), "/CN=web03.example.org") };
    expect((await renew(house.first, foreign)).status).toBe(403);
    expect((await callAs(house.first, foreign, { path: "/puppet-ca/v1/expirations" })).status).toBe(403);
  });

  it("is refused to who is revoked or cleaned", async () => {
    for (const how of ["revoke", "clean"]) {
      const host = await enrol(house.first, `${how}.example.org`);
      expect((await house.api("POST", `/certificates/${host.name}/${how}`)).status).toBe(204);
      const { status, text } = await renew(house.first, host);
      expect([status, text]).toEqual([403, expect.not.stringContaining("BEGIN")]);
    }
  });

  it("is off unless it is set", async () => {
    const other = await startHouse({ env: AUTOSIGN_ALL });
    try {
      const host = await enrol(other.first, "web01.example.org", { attributes: { [Oid.autoRenew]: "true" } });
      expect(daysOf(host.certificate).left).toBeGreaterThan(1800);
      const { status, text } = await renew(other.first, host);
      expect([status, text]).toEqual([404, "Not Found"]);
      expect(await other.inventory()).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});
