import { describe, expect, it } from "vitest";
import { readCertificates } from "../certificate.js";
import { issueCrl } from "../crl/issue.js";
import { readCrls } from "../crl/read.js";
import { CrlEntries } from "../crl/write.js";
import { csr, keys } from "../csr.test.helper.js";
import { issuerOf } from "../issuer.js";
import { signHere, signingKey } from "../signing/sign.js";
import { failure, issued, NAME, ready, serialIn, started, verify, type World, world } from "./world.test.helper.js";

const DAY = 86_400;
const YEAR = 365 * DAY;
const lists = async ({ authority }: World) => readCrls((await authority.crlBundle()).pem);
const numbers = async (at: World) =>
  (await lists(at)).map(({ issuerName, number }) => [issuerName.replace(/: .*/, ""), number]);

describe("the bundle of lists", () => {
  it("has one of every CA, our own first", async () => {
    const at = await started();
    expect(await numbers(at)).toEqual([
      ["Puppet CA", 0n],
      ["Puppet Root CA", 0n],
    ]);
    expect((await at.authority.caBundle()).pem).toBe((await ready()).authority.chain);
    expect((await at.authority.crlBundle()).pem).toMatch(
      /-----END X509 CRL-----\n-----BEGIN X509 CRL-----[\s\S]*-----\n$/,
    );
  });

  it("says when it changed, for If-Modified-Since", async () => {
    const at = await started();
    const made = (await at.store.authority())?.createdAt;
    const times = async () => [(await at.authority.crlBundle()).modifiedAt, (await at.authority.caBundle()).modifiedAt];
    expect(await times()).toEqual([made, made]);
    await issued(at);
    await at.puppet.revoke(NAME, "admin");
    const [own] = (await at.store.crls()).filter(({ issuer }) => issuer === "signing");
    expect(await times()).toEqual([own?.publishedAt, made]);
    expect(own?.publishedAt.getTime()).toBeGreaterThan(made?.getTime() ?? Number.NaN);
  });

  it("says when everything ends", async () => {
    const at = await started();
    const [, root] = readCertificates((await at.authority.caBundle()).pem);
    const { certificates, crls } = await at.authority.expirations();
    const names = ["Puppet CA: gate.example.org", root?.name ?? ""];
    expect([Object.keys(certificates), Object.keys(crls)]).toEqual([names, names]);
    const years = (ends: readonly Date[]) =>
      ends.map((end) => Math.round(((end.getTime() - Date.now()) / (YEAR * 1000)) * 1000) / 1000);
    expect([years(Object.values(certificates)), years(Object.values(crls))]).toEqual([
      [15, 15],
      [5, 5],
    ]);
  });
});

describe("the lists over the years", () => {
  it("are signed anew at half of their life, both, and never end", async () => {
    const at = await started({ settings: { crlTtl: 30 * DAY } });
    const pem = await issued(at);
    const last = new Map<string, bigint>();
    let renewals = 0;
    for (let day = 0; day < 730; day++) {
      if (day > 0) at.pass(DAY);
      renewals += (await at.authority.renewCrls()).length;
      for (const list of await lists(at)) {
        expect(list.nextUpdate.getTime()).toBeGreaterThan(at.clock.now().getTime() + 14 * DAY * 1000);
        expect(list.number).toBeGreaterThanOrEqual(last.get(list.issuerName) ?? 0n);
        last.set(list.issuerName, list.number);
      }
    }
    // Every 15 days from the 15th on, for each of two.
    expect(renewals).toBe(2 * 48);
    expect(await verify(at, pem)).toBe("c: OK");
  });

  it("of five years are signed anew after two and a half", async () => {
    const at = await started();
    at.pass(2.5 * YEAR - 60);
    expect(await at.authority.renewCrls()).toEqual([]);
    at.pass(60);
    expect(await at.authority.renewCrls()).toEqual(["signing", "root"]);
    expect(await numbers(at)).toEqual([
      ["Puppet CA", 1n],
      ["Puppet Root CA", 1n],
    ]);
    expect(await at.authority.renewCrls()).toEqual([]);
  });

  it("take a shorter life as soon as it is set", async () => {
    const at = await started();
    at.pass(10 * DAY);
    const shorter = await started({ beside: at, settings: { crlTtl: 7 * DAY } });
    const week = at.clock.now().getTime() + 7 * DAY * 1000;
    const ends = (await lists(shorter)).map(({ nextUpdate }) => nextUpdate.getTime());
    expect(ends).toHaveLength(2);
    for (const end of ends) expect(Math.abs(end - week)).toBeLessThan(30_000);
  });

  it("drop what has ended", async () => {
    const at = await started();
    await issued(at);
    await at.puppet.revoke(NAME, "admin");
    at.pass(5 * YEAR + 1);
    await at.authority.renewCrls();
    const [own] = await lists(at);
    expect([[...(own?.revoked() ?? [])], at.authority.isRevoked("0001")]).toEqual([[], false]);
  });
});

describe("two replicas", () => {
  it("hear of each other's revocations, and close connections", async () => {
    const one = await started();
    const two = await started({ beside: one });
    const pem = await issued(one);
    await one.puppet.revoke(NAME, "admin");
    expect([two.authority.isRevoked("0001"), two.told]).toEqual([false, []]);
    await two.authority.refresh();
    expect([two.authority.isRevoked("0001"), two.told]).toEqual([true, [["0001"]]]);
    expect([await verify(two, pem), await two.authority.crlBundle()]).toEqual([
      "certificate revoked",
      await one.authority.crlBundle(),
    ]);
    await two.authority.refresh();
    expect(two.told).toHaveLength(1);
  });

  it("never put an older list in the place of a newer one", async () => {
    const one = await started();
    const two = await started({ beside: one });
    const names = Array.from({ length: 8 }, (_, index) => `web${index}`);
    one.policy = { rules: [{ kind: "all", name: "lab" }] };
    for (const name of names) await issuedBy(one, name);
    await Promise.all(names.map((name, index) => (index % 2 === 0 ? one : two).puppet.revoke(name, "admin")));
    await Promise.all([one.authority.refresh(), two.authority.refresh()]);
    const [own] = await lists(two);
    expect([...(own?.revoked() ?? [])]).toHaveLength(8);
    expect(await one.authority.crlBundle()).toEqual(await two.authority.crlBundle());
    const published = one.store.calls
      .filter((call) => call.startsWith("publishCrl signing"))
      .map((call) => Number(call.split(" ")[2]));
    expect(published.length).toBeGreaterThan(0);
  });

  it("try again with all that is revoked, when the other was faster", async () => {
    const one = await started();
    const two = await started({ beside: one });
    await issued(one);
    await issued(one, { name: "web02" });
    // Between its reading and its publishing, the other revokes and publishes the same number.
    one.store.before("publishCrl", () => two.puppet.revoke("web02", "admin"));
    await one.puppet.revoke(NAME, "admin");
    const [own] = await lists(one);
    expect([...(own?.revoked() ?? [])].map(({ serial }) => serial).sort()).toEqual(["0001", "0002"]);
    expect(one.store.calls.filter((call) => call.startsWith("publishCrl signing"))).toEqual([
      "publishCrl signing 1",
      "publishCrl signing 1",
    ]);
  });

  it("keep the newest list where an older answer of the store comes late", async () => {
    const one = await started();
    await issued(one);
    await issued(one, { name: "web02" });
    let held: Promise<void> | undefined;
    let asked = false;
    const store = Object.assign(Object.create(one.store), {
      crls: async () => {
        const found = await one.store.crls();
        const wait = held;
        held = undefined;
        asked = true;
        await wait;
        return found;
      },
    }) as World["store"];
    const two = await started({ beside: { store, clock: one.clock } });
    let answer: () => void = () => expect.fail("too early");
    held = new Promise((resolve) => {
      answer = resolve;
    });
    asked = false;
    // Something to read.
    await one.puppet.revoke("web02", "admin");
    const reading = two.authority.refresh();
    await expect.poll(() => asked).toBe(true);
    const revoking = two.puppet.revoke(NAME, "admin");
    await expect.poll(() => one.store.calls.includes(`revoke ${NAME}`)).toBe(true);
    // Time to publish, if it did not have to wait for the reading that is under way.
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer();
    await Promise.all([reading, revoking]);
    expect((await lists(two)).map(({ number }) => number)).toEqual([2n, 0n]);
  });

  it("make one authority, whoever is first", async () => {
    const one = await started();
    expect([...one.store.calls]).toEqual([]);
    const two = await started({ beside: one });
    expect(await two.authority.caBundle()).toEqual(await one.authority.caBundle());
    expect(two.store.calls).not.toContain("found");
  });

  it("issue on both, with no serial twice", async () => {
    const one = await started();
    const two = await started({ beside: one });
    one.policy = { rules: [{ kind: "all", name: "lab" }] };
    two.policy = one.policy;
    await Promise.all(Array.from({ length: 20 }, (_, index) => issuedBy(index % 2 === 0 ? one : two, `web${index}`)));
    expect(new Set((await one.store.all()).map(({ serial }) => serial)).size).toBe(20);
  });
});

async function issuedBy(at: World, name: string): Promise<string> {
  const body = Buffer.from(csr({ names: [name], keys: keys("ec prime256v1") }));
  await at.puppet.submit({ name, csr: body, from: null });
  return serialIn((await at.puppet.certificate(name)) ?? "");
}

describe("lists of other issuers", () => {
  /** An authority below a root whose key is elsewhere, as an imported one is. */
  const below = async () => {
    const made = await ready();
    const rootKey = signingKey(made.authority.rootKey ?? "");
    const [, root] = readCertificates(made.authority.chain);
    if (root === undefined) return expect.fail("no root");
    const rootList = async (number: bigint, said: { revoked?: string[]; at?: Date; life?: number } = {}) => {
      const { revoked = [], at: now = new Date(), life = YEAR } = said;
      const entries = new CrlEntries().encode(revoked.map((serial) => ({ serial, revokedAt: now })));
      return issueCrl({ number, entries, now, lifetimeMs: life * 1000 }, issuerOf(root), rootKey, signHere);
    };
    const at = await world();
    await at.store.found({
      ...made,
      authority: { ...made.authority, rootKey: null },
      crls: made.crls.slice(0, 1),
    });
    return { at: await started({ beside: at }), rootList };
  };

  it("are missing until they are given", async () => {
    const { at, rootList } = await below();
    expect(at.authority.missingCrls()).toHaveLength(1);
    expect(await numbers(at)).toEqual([["Puppet CA", 0n]]);
    const pem = await issued(at);
    expect(await verify(at, pem)).toMatch(/unable to get certificate CRL|c: OK/);
    await at.authority.takeCrls((await rootList(5n)).pem, "admin");
    expect([at.authority.missingCrls(), await verify(at, pem)]).toEqual([[], "c: OK"]);
    expect(await numbers(at)).toEqual([
      ["Puppet CA", 0n],
      ["Puppet Root CA", 5n],
    ]);
    expect(await at.authority.expirations()).toMatchObject({
      crls: expect.objectContaining({ "Puppet CA: gate.example.org": expect.any(Date) }),
    });
  });

  it("are replaced by newer ones only", async () => {
    const { at, rootList } = await below();
    await at.authority.takeCrls(
      (await rootList(5n)).pem + (await rootList(7n)).pem + (await rootList(6n)).pem,
      "admin",
    );
    await at.authority.takeCrls((await rootList(6n)).pem, "admin");
    expect((await numbers(at))[1]).toEqual(["Puppet Root CA", 7n]);
    expect(at.log.join("\n")).toContain("info: a revocation list was not newer");
    // Those that were taken are written down, in the order in which they came.
    const [, root] = readCertificates((await at.authority.caBundle()).pem);
    expect((await at.audited()).map(({ actor, action, subject, detail }) => [actor, action, subject, detail])).toEqual(
      ["5", "7"].map((number) => ["admin", "ca.crl.take", root?.name, { number }]),
    );
  });

  it("are never our own, nor ended, nor of strangers", async () => {
    const { at, rootList } = await below();
    const own = (await at.authority.crlBundle()).pem;
    const ended = await rootList(9n, { at: new Date("2020-01-01T00:00:00Z"), life: DAY });
    const forged = await issueCrl(
      { number: 9n, entries: [], now: new Date(), lifetimeMs: 1e9 },
      issuerOf(readCertificates((await ready()).authority.chain)[1] as never),
      signingKey((await ready()).authority.key),
      signHere,
    );
    for (const pem of [own, ended.pem, forged.pem, "", "hello", (await at.authority.caBundle()).pem]) {
      expect(await failure(at.authority.takeCrls(pem, "admin"))).toBe("request-malformed: No valid CRLs submitted.");
    }
    const broken = "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n";
    expect(await failure(at.authority.takeCrls(broken, "admin"))).toMatch(
      /^request-malformed: The list's content is missing/,
    );
    expect(await numbers(at)).toEqual([["Puppet CA", 0n]]);
  });

  it("of a root that we hold the key of are ours to sign", async () => {
    const at = await started();
    const { rootList } = await below();
    expect(await failure(at.authority.takeCrls((await rootList(9n)).pem, "admin"))).toBe(
      "request-malformed: No valid CRLs submitted.",
    );
  });

  it("keep what a root had revoked when we sign its list anew", async () => {
    const { rootList } = await below();
    const made = await ready();
    const at = await world();
    const { number, pem, thisUpdate, nextUpdate } = await rootList(3n, { revoked: ["0BAD"] });
    await at.store.found({
      ...made,
      crls: [...made.crls.slice(0, 1), { issuer: "root", number, pem, thisUpdate, nextUpdate }],
    });
    at.pass(YEAR);
    const later = await started({ beside: at });
    const [, root] = await lists(later);
    expect([root?.number, [...(root?.revoked() ?? [])].map(({ serial }) => serial)]).toEqual([4n, ["0BAD"]]);
  });
});
