import { randomBytes } from "node:crypto";
import type { CertificateProfile, CertificateStore } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { SecretBox } from "../secret-box.js";
import { count } from "../store.test.helper.js";
import { createCertificateStore } from "./certificate-store.js";
import {
  authority,
  FAR,
  imported,
  intentFor,
  NOW,
  prints,
  puppet,
  requestOf,
  signed,
  taken,
  useStores,
} from "./certificates.test.helper.js";

const { house, storeOf, issue } = useStores();

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
    expect(taken(await storeOf().intend(intentFor("a")))).toBe("012C");
  });

  it("brings what it had: certificates, revocations without certificates, requests, lists", async () => {
    const long = "00F1".repeat(5) + "A0B1C2D3E4F5061728394A5B".slice(0, 20);
    await storeOf().found(
      authority({
        nextSerial: 0x11n,
        certificates: [imported("0002", "web01"), imported("000a", "web02", { revokedAt: NOW })],
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
    expect(await store.certificate(puppet("web01"))).toMatchObject({
      serial: "0002",
      state: "issued",
      pem: "certificate of web01",
      extensions: { pp_role: "web" },
      issuedBy: "import",
    });
    expect(await store.certificate(puppet("web02"))).toMatchObject({
      serial: "000A",
      state: "revoked",
      revokedAt: NOW,
    });
    expect((await store.revocations(NOW)).entries.map(({ serial }) => serial)).toEqual([
      "000A",
      long.replace(/^(00)+/, ""),
    ]);
    expect(await store.request(puppet("web03"))).toMatchObject({ pem: "csr", from: null, note: null });
    expect(await store.crls()).toMatchObject([{ issuer: "signing", number: 7n, nextUpdate: FAR }]);
    expect(taken(await store.intend(intentFor("next")))).toBe("0011");
  });

  it("brings certificates of which only the inventory tells: they stand for no name, and can be revoked", async () => {
    await storeOf().found(
      authority({
        nextSerial: 9n,
        certificates: [
          imported("0001", "web01", { signed: null }),
          imported("0002", "web01", { signed: null, revokedAt: NOW }),
          imported("0003", "web02", { signed: null }),
          imported("0004", "web02"),
        ],
      }),
    );
    const store = storeOf();
    expect(await store.certificate(puppet("web01"))).toBeUndefined();
    expect(await store.bySerial("0001")).toMatchObject({
      name: "web01",
      profile: "puppet",
      state: "issued",
      pem: null,
      fingerprints: null,
      notBefore: NOW,
      notAfter: FAR,
      altNames: [],
      extensions: {},
      cleaned: true,
    });
    expect(await store.bySerial("0002")).toMatchObject({ state: "revoked", revokedAt: NOW, pem: null });
    const list = async (page: Partial<Parameters<CertificateStore["certificates"]>[0]>) =>
      (await store.certificates({ limit: 9, ...page })).certificates.map(({ serial }) => serial);
    expect(await list({})).toEqual(["0001", "0002", "0003", "0004"]);
    expect(await list({ standing: true })).toEqual(["0004"]);
    // They are not what a crash leaves, and cannot become what it leaves.
    expect(await list({ state: "intended" })).toEqual([]);
    await expect(store.complete("0001", signed("web01"))).rejects.toThrow(/no intent/);
    expect((await store.clean(["web01"], "puppet", null)).had).toEqual([]);
    expect(await store.revoke({ serials: ["0001", "0002"] }, "op")).toEqual(["0001"]);
    expect(await store.revoke({ names: ["web02"], profile: "puppet" }, "op")).toHaveLength(2);
    expect((await store.revocations(NOW)).entries.map(({ serial, notAfter }) => [serial, notAfter])).toEqual(
      ["0001", "0002", "0003", "0004"].map((serial) => [serial, FAR]),
    );
    expect(await issue("web01")).toBe("0009");
  });

  it("that cannot be stored whole is not stored at all", async () => {
    const twice = imported("0001", "a");
    await expect(storeOf().found(authority({ certificates: [twice, twice] }))).rejects.toThrow();
    expect(await storeOf().authority()).toBeUndefined();
    expect(await count(house.db, "certificates")).toBe(0);
  });

  it("knows the serial that comes next, and does not take it", async () => {
    expect(await storeOf().nextSerial()).toBe(1n);
    await storeOf().found(authority({ nextSerial: 700n }));
    expect([await storeOf().nextSerial(), await storeOf().nextSerial()]).toEqual([700n, 700n]);
    expect(BigInt(`0x${await issue("a")}`)).toBe(700n);
    expect(await storeOf().nextSerial()).toBe(701n);
  });
});

describe("a certificate", () => {
  it("takes the place of its intent, and its request goes with it", async () => {
    const store = storeOf();
    await store.addRequest(requestOf("web01"), 9);
    await store.addRequest(requestOf("web01", { profile: "inventory" }), 9);
    const serial = await issue("web01");
    expect(await store.requests()).toMatchObject([{ name: "web01", profile: "inventory" }]);
    expect(await store.certificate(puppet("web01"))).toMatchObject({
      serial,
      state: "issued",
      notAfter: FAR,
      cleaned: false,
    });
    await expect(store.complete(serial, signed("web01"))).rejects.toThrow(/no intent/);
    await expect(store.complete("zz", signed("web01"))).rejects.toThrow(/no intent/);
  });

  it("may stand beside the one it renews, and is then the one that the name stands for", async () => {
    const first = await issue("web01");
    const second = await issue("web01", { others: "keep" });
    expect((await storeOf().certificate(puppet("web01")))?.serial).toBe(second);
    const { certificates } = await storeOf().certificates({ limit: 10, standing: true });
    expect(certificates.map(({ serial }) => serial)).toEqual([second]);
    const revoked = await storeOf().revoke({ names: ["web01"], profile: "puppet" }, "x");
    expect(revoked.toSorted()).toEqual([first, second].toSorted());
  });

  it("is revoked once, and every revocation counts", async () => {
    await storeOf().found(authority());
    const serial = await issue("web01");
    const names = { names: ["web01"], profile: "puppet" } as const;
    const before = (await storeOf().revocations(NOW)).generation;
    expect(await storeOf().revoke(names, "op")).toEqual([serial]);
    expect(await storeOf().revoke(names, "other")).toEqual([]);
    const after = await storeOf().revocations(NOW);
    expect(after.generation).toBe(before + 1n);
    expect(await storeOf().certificate(puppet("web01"))).toMatchObject({ state: "revoked", revokedBy: "op" });
    expect((await storeOf().revocations(new Date("2032-01-01"))).entries).toEqual([]);
  });

  it("that was cleaned is out of its name's way, stays in the list of revoked ones, and can still be revoked", async () => {
    const store = storeOf();
    const serial = await issue("web01");
    await store.revoke({ serials: [serial] }, "op");
    expect((await store.clean(["web01", "nobody"], "puppet", null)).had).toEqual(["web01"]);
    expect(await store.certificate(puppet("web01"))).toBeUndefined();
    expect(await store.bySerial(serial)).toMatchObject({ cleaned: true, state: "revoked" });
    expect((await store.revocations(NOW)).entries).toHaveLength(1);
    const second = await issue("web01");
    expect(second).not.toBe(serial);
    await store.clean(["web01"], "puppet", null);
    expect(await store.revoke({ names: ["web01"], profile: "puppet" }, "op")).toEqual([second]);
  });

  it("is listed with all others by name, profile and serial, in pages", async () => {
    for (let i = 0; i < 5; i++) await issue(`node${i}`);
    await issue("node1", { profile: "inventory" });
    await issue("node1", { others: "keep" });
    const orphan = taken(await storeOf().intend(intentFor("node2", { others: "keep" })));
    await storeOf().clean(["node4"], "puppet", null);
    await storeOf().revoke({ names: ["node3"], profile: "puppet" }, "op");
    const all = async (filter: Partial<Parameters<CertificateStore["certificates"]>[0]>, limit = 3) => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await storeOf().certificates({ limit, ...filter, ...(after === undefined ? {} : { after }) });
        expect(page.certificates.length).toBeLessThanOrEqual(limit);
        found.push(...page.certificates.map(({ name, profile, serial }) => `${name} ${profile} ${serial}`));
        after = page.next ?? undefined;
      } while (after !== undefined);
      return found;
    };
    const every = [
      "node0 puppet 0001",
      "node1 inventory 0006",
      "node1 puppet 0002",
      "node1 puppet 0007",
      `node2 puppet 0003`,
      `node2 puppet ${orphan}`,
      "node3 puppet 0004",
      "node4 puppet 0005",
    ];
    for (const limit of [1, 2, 3, 8, 100]) expect(await all({}, limit)).toEqual(every);
    const standing = every.filter((each) => !/0002|0005/.test(each) && !each.endsWith(orphan));
    for (const limit of [1, 4, 100]) expect(await all({ standing: true }, limit)).toEqual(standing);
    expect(await all({ state: "revoked" })).toEqual(["node3 puppet 0004"]);
    expect(await all({ state: "intended" })).toEqual([`node2 puppet ${orphan}`]);
    expect(await all({ state: "issued", standing: true, profile: "puppet" })).toEqual([
      "node0 puppet 0001",
      "node1 puppet 0007",
      "node2 puppet 0003",
    ]);
    expect(await all({ name: "node1" })).toHaveLength(3);
    expect(await all({ name: "node1", profile: "inventory" })).toEqual(["node1 inventory 0006"]);
    expect(await all({ name: "node\u00001" })).toEqual([]);
    for (const after of ["eyJ4IjoxfQ", "", Buffer.from('["a","puppet 1; x"]').toString("base64url")]) {
      await expect(storeOf().certificates({ limit: 3, after })).rejects.toMatchObject({ code: "request-malformed" });
    }
  });
});

describe("names of different profiles", () => {
  const others: CertificateProfile[] = ["inventory", "operator", "server"];

  it("are different names", async () => {
    const store = storeOf();
    const mine = await issue("web01");
    const theirs = await Promise.all(others.map((profile) => issue("web01", { profile })));
    expect(await store.certificate(puppet("web01"))).toMatchObject({ serial: mine, profile: "puppet" });
    expect(await store.certificate({ name: "web01", profile: "server" })).toMatchObject({ profile: "server" });
    expect(await store.revoke({ names: ["web01"], profile: "puppet" }, "op")).toEqual([mine]);
    expect((await store.clean(["web01"], "puppet", null)).had).toEqual(["web01"]);
    for (const serial of theirs) {
      expect(await store.bySerial(serial)).toMatchObject({ state: "issued", cleaned: false });
    }
    expect((await store.revoke({ serials: theirs }, "op")).toSorted()).toEqual(theirs.toSorted());
  });

  it("wait apart, and each is deleted and cleaned by itself", async () => {
    const store = storeOf();
    for (const profile of ["puppet", "inventory"] as const) {
      expect(await store.addRequest(requestOf("web01", { profile, pem: profile }), 9)).toBe("added");
    }
    await store.noteRequest(puppet("web01"), "mine");
    expect((await store.requests()).map(({ profile, note }) => [profile, note])).toEqual([
      ["inventory", null],
      ["puppet", "mine"],
    ]);
    expect((await store.requests("inventory")).map(({ profile }) => profile)).toEqual(["inventory"]);
    expect((await store.request(puppet("web01")))?.pem).toBe("puppet");
    expect((await store.clean(["web01"], "puppet", null)).had).toEqual(["web01"]);
    expect(await store.deleteRequest(puppet("web01"))).toBe(false);
    expect(await store.deleteRequest({ name: "web01", profile: "inventory" })).toBe(true);
  });
});

describe("the names of gateways", () => {
  it("are those of their live certificates, in whatever case", async () => {
    const store = storeOf();
    const altNames = ["DNS:Gate.example.org", "IP:192.0.2.7"];
    const live = taken(await store.intend(intentFor("gate-a", { profile: "server" })));
    await store.complete(live, { ...signed("gate-a"), altNames });
    await issue("web01");
    const serves = (...names: string[]) => store.serves(names, NOW);
    expect(await serves("gate-a")).toBe(true);
    expect(await serves("web09", "gate.example.org")).toBe(true);
    expect(await serves("192.0.2.7")).toBe(true);
    expect(await serves("web01", "example.org", "gate")).toBe(false);
    expect(await store.serves(["gate-a"], new Date("2099-01-01"))).toBe(false);
    await store.revoke({ serials: [live] }, "op");
    expect(await serves("gate-a", "gate.example.org")).toBe(false);
  });
});

describe("a request", () => {
  it("is sealed at rest: it may tell a secret", async () => {
    await storeOf().addRequest(requestOf("web01", { pem: "with a secret" }), 9);
    const [row] = await house.db.run<{ pem: string }>("select pem from certificate_requests");
    expect(Buffer.from(row?.pem ?? "", "base64").toString("latin1")).not.toContain("secret");
    expect((await storeOf().request(puppet("web01")))?.pem).toBe("with a secret");
  });
});

describe("a name that no row can hold", () => {
  it("is not taken for the one that it would be without U+0000", async () => {
    const store = storeOf();
    const serial = await issue("web01");
    await store.addRequest(requestOf("web02"), 9);
    for (const name of ["web\u000001", "web01\u0000", "web\u000002"]) {
      expect([await store.certificate(puppet(name)), await store.request(puppet(name))]).toEqual([
        undefined,
        undefined,
      ]);
      expect(await store.revoke({ names: [name], profile: "puppet" }, "x")).toEqual([]);
      expect((await store.clean([name], "puppet", "x")).had).toEqual([]);
      expect(await store.deleteRequest(puppet(name))).toBe(false);
    }
    expect(await store.bySerial(serial)).toMatchObject({ state: "issued", cleaned: false });
  });
});
