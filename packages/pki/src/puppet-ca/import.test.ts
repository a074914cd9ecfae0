import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readCertificates } from "../certificate.js";
import { csr } from "../csr.test.helper.js";
import { makeAuthority } from "../make.js";
import { createOidNames } from "../oids.js";
import { openssl } from "../openssl.test.helper.js";
import { failure, issued, verify, world } from "../service/world.test.helper.js";
import { signHere } from "../signing/sign.js";
import { exportPuppetCa } from "./export.js";
import { authority, folderOf, NOW, signerOf, YEAR_MS } from "./folder.test.helper.js";
import { importPuppetCa } from "./import.js";
import { DAY_MS, files, importChanged } from "./import.test.helper.js";
import { readInventory } from "./inventory.js";

const rsaPem = (pem: string) => createPrivateKey(pem).export({ type: "pkcs1", format: "pem" }).toString();

describe("a folder in use", () => {
  it("is taken over whole", async () => {
    const { imported, findings } = await importChanged();
    expect(imported?.authority).toEqual({
      chain: files["ca_crt.pem"],
      key: files["ca_key.pem"],
      rootKey: null,
      origin: "imported",
    });
    expect(imported?.nextSerial).toBe(6n);
    expect(imported?.certificates.map(({ serial, name, revokedAt }) => [serial, name, revokedAt])).toEqual([
      ["0001", "web01", null],
      ["0002", "web02", NOW],
      ["0004", "old", null],
      // Of these only the inventory tells.
      ["0003", "web03", NOW],
      ["0005", "web05", null],
    ]);
    const [web01, , , ...gone] = imported?.certificates ?? [];
    expect(web01?.signed).toMatchObject({
      pem: files["signed/web01.pem"],
      altNames: ["DNS:alias", "DNS:web01"],
      extensions: { pp_role: "web" },
    });
    const dates = { notBefore: new Date(NOW.getTime() - DAY_MS), notAfter: new Date(NOW.getTime() + YEAR_MS) };
    for (const each of gone) expect(each).toMatchObject({ ...dates, signed: null });
    expect(web01?.signed?.fingerprints.sha256).toBe(
      new X509Certificate(files["signed/web01.pem"] ?? "").fingerprint256,
    );
    expect(imported?.revocations).toEqual([]);
    expect(imported?.requests).toMatchObject([{ name: "web06", profile: "puppet", pem: csr({ names: ["web06"] }) }]);
    expect(imported?.crls.map(({ issuer, number }) => [issuer.length === 64 ? "foreign" : issuer, number])).toEqual([
      ["signing", 7n],
      ["foreign", 0n],
    ]);
    expect(findings).toEqual([
      {
        level: "warning",
        file: "inventory.txt",
        text: "1 certificate(s) are valid and not revoked, and their files are gone: 0005 web05. They can be revoked by serial only.",
      },
      { level: "note", file: "signed/old.pem", text: "Its certificate has ended." },
    ]);
  });

  it("goes on as an authority: old certificates count, revoked ones do not, and serials go on", async () => {
    const { imported } = await importChanged();
    if (imported === undefined) return expect.fail("not imported");
    const at = await world();
    await at.store.found(imported);
    await at.authority.start();
    expect(await verify(at, files["signed/web01.pem"] ?? "")).toBe("c: OK");
    expect(await verify(at, files["signed/web02.pem"] ?? "")).toBe("certificate revoked");
    expect(["0002", "0003", "0001"].map((serial) => at.authority.isRevoked(serial))).toEqual([true, true, false]);
    const pem = await issued(at, { name: "web07" });
    expect([readCertificates(pem)[0]?.serial, await verify(at, pem)]).toEqual([6n, "c: OK"]);
    await at.puppet.sign("web06", { by: "admin" });
    await at.puppet.revoke("web01", "admin");
    expect(await verify(at, files["signed/web01.pem"] ?? "")).toBe("certificate revoked");
    expect(await verify(at, files["signed/web02.pem"] ?? "")).toBe("certificate revoked");
  });

  it("goes on with what only its inventory knows: it stands for no name, and is revoked by its serial", async () => {
    const { imported } = await importChanged();
    if (imported === undefined) return expect.fail("not imported");
    const at = await world({ settings: { autoRenewal: true } });
    await at.store.found(imported);
    await at.authority.start();
    const pem = await signerOf(await authority()).leaf(5n, "web05");
    expect(await verify(at, pem)).toBe("c: OK");
    expect([await at.puppet.certificate("web05"), await at.puppet.status("web05")]).toEqual([undefined, undefined]);
    expect((await at.puppet.statuses()).map((each) => each.state !== "requested" && each.certificate.name)).toEqual([
      false,
      "old",
      "web01",
      "web02",
    ]);
    expect(await at.authority.interrupted()).toEqual([]);
    expect(await failure(at.puppet.renew({ pem, serial: "0005" }))).toMatch(/^forbidden: /);
    expect(await at.authority.revokeSerials(["0005", "0003"], "admin")).toEqual(["0005"]);
    expect(await verify(at, pem)).toBe("certificate revoked");
    expect((await at.audited()).at(-1)).toMatchObject({ action: "ca.revoke-serials", subject: "web05" });
    expect(await verify(at, await issued(at, { name: "web05" }))).toBe("c: OK");
  });

  it("may hold keys as Puppet writes them, and the root's", async () => {
    const {
      authority: { rootKey },
    } = await authority();
    const { imported, findings } = await importChanged({
      "ca_key.pem": rsaPem(files["ca_key.pem"] ?? ""),
      "root_key.pem": rsaPem(rootKey ?? ""),
    });
    expect([imported?.authority.key, imported?.authority.rootKey]).toEqual([files["ca_key.pem"], rootKey]);
    expect(imported?.crls.map(({ issuer }) => issuer)).toEqual(["signing", "root"]);
    expect(findings.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("may be of a single CA that issued itself", async () => {
    const options = {
      name: "Puppet CA: one",
      now: NOW,
      lifetimeMs: DAY_MS,
      crlLifetimeMs: DAY_MS,
      keyBits: 2048,
      selfSigned: true,
    };
    const made = await makeAuthority(options, signHere);
    const { imported, findings } = await importPuppetCa(
      folderOf({
        "ca_crt.pem": made.authority.chain,
        "ca_key.pem": made.authority.key,
        "ca_crl.pem": made.crls[0]?.pem,
        "inventory.txt": "",
        serial: "0001",
        "root_key.pem": made.authority.key,
      }),
      NOW,
    );
    expect([imported?.nextSerial, imported?.authority.rootKey]).toEqual([2n, null]);
    expect(findings).toEqual([
      { level: "warning", file: "serial", text: "It says 0001, which was given out; the next is above 0001." },
    ]);
  });

  it("tells names as a site has them", async () => {
    const oids = createOidNames({ "1.3.6.1.4.1.34380.1.2.7": "acme_rack" });
    const leaf = await signerOf(await authority()).leaf(1n, "web01", {
      extensions: [{ oid: "1.3.6.1.4.1.34380.1.2.7", value: "r1" }],
    });
    const { imported } = await importPuppetCa(folderOf({ ...files, "signed/web01.pem": leaf }), NOW, oids);
    expect(imported?.certificates[0]?.signed?.extensions).toEqual({ acme_rack: "r1" });
  });

  it("is what OpenSSL says it is", () => {
    const { status } = openssl(["crl", "-in", "l", "-noout", "-CAfile", "c"], {
      l: files["ca_crl.pem"] ?? "",
      c: files["ca_crt.pem"] ?? "",
    });
    expect(status).toBe(0);
  });
});

describe("an inventory", () => {
  it("may hold names that nobody signs: they stand for no file, and their serials count", async () => {
    const names = [
      "../../etc/passwd",
      "..",
      "/etc/passwd",
      "..\\x",
      "w\u00e9b",
      "\u00c3\u00a0",
      "\u001b[2J",
      "a\0b",
      "ca",
    ];
    const lines = names.map(
      (name, i) => `0x${(i + 0x20).toString(16)} 2020-01-01T00:00:00UTC 2021-01-01T00:00:00UTC /CN=${name}\n`,
    );
    const { imported, findings } = await importChanged({ "inventory.txt": files["inventory.txt"] + lines.join("") });
    if (imported === undefined) return expect.fail("not imported");
    expect(findings.map(({ text }) => text).join()).not.toContain("could not be read");
    const found = imported.certificates.filter(({ name }) => names.includes(name));
    expect(found.map(({ name, signed }) => [name, signed])).toEqual(names.map((name) => [name, null]));
    expect(imported.nextSerial).toBe(0x29n);

    const at = await world();
    await at.store.found(imported);
    const record = (await at.store.authority()) ?? expect.fail("no authority");
    const exported = exportPuppetCa({
      authority: record,
      nextSerial: await at.store.nextSerial(),
      certificates: await at.store.all(),
      requests: [],
      crls: await at.store.crls(),
    });
    expect(exported.map(({ file }) => file).filter((file) => file.includes("/"))).toEqual([
      "signed/web01.pem",
      "signed/web02.pem",
      "signed/old.pem",
    ]);
    const inventory = exported.find(({ file }) => file === "inventory.txt")?.content ?? "";
    expect(inventory).toContain("/CN=../../etc/passwd\n");
    // One line each, whatever the name: nobody writes lines into it.
    expect(readInventory(inventory).unread).toEqual([]);
    expect(readInventory(inventory).lines).toHaveLength(imported.certificates.length);
  });

  it("may be missing, or hold lines that nobody can read", async () => {
    const missing = await importChanged({}, ["inventory.txt"]);
    expect(missing.findings.map(({ text }) => text)).toContain(
      "It is missing: certificates whose files are gone are not known.",
    );
    expect(missing.imported?.revocations).toEqual([{ serial: "0003", revokedAt: NOW, notAfter: null }]);
    expect(missing.imported?.certificates.map(({ serial }) => serial)).toEqual(["0001", "0002", "0004"]);
    const ended = await importChanged({
      "inventory.txt": `${files["inventory.txt"]}0x0006 2020-01-01T00:00:00UTC 2021-01-01T00:00:00UTC /CN=gone\n`,
    });
    expect(ended.findings.map(({ text }) => text).join()).toMatch(/1 certificate\(s\) are valid .* gone: 0005 web05\./);
    expect(ended.imported?.certificates.at(-1)).toMatchObject({ serial: "0006", name: "gone", signed: null });
    expect(ended.imported?.nextSerial).toBe(7n);
    const twice = await importChanged({ "inventory.txt": `${files["inventory.txt"]}${files["inventory.txt"]}` });
    expect(twice.imported?.certificates).toHaveLength(5);
    const odd = await importChanged({
      "inventory.txt": `# Inventory of signed certificates\n${files["inventory.txt"]}hello\n0x0009 never ever /CN=x\n`,
    });
    expect(odd.findings.map(({ text }) => text)).toContain("2 line(s) could not be read, the first is 7.");
  });
});
