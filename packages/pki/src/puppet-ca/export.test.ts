import { createPrivateKey, createPublicKey } from "node:crypto";
import type { Certificate } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { wholeSeconds } from "../der/time.js";
import { openssl } from "../openssl.test.helper.js";
import { issued, started, submit, type World, world } from "../service/world.test.helper.js";
import { exportPuppetCa } from "./export.js";
import { folderOf } from "./folder.test.helper.js";
import { importPuppetCa } from "./import.js";
import { puppetDate, readInventory, writeInventory } from "./inventory.js";

async function used(): Promise<World> {
  const at = await started({ settings: { autoRenewal: true, allowSubjectAltNames: true } });
  const first = await issued(at, { name: "web01" });
  await at.puppet.renew({ pem: first, serial: "0001" });
  await issued(at, { name: "web02" });
  await at.puppet.revoke("web02", "admin");
  await issued(at, { name: "web03" });
  await at.puppet.clean(["web03"], "admin");
  await issued(at, { name: "host-2026", profile: "inventory" });
  await submit(at, { name: "web04" });
  await submit(at, { name: "other-2026", profile: "inventory" });
  return at;
}

async function exported({ store }: World) {
  const [record, crls] = [await store.authority(), await store.crls()];
  const waiting = await store.requests();
  const requests = (await Promise.all(waiting.map((each) => store.request(each)))).flatMap((each) => each ?? []);
  if (record === undefined) return expect.fail("no authority");
  const certificates = await store.all();
  const nextSerial = await store.nextSerial();
  const files = exportPuppetCa({ authority: record, nextSerial, certificates, requests, crls });
  return { record, files, texts: Object.fromEntries(files.map(({ file, content }) => [file, content])) };
}

describe("an export", () => {
  it("is a folder as Puppet has it, with keys for nobody else", async () => {
    const at = await used();
    // A serial that was taken and nothing else: Puppet's inventory has no word for it.
    await at.store.intend({ name: "web09", profile: "puppet", by: "x", others: "refuse", notAfter: new Date(0) });
    const { record, files, texts } = await exported(at);
    expect(files.map(({ file, mode }) => `${file} ${mode.toString(8)}`)).toEqual([
      "ca_crt.pem 644",
      "ca_key.pem 600",
      "ca_pub.pem 644",
      "root_key.pem 600",
      "ca_crl.pem 644",
      "serial 644",
      "inventory.txt 644",
      "signed/web01.pem 644",
      "signed/web02.pem 644",
      "requests/web04.pem 644",
    ]);
    expect([texts["ca_crt.pem"], texts["ca_key.pem"], texts["root_key.pem"], texts["serial"]]).toEqual([
      record.chain,
      record.key,
      record.rootKey,
      "0007",
    ]);
    expect(createPublicKey(texts["ca_pub.pem"] ?? "").equals(createPublicKey(createPrivateKey(record.key)))).toBe(true);
    const lineOf = ({ serial, notBefore, notAfter, name }: Certificate) =>
      `0x${serial} ${puppetDate(notBefore ?? new Date(0))} ${puppetDate(notAfter ?? new Date(0))} /CN=${name}`;
    const all = await at.store.all();
    expect(texts["inventory.txt"]?.split("\n")).toEqual([...all.slice(0, 4).map(lineOf), ""]);
    // The fifth is of another profile: where Puppet's tools read it, it would be a node's.
    expect(all.slice(0, 5).map(({ name }) => name)).toEqual(["web01", "web01", "web02", "web03", "host-2026"]);
    expect(openssl(["x509", "-in", "c", "-noout", "-serial"], { c: texts["signed/web01.pem"] ?? "" }).text).toBe(
      "serial=02\n",
    );
  });

  it("is imported again without a loss of what Puppet's folder can hold", async () => {
    const at = await used();
    const { record, texts } = await exported(at);
    const { imported, findings } = await importPuppetCa(folderOf(texts), at.clock.now());
    if (imported === undefined) return expect.fail("not imported");
    expect(findings.map(({ level, text }) => `${level} ${text}`)).toEqual([
      "warning 1 certificate(s) are valid and not revoked, and their files are gone: 0001 web01. They can be revoked by serial only.",
    ]);
    const { chain, key, rootKey } = record;
    expect(imported.authority).toEqual({ chain, key, rootKey, origin: "imported" });
    expect(imported.nextSerial).toBe(6n);
    const all = new Map((await at.store.all()).map((each) => [each.serial, each]));
    for (const each of imported.certificates) {
      const { serial, name, notBefore, notAfter, pem, fingerprints, altNames, extensions, revokedAt } =
        all.get(each.serial) ?? expect.fail(each.serial);
      expect(each).toEqual({
        serial,
        name,
        notBefore,
        notAfter,
        // Lists know no milliseconds.
        revokedAt: revokedAt && wholeSeconds(revokedAt),
        signed: ["0002", "0003"].includes(serial) ? { pem, fingerprints, altNames, extensions } : null,
      });
    }
    expect(imported.certificates.map(({ serial, revokedAt }) => [serial, revokedAt !== null])).toEqual([
      ["0002", false],
      ["0003", true],
      ["0001", false],
      ["0004", true],
    ]);
    expect(imported.revocations).toEqual([]);
    expect(imported.requests.map(({ name }) => name)).toEqual(["web04"]);
    expect(imported.crls.map(({ issuer, pem }) => [issuer, pem])).toEqual(
      (await at.store.crls())
        .map(({ issuer, pem }) => [issuer, pem])
        .sort()
        .reverse(),
    );

    // And exported again from there, it is the same.
    const there = await world();
    await there.store.found(imported);
    const again = await exported(there);
    for (const file of ["inventory.txt", "serial", "ca_crl.pem", "signed/web01.pem", "signed/web02.pem"])
      expect([file, again.texts[file]]).toEqual([file, texts[file]]);
    expect(again.files.map(({ file }) => file)).toEqual(Object.keys(texts));
  });
});

it("writes no file beside its folder, whatever name a certificate or a request has", async () => {
  const { store } = await used();
  const [record, certificates, requests] = [await store.authority(), await store.all(), await store.requests()];
  if (record === undefined) return expect.fail("no authority");
  const [one = expect.fail("no certificate")] = certificates.filter(({ name }) => name === "web01");
  const pending = requests.find(({ profile }) => profile === "puppet") ?? expect.fail("no request");
  const request = (await store.request(pending)) ?? expect.fail("no request");
  const odd = ["../../etc/passwd", "/etc/passwd", "..\\x", "a\0", "a\nb", "", "x".repeat(252)];
  const names = [...odd, "Web12", "..", "x".repeat(251)];
  const files = exportPuppetCa({
    authority: record,
    nextSerial: 9n,
    certificates: names.map((name, i) => ({ ...one, name, serial: `00${i + 10}`, cleaned: false })),
    requests: names.map((name) => ({ ...request, name })),
    crls: [],
  });
  const below = (folder: string) => files.filter(({ file }) => file.startsWith(folder)).map(({ file }) => file);
  for (const folder of ["signed/", "requests/"]) {
    expect(below(folder)).toEqual(["Web12", "..", "x".repeat(251)].map((each) => `${folder}${each}.pem`));
  }
});

describe("inventory lines", () => {
  const line = {
    serial: 0x1fn,
    notBefore: new Date("2026-11-19T19:38:35Z"),
    notAfter: new Date("2031-11-19T19:38:35Z"),
    name: "lab1.lab.test",
  };

  it("are those of the recorded authority", () => {
    const text = "0x001F 2026-11-19T19:38:35UTC 2031-11-19T19:38:35UTC /CN=lab1.lab.test\n";
    expect(writeInventory([line])).toBe(text);
    expect(readInventory(text)).toEqual({ lines: [line], unread: [] });
    expect(readInventory(text.replace("0x001F", "001f").replace("/CN", "CN"))).toEqual({ lines: [line], unread: [] });
  });

  it.each([
    "hello",
    "0xZZ a b c",
    "0x0001 2026-11-19T19:38:35UTC never /CN=x",
    "0x0001  2026-11-19T19:38:35UTC",
    "x".repeat(100_000),
  ])("are not %s", (text) => {
    expect(readInventory(`\n${text}\n`)).toEqual({ lines: [], unread: [2] });
  });

  it("have dates to the second", () => {
    expect(puppetDate(new Date("2031-11-19T19:38:35.999Z"))).toBe("2031-11-19T19:38:35UTC");
  });
});
