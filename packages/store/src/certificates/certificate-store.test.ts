import { randomBytes } from "node:crypto";
import type { ImportedAuthority, SignedCertificate } from "@gatehouse/core/certificates";
import { afterEach, describe, expect, it } from "vitest";
import { SecretBox } from "../secret-box.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createCertificateStore } from "./certificate-store.js";

const house = useDatabase();
const box = new SecretBox(randomBytes(32));
const storeOf = () => createCertificateStore(house.db, box);
const NOW = new Date("2026-11-21T10:00:00Z");
const FAR = new Date("2031-11-21T10:00:00Z");
const prints = (text: string) => ({ sha1: `1:${text}`, sha256: `256:${text}`, sha512: `512:${text}` });

const signed = (name: string, said: Partial<SignedCertificate> = {}): SignedCertificate => ({
  pem: `certificate of ${name}`,
  fingerprints: prints(name),
  notBefore: NOW,
  notAfter: FAR,
  altNames: [`DNS:${name}`],
  extensions: { pp_role: "web" },
  ...said,
});
const authority = (said: Partial<ImportedAuthority> = {}): ImportedAuthority => ({
  authority: { chain: "the chain", key: "the private key", rootKey: null, origin: "made" },
  nextSerial: 1n,
  certificates: [],
  revocations: [],
  requests: [],
  crls: [],
  ...said,
});
const intentFor = (name: string, besideOthers = false) =>
  ({ name, profile: "puppet", by: "test", besideOthers }) as const;

afterEach(async () => {
  await house.db.run("truncate authorities, certificates, certificate_requests, crls");
  await house.db.run("select setval('certificate_serials', 1, false)");
});

async function issue(name: string, besideOthers = false): Promise<string> {
  const store = storeOf();
  const { serial } = await store.intend(intentFor(name, besideOthers));
  await store.complete(serial, signed(name, { pem: `certificate ${serial} of ${name}` }));
  return serial;
}

describe("the authority", () => {
  it("is one for a database, whoever comes first, and its keys are sealed at rest", async () => {
    expect(await storeOf().authority()).toBeUndefined();
    const rooted = authority({
      authority: { chain: "c", key: "SECRET-KEY", rootKey: "SECRET-ROOT", origin: "imported" },
      nextSerial: 300n,
    });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => storeOf().found(rooted)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
    expect(await storeOf().authority()).toMatchObject({
      key: "SECRET-KEY",
      rootKey: "SECRET-ROOT",
      origin: "imported",
    });
    const [row] = await house.db.run<{ key: Buffer; root_key: Buffer }>("select key, root_key from authorities");
    expect(
      Buffer.concat([row?.key ?? Buffer.alloc(0), row?.root_key ?? Buffer.alloc(0)]).toString("latin1"),
    ).not.toContain("SECRET");
    await expect(createCertificateStore(house.db, new SecretBox(randomBytes(32))).authority()).rejects.toThrow();
    expect((await storeOf().intend(intentFor("a"))).serial).toBe("012C");
  });

  it("brings what it had: certificates, revocations without certificates, requests, lists", async () => {
    const long = "00F1".repeat(5) + "A0B1C2D3E4F5061728394A5B".slice(0, 20);
    await storeOf().found(
      authority({
        nextSerial: 0x11n,
        certificates: [
          { ...signed("web01"), serial: "0002", name: "web01", revokedAt: null },
          { ...signed("web02"), serial: "000a", name: "web02", revokedAt: NOW },
        ],
        revocations: [
          { serial: long, revokedAt: NOW, notAfter: null },
          { serial: "000A", revokedAt: NOW, notAfter: FAR },
        ],
        requests: [
          { name: "web03", profile: "puppet", pem: "csr", fingerprints: prints("x"), altNames: [], extensions: {} },
        ],
        crls: [{ issuer: "signing", number: 7n, pem: "crl", thisUpdate: NOW, nextUpdate: FAR }],
      }),
    );
    const store = storeOf();
    expect(await store.certificate("web01")).toMatchObject({
      serial: "0002",
      state: "issued",
      extensions: { pp_role: "web" },
    });
    expect(await store.certificate("web02")).toMatchObject({ serial: "000A", state: "revoked", revokedAt: NOW });
    expect((await store.revocations(NOW)).entries.map(({ serial }) => serial)).toEqual([
      "000A",
      long.replace(/^(00)+/, ""),
    ]);
    expect(await store.request("web03")).toMatchObject({ pem: "csr", from: null, note: null });
    expect(await store.crls()).toMatchObject([{ issuer: "signing", number: 7n, nextUpdate: FAR }]);
    expect((await store.intend(intentFor("next"))).serial).toBe("0011");
  });

  it("that cannot be stored whole is not stored at all", async () => {
    const twice = { ...signed("a"), serial: "0001", name: "a", revokedAt: null };
    await expect(storeOf().found(authority({ certificates: [twice, twice] }))).rejects.toThrow();
    expect(await storeOf().authority()).toBeUndefined();
    expect(await count(house.db, "certificates")).toBe(0);
  });
});

describe("serials", () => {
  it("are never given out twice, over any number of stores at once", async () => {
    const stores = [storeOf(), storeOf(), storeOf()];
    const taken = await Promise.all(
      Array.from({ length: 300 }, (_, i) => (stores[i % 3] ?? storeOf()).intend(intentFor(`node${i}`))),
    );
    expect(new Set(taken.map(({ serial }) => serial)).size).toBe(300);
    expect(await count(house.db, "certificates where state = 'intended'")).toBe(300);
  });

  it("go to one of those who want the same name at once", async () => {
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => storeOf().intend(intentFor("same"))));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const lost = results.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(lost.reason).toMatchObject({ code: "conflict" });
  });

  it("of an intent that nobody completed are listed and can be revoked, and free the name after a minute", async () => {
    const store = storeOf();
    const { serial } = await store.intend(intentFor("orphan"));
    expect(await store.bySerial(serial)).toMatchObject({ state: "intended", pem: null, name: "orphan" });
    expect(await store.certificate("orphan")).toBeUndefined();
    await expect(store.intend(intentFor("orphan"))).rejects.toMatchObject({ code: "conflict" });
    await house.db.run("update certificates set issued_at = now() - interval '61 seconds'");
    expect((await store.intend(intentFor("orphan"))).serial).not.toBe(serial);
    expect(await store.revoke({ serials: [serial] }, "operator")).toEqual([serial]);
    await expect(store.complete(serial, signed("orphan"))).rejects.toMatchObject({ code: "conflict" });
    expect((await store.revocations(NOW)).entries.map((entry) => entry.serial)).toEqual([serial]);
  });

  it.each(["", "xyz", "-1", "0x1", "1".repeat(60), "1; drop table certificates"])(
    "are not found under %j",
    async (serial) => {
      expect(await storeOf().bySerial(serial)).toBeUndefined();
      expect(await storeOf().revoke({ serials: [serial] }, "x")).toEqual([]);
    },
  );
});

describe("a certificate", () => {
  it("takes the place of its intent, and its request goes with it", async () => {
    const store = storeOf();
    const request = {
      name: "web01",
      profile: "puppet",
      pem: "csr",
      fingerprints: prints("r"),
      altNames: [],
      extensions: {},
      from: "192.0.2.1",
    } as const;
    expect(await store.addRequest(request)).toBe(true);
    expect(await store.addRequest({ ...request, pem: "another" })).toBe(false);
    await store.noteRequest("web01", "no rule\u0000 matched");
    expect(await store.requests()).toMatchObject([{ pem: "csr", note: "no rule matched", from: "192.0.2.1" }]);
    const serial = await issue("web01");
    expect(await store.requests()).toEqual([]);
    expect(await store.certificate("web01")).toMatchObject({ serial, state: "issued", notAfter: FAR, cleaned: false });
    await expect(store.complete(serial, signed("web01"))).rejects.toThrow(/no intent/);
    await expect(store.intend(intentFor("web01"))).rejects.toMatchObject({ code: "conflict" });
  });

  it("may stand beside the one it renews, and is then the one that the name stands for", async () => {
    const first = await issue("web01");
    const second = await issue("web01", true);
    expect((await storeOf().certificate("web01"))?.serial).toBe(second);
    expect((await storeOf().certificates({ limit: 10 })).certificates.map(({ serial }) => serial)).toEqual([second]);
    expect((await storeOf().revoke({ names: ["web01"] }, "x")).toSorted()).toEqual([first, second].toSorted());
  });

  it("is revoked once, and every revocation counts", async () => {
    await storeOf().found(authority());
    const serial = await issue("web01");
    const before = (await storeOf().revocations(NOW)).generation;
    expect(await storeOf().revoke({ names: ["web01"] }, "op")).toEqual([serial]);
    expect(await storeOf().revoke({ names: ["web01"] }, "other")).toEqual([]);
    const after = await storeOf().revocations(NOW);
    expect(after.generation).toBe(before + 1n);
    expect(await storeOf().certificate("web01")).toMatchObject({ state: "revoked", revokedBy: "op" });
    expect((await storeOf().revocations(new Date("2032-01-01"))).entries).toEqual([]);
  });

  it("that was cleaned is out of its name's way, and stays in the list of revoked ones", async () => {
    const store = storeOf();
    const serial = await issue("web01");
    await store.revoke({ names: ["web01"] }, "op");
    expect(await store.clean(["web01", "nobody"])).toEqual(["web01"]);
    expect(await store.certificate("web01")).toBeUndefined();
    expect(await store.bySerial(serial)).toMatchObject({ cleaned: true, state: "revoked" });
    expect((await store.revocations(NOW)).entries).toHaveLength(1);
    expect(await issue("web01")).not.toBe(serial);
  });

  it("is listed by name, in pages, with its state", async () => {
    for (let i = 0; i < 7; i++) await issue(`node${i}`);
    await storeOf().revoke({ names: ["node3"] }, "op");
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await storeOf().certificates({ limit: 3, ...(after === undefined ? {} : { after }) });
      names.push(...page.certificates.map(({ name }) => name));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(names).toEqual(["node0", "node1", "node2", "node3", "node4", "node5", "node6"]);
    expect((await storeOf().certificates({ limit: 9, state: "revoked" })).certificates.map(({ name }) => name)).toEqual(
      ["node3"],
    );
    expect((await storeOf().certificates({ limit: 9, state: "signed" })).certificates).toHaveLength(6);
    await expect(storeOf().certificates({ limit: 3, after: "eyJ4IjoxfQ" })).rejects.toMatchObject({
      code: "request-malformed",
    });
  });
});

describe("a revocation list", () => {
  const list = (number: bigint, pem = `list ${number}`) => ({
    issuer: "signing",
    number,
    pem,
    thisUpdate: NOW,
    nextUpdate: FAR,
  });

  it("is replaced only by one of a higher number that knows as much", async () => {
    const store = storeOf();
    expect(await store.publishCrl(list(1n), 0n)).toBe(true);
    expect(await store.publishCrl(list(1n, "again"), 0n)).toBe(false);
    expect(await store.publishCrl(list(3n), 5n)).toBe(true);
    expect(await store.publishCrl(list(4n, "of older revocations"), 4n)).toBe(false);
    expect(await store.publishCrl(list(2n), 9n)).toBe(false);
    expect(await store.crls()).toMatchObject([{ number: 3n, pem: "list 3" }]);
  });

  it("of two gateways at once, has one number", async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => storeOf().publishCrl(list(1n, `by ${i}`), 1n)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
  });
});
