import type { CertificateStore } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { count } from "../store.test.helper.js";
import { createAutosignRules } from "./autosign-rules.js";
import { AUTHORITY_CHANNEL } from "./certificate-store.js";
import { authority, intentFor, NOW, puppet, requestOf, signed, taken, useStores } from "./certificates.test.helper.js";

const { house, storeOf, issue, age } = useStores();
const sha256 = "a".repeat(64);
const once = { sha256, uses: 1 };
const outcome = (intended: Awaited<ReturnType<CertificateStore["intend"]>>) =>
  "refused" in intended ? intended.refused : "serial";
const uses = async () => (await createAutosignRules(house.db).uses()).get(sha256);
/** All that an intent could change. */
const everything = async () => [
  await house.db.run("select * from certificates order by serial"),
  await house.db.run("select * from certificate_requests order by name, profile"),
  await house.db.run("select * from autosign_uses"),
  await storeOf().version(),
];

describe("serials", () => {
  it("are never given out twice, over any number of stores at once", async () => {
    const stores = [storeOf(), storeOf(), storeOf()];
    const all = await Promise.all(
      Array.from({ length: 300 }, (_, i) => (stores[i % 3] ?? storeOf()).intend(intentFor(`node${i}`))),
    );
    expect(new Set(all.map(taken)).size).toBe(300);
    expect(await count(house.db, "certificates where state = 'intended'")).toBe(300);
  });

  it("go to one of those who want the same name at once, in each profile", async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        storeOf().intend(intentFor("same", { profile: i % 2 === 0 ? "puppet" : "inventory" })),
      ),
    );
    expect(results.map(outcome).toSorted()).toEqual([...Array(2).fill("serial"), ...Array(18).fill("taken")]);
  });

  it("of an intent that nobody completed are listed, can be revoked, and hold their name for a minute", async () => {
    const store = storeOf();
    const serial = taken(await store.intend(intentFor("orphan")));
    expect(await store.bySerial(serial)).toMatchObject({ state: "intended", pem: null, name: "orphan" });
    expect(await store.certificate(puppet("orphan"))).toBeUndefined();
    await age(59);
    expect(outcome(await store.intend(intentFor("orphan")))).toBe("taken");
    expect(await store.revoke({ serials: [serial] }, "operator")).toEqual([serial]);
    await expect(store.complete(serial, signed("orphan"))).rejects.toMatchObject({ code: "conflict" });
    expect(await store.bySerial(serial)).toMatchObject({ state: "revoked", pem: null });
    expect((await store.revocations(NOW)).entries.map((entry) => entry.serial)).toEqual([serial]);
    expect(outcome(await store.intend(intentFor("orphan")))).toBe("serial");
  });

  it.each(["refuse", "keep"] as const)("that were cut off a minute ago are given up: %s", async (others) => {
    await storeOf().found(authority());
    const store = storeOf();
    const serial = taken(await store.intend(intentFor("orphan")));
    const theirs = taken(await store.intend(intentFor("orphan", { profile: "inventory" })));
    await age(61);
    const before = await store.version();
    const next = await store.intend(intentFor("orphan", { others }));
    expect(next).toEqual({ serial: expect.any(String), revoked: [serial] });
    expect(await store.bySerial(serial)).toMatchObject({
      state: "revoked",
      revokedBy: "authority (signing was interrupted)",
    });
    expect(await store.bySerial(theirs)).toMatchObject({ state: "intended" });
    expect(await store.version()).not.toBe(before);
    await expect(store.complete(serial, signed("orphan"))).rejects.toMatchObject({ code: "conflict" });
    await store.complete(taken(next), signed("orphan"));
  });

  it.each(["", "xyz", "-1", "0x1", "1".repeat(60), "1; drop table certificates"])(
    "are not found under %j",
    async (serial) => {
      expect(await storeOf().bySerial(serial)).toBeUndefined();
      expect(await storeOf().revoke({ serials: [serial] }, "x")).toEqual([]);
    },
  );
});

describe("an intent where the name has a certificate", () => {
  it("is refused, also by a revoked one, and changes nothing", async () => {
    const serial = await issue("web01");
    const before = await everything();
    const refused = { refused: "taken" };
    expect(await storeOf().intend(intentFor("web01", { token: once, request: requestOf("web01") }))).toEqual(refused);
    expect(await everything()).toEqual(before);
    await storeOf().revoke({ serials: [serial] }, "op");
    expect(await storeOf().intend(intentFor("web01"))).toEqual(refused);
    await storeOf().clean(["web01"], "puppet", null);
    expect(await storeOf().intend(intentFor("web01"))).toMatchObject({ revoked: [] });
  });

  it("leaves it as it is", async () => {
    const serial = await issue("web01");
    const next = await storeOf().intend(intentFor("web01", { others: "keep" }));
    expect(next).toEqual({ serial: "0002", revoked: [] });
    expect(await storeOf().bySerial(serial)).toMatchObject({ state: "issued", cleaned: false });
  });

  it("takes its place: all that stands for the name is revoked and cleaned, and every replica is told", async () => {
    const store = storeOf();
    await store.found(authority());
    let told = 0;
    const notices = house.db.notifications(AUTHORITY_CHANNEL, { onNotice: () => told++, onGap: () => undefined });
    await notices.listen();
    const first = await issue("web01");
    const renewed = await issue("web01", { others: "keep" });
    const theirs = await issue("web01", { profile: "inventory" });
    const other = await issue("web02");
    const begun = taken(await store.intend(intentFor("web01", { others: "keep" })));
    // It was cut off: one that is being signed would be waited for.
    await house.db.run("update certificates set issued_at = now() - interval '2 minutes' where serial = 5");
    await store.addRequest(requestOf("web01", { pem: "of before" }), 9);
    await store.addRequest(requestOf("web01", { profile: "inventory", pem: "theirs" }), 9);
    const { generation } = await store.revocations(NOW);

    const request = requestOf("web01", { pem: "of the new host", from: "192.0.2.99" });
    const intended = await store.intend(intentFor("web01", { others: "replace", by: "autosign: lab", request }));
    expect(intended).toMatchObject({ serial: "0006" });
    expect("revoked" in intended && intended.revoked.toSorted()).toEqual([first, renewed, begun].toSorted());
    for (const serial of [first, renewed, begun]) {
      expect(await store.bySerial(serial)).toMatchObject({
        state: "revoked",
        revokedBy: "autosign: lab",
        cleaned: true,
      });
    }
    for (const serial of [theirs, other]) expect(await store.bySerial(serial)).toMatchObject({ state: "issued" });
    expect((await store.revocations(NOW)).generation).toBe(generation + 1n);
    expect(await store.certificate(puppet("web01"))).toBeUndefined();
    await expect.poll(() => told).toBeGreaterThan(0);
    await notices.close();
    // A crash now leaves the request to sign.
    const waiting = async () => {
      const all = await store.requests();
      return Promise.all(all.map(async (each) => [(await store.request(each))?.pem, each.from, each.note]));
    };
    expect(await waiting()).toEqual([
      ["theirs", "192.0.2.1", null],
      ["of the new host", "192.0.2.99", null],
    ]);
    await store.complete(taken(intended), signed("web01"));
    expect(await waiting()).toEqual([["theirs", "192.0.2.1", null]]);
    expect(await store.certificate(puppet("web01"))).toMatchObject({ serial: "0006", state: "issued" });
  });

  it("does not take its place where somebody revoked it, until it is cleaned", async () => {
    const serial = await issue("web01");
    await storeOf().revoke({ serials: [serial] }, "op");
    expect(await storeOf().intend(intentFor("web01", { others: "replace" }))).toEqual({ refused: "taken" });
    await storeOf().clean(["web01"], "puppet", null);
    expect(await storeOf().intend(intentFor("web01", { others: "replace" }))).toEqual({ serial: "0002", revoked: [] });
  });

  it("does not take the place of one that is being given", async () => {
    const begun = taken(await storeOf().intend(intentFor("web01")));
    expect(await storeOf().intend(intentFor("web01", { others: "replace" }))).toEqual({ refused: "taken" });
    expect(await storeOf().bySerial(begun)).toMatchObject({ state: "intended" });
  });

  it("renews only what counts in that moment", async () => {
    const [good, revoked, cleaned] = [await issue("web01"), await issue("web02"), await issue("web03")];
    await storeOf().revoke({ serials: [revoked] }, "op");
    await storeOf().clean(["web03"], "puppet", null);
    const renew = (name: string, renews: string) => storeOf().intend(intentFor(name, { others: "keep", renews }));
    expect(await renew("web01", good)).toMatchObject({ revoked: [] });
    expect(await renew("web02", revoked)).toEqual({ refused: "revoked" });
    expect(await renew("web03", cleaned)).toEqual({ refused: "revoked" });
    expect(await renew("web04", "0FFF")).toEqual({ refused: "revoked" });
  });

  it.each(["revoked", "cleaned"])("leaves nothing valid of a name that is %s while it is renewed", async (how) => {
    const serial = await issue("web01");
    let over = false;
    const renewing = Array.from({ length: 6 }, async () => {
      while (!over) {
        const intended = await storeOf().intend(intentFor("web01", { others: "keep", renews: serial }));
        if ("refused" in intended) return intended.refused;
        // A conflict is one that was revoked before it was signed.
        await storeOf()
          .complete(intended.serial, signed("web01"))
          .catch(() => undefined);
      }
      return "went on";
    });
    if (how === "revoked") await storeOf().revoke({ names: ["web01"], profile: "puppet" }, "op");
    else await storeOf().clean(["web01"], "puppet", "op");
    const left = await house.db.run("select serial from certificates where name = 'web01' and state <> 'revoked'");
    expect(left).toEqual([]);
    expect(await Promise.all(renewing)).toEqual(Array(6).fill("revoked"));
    over = true;
    expect(await house.db.run("select from certificates where name = 'web01' and state <> 'revoked'")).toEqual([]);
  });
});

describe("a token", () => {
  it("is counted with the intent, and refuses from its last use on", async () => {
    const token = { sha256, uses: 2 };
    expect(await uses()).toBeUndefined();
    for (const name of ["a", "b"]) expect(outcome(await storeOf().intend(intentFor(name, { token })))).toBe("serial");
    expect(await uses()).toBe(2);
    expect(await storeOf().intend(intentFor("c", { token }))).toEqual({ refused: "token-used" });
    expect([await uses(), await storeOf().bySerial("0003")]).toEqual([2, undefined]);
    // Whoever is given more uses afterwards has them.
    expect(outcome(await storeOf().intend(intentFor("c", { token: { sha256, uses: 3 } })))).toBe("serial");
    expect(outcome(await storeOf().intend(intentFor("d", { token: { ...token, sha256: "b".repeat(64) } })))).toBe(
      "serial",
    );
  });

  it("without a limit is counted, and never refuses", async () => {
    const token = { sha256, uses: null };
    for (let i = 0; i < 5; i++) expect(outcome(await storeOf().intend(intentFor(`n${i}`, { token })))).toBe("serial");
    expect(await uses()).toBe(5);
  });

  it("whose last use two want at once gives it to one, for whom everything is done, and nothing for the other", async () => {
    await storeOf().found(authority());
    for (let round = 0; round < 5; round++) {
      const names = [`left${round}`, `right${round}`];
      const old = new Map<string, string>();
      for (const name of names) old.set(name, await issue(name));
      for (const name of names) await storeOf().addRequest(requestOf(name, { pem: "of before" }), 99);
      const token = { sha256: `${round}`.repeat(64), uses: 1 };
      const both = await Promise.all(
        names.map((name) =>
          storeOf().intend(intentFor(name, { others: "replace", token, request: requestOf(name, { pem: "new" }) })),
        ),
      );
      expect(both.map(outcome).toSorted()).toEqual(["serial", "token-used"]);
      for (const [index, name] of names.entries()) {
        const won = "serial" in (both[index] ?? {});
        expect(await storeOf().bySerial(old.get(name) ?? "")).toMatchObject(
          won ? { state: "revoked", cleaned: true } : { state: "issued", cleaned: false },
        );
        expect((await storeOf().request(puppet(name)))?.pem).toBe(won ? "new" : "of before");
      }
    }
  });

  it("with several uses gives as many as it has to many at once", async () => {
    const token = { sha256, uses: 7 };
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, i) => storeOf().intend(intentFor(`n${i}`, { token }))),
    );
    expect(all.filter((each) => outcome(each) === "serial")).toHaveLength(7);
    expect([await uses(), await count(house.db, "certificates")]).toEqual([7, 7]);
  });

  it("is not used where the rest cannot be done", async () => {
    await issue("web01");
    const before = await everything();
    // Found out after the token was counted and the certificate revoked.
    const request = requestOf("web01", { altNames: undefined as never });
    const intent = intentFor("web01", { others: "replace", token: once, request });
    await expect(storeOf().intend(intent)).rejects.toThrow(/null value in column "alt_names"/);
    expect(await everything()).toEqual(before);
  });
});
