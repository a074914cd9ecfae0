import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openssl } from "../openssl.test.helper.js";
import { issued, started, submit, type World } from "../service/world.test.helper.js";
import { exportPuppetCa } from "./export.js";
import { folderOf, NOW } from "./folder.test.helper.js";
import { importPuppetCa } from "./import.js";
import { puppetDate, readInventory, writeInventory } from "./inventory.js";

async function used(): Promise<World> {
  const at = await started({ settings: { autoRenewal: true, allowSubjectAltNames: true } });
  const first = await issued(at, { name: "web01" });
  await at.authority.renew({ pem: first, serial: "0001" });
  await issued(at, { name: "web02" });
  await at.authority.revoke("web02", "admin");
  await issued(at, { name: "web03" });
  await at.authority.clean(["web03"], "admin");
  await issued(at, { name: "host-2026", profile: "inventory" });
  await submit(at, { name: "web04" });
  await submit(at, { name: "other-2026", profile: "inventory" });
  return at;
}

async function exported({ store }: World) {
  const [record, crls, requests] = [await store.authority(), await store.crls(), await store.requests()];
  if (record === undefined) return expect.fail("no authority");
  const files = exportPuppetCa({ authority: record, nextSerial: 6n, certificates: store.all, requests, crls });
  return { record, files, texts: Object.fromEntries(files.map(({ file, content }) => [file, content])) };
}

describe("an export", () => {
  it("is a folder as Puppet has it, with keys for nobody else", async () => {
    const { record, files, texts } = await exported(await used());
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
      "0006",
    ]);
    expect(createPublicKey(texts["ca_pub.pem"] ?? "").equals(createPublicKey(createPrivateKey(record.key)))).toBe(true);
    expect(texts["inventory.txt"]?.split("\n")).toEqual([
      "0x0001 2026-11-19T12:00:00UTC 2031-11-19T12:00:00UTC /CN=web01",
      "0x0002 2026-11-19T12:00:00UTC 2027-02-18T12:00:00UTC /CN=web01",
      "0x0003 2026-11-19T12:00:00UTC 2031-11-19T12:00:00UTC /CN=web02",
      "0x0004 2026-11-19T12:00:00UTC 2031-11-19T12:00:00UTC /CN=web03",
      "0x0005 2026-11-19T12:00:00UTC 2031-11-19T12:00:00UTC /CN=host-2026",
      "",
    ]);
    expect(openssl(["x509", "-in", "c", "-noout", "-serial"], { c: texts["signed/web01.pem"] ?? "" }).text).toBe(
      "serial=02\n",
    );
  });

  it("is imported again without a loss of what Puppet's folder can hold", async () => {
    const at = await used();
    const { record, texts } = await exported(at);
    const { imported, findings } = await importPuppetCa(folderOf(texts), NOW);
    expect(findings.map(({ level, text }) => `${level} ${text}`)).toEqual([
      "warning 2 certificate(s) are valid and not revoked, and their files are gone: 0001 web01, 0005 host-2026.",
    ]);
    expect(imported?.authority).toEqual({
      chain: record.chain,
      key: record.key,
      rootKey: record.rootKey,
      origin: "imported",
    });
    expect(imported?.nextSerial).toBe(6n);
    const stored = (serial: string) => at.store.all.find((each) => each.serial === serial);
    for (const each of imported?.certificates ?? []) {
      const { pem, fingerprints, notBefore, notAfter, altNames, extensions, name, revokedAt } =
        stored(each.serial) ?? {};
      expect(each).toEqual({
        serial: each.serial,
        pem,
        fingerprints,
        notBefore,
        notAfter,
        altNames,
        extensions,
        name,
        revokedAt,
      });
    }
    expect(imported?.certificates.map(({ serial }) => serial)).toEqual(["0002", "0003"]);
    expect(imported?.revocations.map(({ serial }) => serial)).toEqual(["0004"]);
    expect(imported?.requests.map(({ name }) => name)).toEqual(["web04"]);
    expect(imported?.crls.map(({ issuer, pem }) => [issuer, pem])).toEqual(
      (await at.store.crls()).map(({ issuer, pem }) => [issuer, pem]),
    );
  });
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
