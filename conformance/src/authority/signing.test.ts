import { X509Certificate } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GatewayProcess } from "../gateway.js";
import { needs } from "../puppet/programs.js";
import { csrOf, newKey } from "./csr.js";
import { fetched, given, serialOf, submit, trustOf } from "./host.js";
import { AUTOSIGN_ALL, type House, MOST_GATEWAYS, manyGateways, startHouse } from "./house.js";
import { readCrls, unverified } from "./openssl.js";
import { atOnce } from "./together.js";

const { skip, note } = needs("openssl");
const HOSTS = 500;

describe.skipIf(skip)(`${manyGateways} that sign at once${note}`, () => {
  let house: House;
  const keys = Array.from({ length: 20 }, newKey);
  const keyOf = (index: number) => keys[index % keys.length] ?? newKey();
  const gatewayOf = (index: number) => house.gateways[index % house.gateways.length] as GatewayProcess;
  beforeAll(async () => {
    house = await startHouse({ env: AUTOSIGN_ALL, gateways: MOST_GATEWAYS });
  });
  afterAll(() => house?.close());

  it(`give ${HOSTS} hosts a certificate each, with a serial each, and OpenSSL verifies them all`, async () => {
    const names = Array.from({ length: HOSTS }, (_, index) => `host-${index}.example.org`);
    const answers = await atOnce(16 * house.gateways.length, names, (name, index) =>
      submit(gatewayOf(index), name, csrOf(name, { key: keyOf(index) })),
    );
    expect(answers.filter(({ status, text }) => status !== 200 || text !== "")).toEqual([]);

    // Each is fetched from another gateway than it was asked for at.
    const certificates = await atOnce(16, names, (name, index) => given(gatewayOf(index + 1), `certificate/${name}`));
    for (const [index, pem] of certificates.entries()) {
      const certificate = new X509Certificate(pem);
      expect(certificate.subject).toBe(`CN=${names[index]}`);
      expect(certificate.checkPrivateKey(keyOf(index))).toBe(true);
    }
    const serials = certificates.map(serialOf);
    expect(new Set(serials).size).toBe(HOSTS);
    expect(await unverified(await trustOf(house.last), certificates)).toEqual([]);

    const inventory = await house.inventory();
    expect(inventory.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(inventory.filter(({ state }) => state !== "signed")).toEqual([]);
    expect(new Set(inventory.map(({ serial }) => serial))).toEqual(new Set(serials));
    expect(await house.requests()).toEqual(new Map());
  });

  it("give a name that two ask for at once to one of them", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `twice-${index}.example.org`);
    const both = [newKey(), newKey()] as const;
    await atOnce(4, names, async (name, at) => {
      const answers = await Promise.all(
        both.map(async (key, index) => {
          // At the same time, and then a little later each: the second comes at every moment of the first.
          await setTimeout((index * at) / 4);
          return submit(gatewayOf(index), name, csrOf(name, { key }));
        }),
      );
      const winner = both.findIndex((_, index) => answers[index]?.status === 200);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
      expect(answers[1 - winner]?.text).toMatch(
        new RegExp(`^${name} already has a (?:requested|signed) certificate; ignoring certificate request$`),
      );
      const certificate = new X509Certificate(await given(house.last, `certificate/${name}`));
      expect(certificate.checkPrivateKey(both[winner] ?? newKey())).toBe(true);
    });
    const made = (await house.inventory()).filter(({ name }) => names.includes(name));
    expect(made.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(made.filter(({ state }) => state !== "signed")).toEqual([]);
    expect(await house.requests()).toEqual(new Map());
  });

  it("make one certificate of a request that comes in everywhere, and again and again", async () => {
    const name = "patient.example.org";
    const csr = csrOf(name);
    const answers = await atOnce(8, Array.from({ length: 24 }), (_, index) => submit(gatewayOf(index), name, csr));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    for (const { status, text } of answers) {
      if (status === 200) expect(text).toBe("");
      else expect([status, text]).toEqual([400, expect.stringContaining(`${name} already has a `)]);
    }
    expect((await house.inventory()).filter((each) => each.name === name)).toMatchObject([{ state: "signed" }]);
    expect((await fetched(house.last, `certificate/${name}`)).status).toBe(200);
  });

  it("serve the same chain and the same lists", async () => {
    const trusts = await Promise.all(house.gateways.map(trustOf));
    expect(new Set(trusts.map(({ bundle }) => bundle)).size).toBe(1);
    expect(new Set(trusts.map(({ crls }) => crls)).size).toBe(1);
    // The signing CA's and the root's: agents want one for each.
    const lists = await readCrls(trusts[0]?.crls ?? "");
    expect(lists).toHaveLength(2);
    for (const { nextUpdate } of lists) expect(nextUpdate.getTime()).toBeGreaterThan(Date.now());
  });
});
