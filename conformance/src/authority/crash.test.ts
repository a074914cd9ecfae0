import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../puppet/programs.js";
import { csrOf, newKey } from "./csr.js";
import { fetched, given, serialOf, submit, trustOf } from "./host.js";
import { AUTOSIGN_ALL, type House, type Listed, startHouse } from "./house.js";
import { readCrls, unverified } from "./openssl.js";
import { atOnce } from "./together.js";

const { skip, note } = needs("openssl");
const ROUNDS = 5;
const MOST_ROUNDS = 15;
const HOSTS = 60;

describe.skipIf(skip)(`kill -9 between the intent and the signature${note}`, () => {
  let house: House;
  const keys = Array.from({ length: 10 }, newKey);
  /** Every host that ever asked, with its request: an agent sends the same one again. */
  const asked = new Map<string, { csr: string; key: ReturnType<typeof newKey> }>();
  const acknowledged = new Set<string>();
  let interrupted: Listed[] = [];
  beforeAll(async () => {
    // A signature with keys of this size takes long enough to be killed in.
    house = await startHouse({ env: { ...AUTOSIGN_ALL, GATEHOUSE_CA_KEY_BITS: "4096" } });
  });
  afterAll(() => house?.close());

  /** Hosts ask all at once, until the gateway is killed after some of them had their answer. */
  async function round(number: number): Promise<void> {
    const names = Array.from({ length: HOSTS }, (_, index) => `host-${number}-${index}.example.org`);
    const most = Math.floor(Math.random() * (HOSTS / 2));
    const gateway = house.first;
    let answered = 0;
    let killed: Promise<void> | undefined;
    await atOnce(HOSTS, names, async (name, index) => {
      const key = keys[index % keys.length] ?? newKey();
      const csr = csrOf(name, { key });
      asked.set(name, { csr, key });
      // Whoever is cut off has no answer; that is what the round is about.
      const answer = await submit(gateway, name, csr).catch(() => undefined);
      if (answer === undefined) return;
      expect([answer.status, answer.text]).toEqual([200, ""]);
      acknowledged.add(name);
      if (++answered > most) killed ??= gateway.crash();
    });
    await (killed ?? gateway.crash());
    await house.startAgain();
  }

  it("loses no certificate that a host was told of, and gives no serial twice", async () => {
    for (let number = 0; number < MOST_ROUNDS; number++) {
      if (number >= ROUNDS && interrupted.length >= 2) break;
      await round(number);
      interrupted = await house.inventory("state=interrupted");
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
    const certificates = await atOnce(8, [...acknowledged], (name) => given(house.first, `certificate/${name}`));
    expect(await unverified(await trustOf(house.first), certificates)).toEqual([]);
    const serials = certificates.map(serialOf);
    expect(new Set(serials).size).toBe(acknowledged.size);
    const inventory = await house.inventory();
    expect(new Set(inventory.map(({ serial }) => serial)).size).toBe(inventory.length);
    const bySerial = new Map(inventory.map((each) => [each.serial, each]));
    expect(serials.filter((serial) => bySerial.get(serial)?.state !== "signed")).toEqual([]);
  });

  it("leaves what it interrupted listed as such, with no certificate of that serial anywhere", async () => {
    expect(interrupted.length).toBeGreaterThanOrEqual(2);
    for (const { name, serial, notBefore } of interrupted) {
      expect(asked.has(name)).toBe(true);
      expect(notBefore).toBe(null);
      const { status, text } = await fetched(house.first, `certificate/${name}`);
      if (status === 200) expect(serialOf(text)).not.toBe(serial);
    }
    const { certificates }: { certificates: Listed[] } = await house.ca("list", "--all");
    for (const { name, serial } of interrupted) {
      expect(certificates).toContainEqual(expect.objectContaining({ name, serial, state: "interrupted" }));
    }
  });

  it("lets an interrupted serial be revoked by itself", async () => {
    const [first] = interrupted;
    const serial = first?.serial ?? "none";
    expect(await house.api("POST", "/certificates/revoke", { serials: [serial] })).toEqual({
      status: 200,
      json: { revoked: [serial] },
    });
    const [own] = await readCrls(await given(house.first, "certificate_revocation_list/ca"));
    expect(own?.serials).toContain(serial);
    expect((await house.inventory()).find((each) => each.serial === serial)?.state).toBe("revoked");
  });

  it("lets every host go on with the request that it has, whatever became of the first one", {
    timeout: 240_000,
  }, async () => {
    const waiting = new Set(asked.keys());
    // As agents do every two minutes: a signing that may still be under way elsewhere holds its name for a while.
    const askAgain = async () => {
      await atOnce(8, [...waiting], async (name) => {
        const { status, text } = await submit(house.first, name, asked.get(name)?.csr ?? "");
        if (status !== 200)
          expect([status, text]).toEqual([
            400,
            expect.stringMatching(`^${name} already has a (?:requested|signed) cert`),
          ]);
        if ((await fetched(house.first, `certificate/${name}`)).status === 200) waiting.delete(name);
      });
      return [...waiting];
    };
    await expect.poll(askAgain, { timeout: 120_000, interval: 5_000 }).toEqual([]);
    await atOnce(8, [...asked], async ([name, { key }]) => {
      const certificate = new X509Certificate(await given(house.first, `certificate/${name}`));
      expect(certificate.checkPrivateKey(key), name).toBe(true);
    });
    const inventory = await house.inventory();
    expect(new Set(inventory.map(({ serial }) => serial)).size).toBe(inventory.length);
    const signed = inventory.filter(({ state }) => state === "signed").map(({ name }) => name);
    expect(signed.sort()).toEqual([...asked.keys()].sort());
    expect(await house.requests()).toEqual(new Map());
    const all = await atOnce(8, [...asked.keys()], (name) => given(house.first, `certificate/${name}`));
    expect(await unverified(await trustOf(house.first), all)).toEqual([]);
  });
});
