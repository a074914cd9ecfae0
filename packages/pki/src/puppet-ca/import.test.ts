import { createPrivateKey, X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { readCertificates } from "../certificate.js";
import { csr, keys } from "../csr.test.helper.js";
import { makeAuthority } from "../make.js";
import { createOidNames } from "../oids.js";
import { openssl } from "../openssl.test.helper.js";
import { failure, issued, verify, world } from "../service/world.test.helper.js";
import { signHere } from "../signing/sign.js";
import { exportPuppetCa } from "./export.js";
import { authority, type Files, folderOf, NOW, signerOf, usedFolder, YEAR_MS } from "./folder.test.helper.js";
import { importPuppetCa } from "./import.js";
import { readInventory } from "./inventory.js";

const DAY_MS = 86_400_000;
let files: Files;
let other: Files;

beforeAll(async () => {
  files = await usedFolder();
  const options = { name: "Puppet CA: another", now: NOW, lifetimeMs: DAY_MS, crlLifetimeMs: DAY_MS, keyBits: 2048 };
  const made = await makeAuthority(options, signHere);
  other = {
    "ca_crt.pem": made.authority.chain,
    "ca_key.pem": made.authority.key,
    "ca_crl.pem": made.crls.map(({ pem }) => pem).join(""),
  };
  other["signed/web01.pem"] = await signerOf(made).leaf(1n, "web01");
});

const given = (change: Readonly<Record<string, string | undefined>> = {}, without: readonly string[] = []) => {
  const all = Object.entries({ ...files, ...change }).filter(([file]) => !without.includes(file));
  return importPuppetCa(folderOf(Object.fromEntries(all)), NOW);
};
const rsaPem = (pem: string) => createPrivateKey(pem).export({ type: "pkcs1", format: "pem" }).toString();

describe("a folder in use", () => {
  it("is taken over whole", async () => {
    const { imported, findings } = await given();
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
    const { imported } = await given();
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
    const { imported } = await given();
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
    const { imported, findings } = await given({
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

describe("what keeps an authority from being taken over", () => {
  const errors = async (change: Readonly<Record<string, string | undefined>>, without: readonly string[] = []) => {
    const { imported, findings } = await given(change, without);
    expect(imported).toBeUndefined();
    return findings.filter(({ level }) => level === "error").map(({ file, text }) => `${file}: ${text}`);
  };
  const chain = () => readCertificates(files["ca_crt.pem"] ?? "").map(({ pem }) => pem);

  it("is a file that is missing, each of them", async () => {
    expect(await errors({}, ["ca_crt.pem", "ca_key.pem", "ca_crl.pem"])).toEqual([
      "ca_crt.pem: It is missing.",
      "ca_key.pem: It is missing.",
      "ca_crl.pem: It is missing.",
    ]);
  });

  it.each(["ca_crt.pem", "ca_key.pem", "ca_crl.pem", "root_key.pem", "inventory.txt", "serial", "signed", "requests"])(
    "is a link in place of %s",
    async (link) => {
      const own = Object.entries(files).filter(([file]) => file !== link && !file.startsWith(`${link}/`));
      const { imported, findings } = await importPuppetCa(folderOf(Object.fromEntries(own), [link]), NOW);
      expect(imported).toBeUndefined();
      expect(findings.filter(({ level }) => level === "error")).toEqual([
        {
          level: "error",
          file: link,
          text: "It is a link, and links are not followed. Copy what it leads to to its place.",
        },
      ]);
    },
  );

  it("is a file that cannot be read, without its path", async () => {
    expect(await errors({ "ca_key.pem": undefined })).toEqual(["ca_key.pem: It cannot be read."]);
  });

  it("is a key that is encrypted", async () => {
    const key = createPrivateKey(files["ca_key.pem"] ?? "");
    const secret = { cipher: "aes-256-cbc", passphrase: "x", format: "pem" } as const;
    for (const type of ["pkcs8", "pkcs1"] as const) {
      expect(await errors({ "ca_key.pem": key.export({ type, ...secret }).toString() })).toEqual([
        "ca_key.pem: The key is encrypted. Decrypt it first, with openssl pkey, into a file that only you can read.",
      ]);
    }
  });

  it.each(["", "secret", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"])(
    "is a key that is none, and it is not quoted: %j",
    async (key) => {
      expect(await errors({ "ca_key.pem": key })).toEqual(["ca_key.pem: It holds no private key that can be read."]);
    },
  );

  it("is another's key", async () => {
    const key = keys("rsa 2048").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(await errors({ "ca_key.pem": key })).toEqual([
      "ca_key.pem: It is not the key of the first certificate in ca_crt.pem.",
    ]);
  });

  it("is a chain that is broken, upside down, or without its root", async () => {
    const [signing = "", root = ""] = chain();
    expect(await errors({ "ca_crt.pem": "hello" })).toEqual(["ca_crt.pem: It holds no certificate."]);
    expect(
      await errors({ "ca_crt.pem": `${signing}${readCertificates(other["ca_crt.pem"] ?? "")[1]?.pem}` }),
    ).toContain("ca_crt.pem: Puppet CA: old was not issued by the certificate after it.");
    expect(await errors({ "ca_crt.pem": root + signing })).toEqual(
      expect.arrayContaining([
        "ca_key.pem: It is not the key of the first certificate in ca_crt.pem.",
        "ca_crt.pem: The root is missing at its end: agents could not verify anything.",
      ]),
    );
    expect(await errors({ "ca_crt.pem": signing })).toEqual([
      "ca_crt.pem: The root is missing at its end: agents could not verify anything.",
    ]);
    expect((await errors({ "ca_crt.pem": `${signing}${files["signed/web01.pem"]}${root}` })).join()).toContain(
      "web01 is no CA certificate.",
    );
  });

  it("is a CA that has ended", async () => {
    const late = new Date(NOW.getTime() + 16 * YEAR_MS);
    const end = new Date(NOW.getTime() + 15 * YEAR_MS).toISOString();
    const { imported, findings } = await importPuppetCa(folderOf(files), late);
    expect(imported).toBeUndefined();
    expect(findings.filter(({ level }) => level === "error").map(({ text }) => text)).toEqual([
      `Puppet CA: old ended on ${end}.`,
      expect.stringMatching(new RegExp(`^Puppet Root CA: .* ended on ${end}\\.$`)),
    ]);
  });

  it("is a list that is missing, or that another key signed: what was revoked would come back", async () => {
    const root = (await authority()).crls[1]?.pem ?? "";
    expect(await errors({ "ca_crl.pem": root })).toEqual(["ca_crl.pem: There is no list of Puppet CA: old."]);
    const made = await makeAuthority(
      { name: "Puppet CA: old", now: NOW, lifetimeMs: DAY_MS, crlLifetimeMs: DAY_MS, keyBits: 2048 },
      signHere,
    );
    expect(await errors({ "ca_crl.pem": (made.crls[0]?.pem ?? "") + root })).toEqual([
      "ca_crl.pem: There is no list of Puppet CA: old that its key signed.",
    ]);
    expect(await errors({ "ca_crl.pem": "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----" })).toEqual([
      "ca_crl.pem: The list has another type than expected.",
      "ca_crl.pem: There is no list of Puppet CA: old.",
    ]);
  });
});

describe("what is left out, and said", () => {
  const warnings = async (change: Readonly<Record<string, string | undefined>>, without: readonly string[] = []) => {
    const { imported, findings } = await given(change, without);
    expect(imported).toBeDefined();
    const before = new Set((await given()).findings.map(({ text }) => text));
    return {
      imported,
      said: findings
        .filter(({ text }) => !before.has(text))
        .map(({ level, file, text }) => `${level} ${file}: ${text}`),
    };
  };

  it("is a certificate of another authority, of another name, or that is none", async () => {
    const { imported, said } = await warnings({
      "signed/web01.pem": other["signed/web01.pem"],
      "signed/web08.pem": files["signed/web02.pem"],
      "signed/web09.pem": "hello",
      "signed/web10.pem": undefined,
      "signed/web11.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    });
    // The inventory still has the one that is left out.
    expect(imported?.certificates.map(({ name, signed }) => [name, signed !== null])).toEqual([
      ["web02", true],
      ["old", true],
      ["web01", false],
      ["web03", false],
      ["web05", false],
    ]);
    expect(said).toEqual(
      expect.arrayContaining([
        "warning signed/web01.pem: Its certificate was not issued by this authority. It is left out.",
        "warning signed/web08.pem: Its certificate is for another name. It is left out.",
        "warning signed/web09.pem: It does not hold one certificate. It is left out.",
        "warning signed/web10.pem: It cannot be read. It is left out.",
        "warning signed/web11.pem: The certificate has another type than expected. It is left out.",
      ]),
    );
  });

  it("is a second file of a serial", async () => {
    const { leaf } = signerOf(await authority());
    const { imported, said } = await warnings({ "signed/twin.pem": await leaf(1n, "twin") });
    expect(imported?.certificates).toHaveLength(5);
    expect(said).toEqual(["warning signed/twin.pem: Another file has the same serial; this one is left out."]);
  });

  it("is a request that cannot be read", async () => {
    const { imported, said } = await warnings({
      "requests/a.pem": "hello",
      "requests/b.pem": csr({ names: ["c"] }),
      "requests/d.pem": undefined,
    });
    expect(imported?.requests.map(({ name }) => name)).toEqual(["web06"]);
    expect(said).toEqual([
      "warning requests/a.pem: The certificate request is not PEM. It is left out.",
      "warning requests/b.pem: Its request is for another name. It is left out.",
      "warning requests/d.pem: It cannot be read. It is left out.",
    ]);
  });

  it("is a list of a stranger, an old one of ours, and a root's list that is missing", async () => {
    const { list } = signerOf(await authority());
    const strange = await warnings({
      "ca_crl.pem": `${await list(6n, [1n])}${files["ca_crl.pem"]}${other["ca_crl.pem"]}`,
    });
    expect(strange.imported?.crls.map(({ number }) => number)).toEqual([7n, 0n]);
    expect(strange.said).toEqual(["warning ca_crl.pem: 2 list(s) of issuers that are not in the chain are left out."]);
    // What an older list of ours has revoked stays revoked.
    expect(strange.imported?.certificates[0]?.revokedAt).toEqual(NOW);
    const { said } = await warnings({ "ca_crl.pem": await list(7n, [2n, 3n]) });
    expect(said).toEqual([
      expect.stringMatching(/^warning ca_crl.pem: There is no list of Puppet Root CA: [0-9a-f]+: agents ask for one/),
    ]);
  });

  it("is a list that has ended, which we sign anew", async () => {
    const { list } = signerOf(await authority());
    const [, root = ""] = (files["ca_crl.pem"] ?? "").split(/(?<=-----END X509 CRL-----\n)/);
    const { said } = await warnings({
      "ca_crl.pem": (await list(7n, [2n, 3n], new Date("2020-01-01T00:00:00Z"))) + root,
    });
    expect(said).toEqual(["note ca_crl.pem: The list of Puppet CA: old ended on 2020-12-31T00:00:00.000Z."]);
  });

  it("is a root's key that is another's", async () => {
    const { imported, said } = await warnings({ "root_key.pem": files["ca_key.pem"] });
    expect([imported?.authority.rootKey, said]).toEqual([
      null,
      ["warning root_key.pem: It is not the key of the root in ca_crt.pem and is left out."],
    ]);
  });

  it("are links", async () => {
    const links = ["signed/web07.pem", "signed/web08.pem", "requests/web09.pem", "ca_pub.pem", "notes"];
    const { imported, findings } = await importPuppetCa(folderOf(files, links), NOW);
    expect(imported?.certificates).toHaveLength(5);
    const text = "It is a link, and links are not followed. It is left out.";
    expect(findings).toEqual(
      expect.arrayContaining([
        { level: "warning", file: "signed/web07.pem", text: `${text} (and 3 more)` },
        { level: "note", file: "notes", text },
      ]),
    );
  });

  it("is what is no part of an authority, counted", async () => {
    const { said } = await warnings({
      "notes.txt": "",
      "signed/web01.pem.bak": "",
      "infra_crl.pem": "",
      infra_inventory: "x",
    });
    expect(said).toEqual([
      "note notes.txt: It is no part of an authority and is left out. (and 1 more)",
      "note infra_crl.pem: Lists of infrastructure nodes are not kept apart; it is left out. (and 1 more)",
    ]);
  });

  it("are names that would not be signed today, which are taken", async () => {
    const { leaf } = signerOf(await authority());
    const { imported, said } = await warnings({ "signed/Web12.pem": await leaf(12n, "Web12") });
    expect(imported?.certificates.map(({ name }) => name)).toContain("Web12");
    expect(said).toEqual(
      expect.arrayContaining(["note signed/Web12.pem: Its name is not one that would be signed today."]),
    );
  });
});

describe("the next serial", () => {
  const next = async (change: Readonly<Record<string, string>>, without: readonly string[] = []) => {
    const { imported, findings } = await given(change, without);
    return [imported?.nextSerial, ...findings.filter(({ file }) => file === "serial").map(({ text }) => text)];
  };

  it.each([
    ["0006", [6n]],
    ["00FF\n", [255n]],
    ["0003", [6n, "It says 0003, which was given out; the next is above 0005."]],
    ["x", [6n, "It holds no serial; the next one is one above the highest that is known."]],
    ["", [6n, "It holds no serial; the next one is one above the highest that is known."]],
  ])("is above every one that is known: %j", async (serial, expected) => {
    expect(await next({ serial })).toEqual(expected);
  });

  const HIGH = "Serials above 7FFFFFFFFFFFFFFF cannot be continued.";

  it.each(["8000000000000000", "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"])(
    "is not continued from %s, which is an error",
    async (serial) => {
      expect(await next({ serial })).toEqual([undefined, HIGH]);
      const { findings } = await given({ serial });
      expect(findings).toContainEqual({ level: "error", file: "serial", text: HIGH });
    },
  );

  it("may be the last one, and is none after it", async () => {
    expect(await next({ serial: "7FFFFFFFFFFFFFFF" })).toEqual([2n ** 63n - 1n]);
    const line = "0x7FFFFFFFFFFFFFFF 2020-01-01T00:00:00UTC 2021-01-01T00:00:00UTC /CN=last\n";
    expect(await next({ "inventory.txt": files["inventory.txt"] + line })).toEqual([
      undefined,
      expect.any(String),
      HIGH,
    ]);
  });

  it.each(["8000000000000000", "F".repeat(40)])(
    "is not raised by a line of the inventory that says %s",
    async (high) => {
      const line = `0x${high} 2020-01-01T00:00:00UTC 2021-01-01T00:00:00UTC /CN=junk\n`;
      const change = { "inventory.txt": files["inventory.txt"] + line };
      const text = `${HIGH} 1 that were given out are passed over, the first is ${high}.`;
      expect(await next(change)).toEqual([6n, text]);
      const { imported, findings } = await given(change);
      expect(findings).toContainEqual({ level: "warning", file: "serial", text });
      // It can be revoked all the same.
      expect(imported?.certificates.at(-1)).toMatchObject({ serial: high, name: "junk" });
      expect(await next(change, ["serial"])).toEqual([6n, text, expect.stringContaining("It is missing")]);
    },
  );

  it("is not raised by a list or a CA of another tool's serials", async () => {
    const { list } = signerOf(await authority());
    const [, root = ""] = (files["ca_crl.pem"] ?? "").split(/(?<=-----END X509 CRL-----\n)/);
    const high = 2n ** 150n + 1n;
    expect(await next({ "ca_crl.pem": (await list(8n, [2n, 3n, high])) + root })).toEqual([
      6n,
      `${HIGH} 1 that were given out are passed over, the first is ${high.toString(16).toUpperCase()}.`,
    ]);
  });

  it("is found without the file, also from the list alone", async () => {
    expect(await next({}, ["serial"])).toEqual([
      6n,
      "It is missing; the next serial is one above the highest that is known.",
    ]);
    const { list } = signerOf(await authority());
    const [, root = ""] = (files["ca_crl.pem"] ?? "").split(/(?<=-----END X509 CRL-----\n)/);
    expect(await next({ "ca_crl.pem": (await list(7n, [0x1000n])) + root })).toEqual([0x1001n, expect.any(String)]);
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
    const { imported, findings } = await given({ "inventory.txt": files["inventory.txt"] + lines.join("") });
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
    const missing = await given({}, ["inventory.txt"]);
    expect(missing.findings.map(({ text }) => text)).toContain(
      "It is missing: certificates whose files are gone are not known.",
    );
    expect(missing.imported?.revocations).toEqual([{ serial: "0003", revokedAt: NOW, notAfter: null }]);
    expect(missing.imported?.certificates.map(({ serial }) => serial)).toEqual(["0001", "0002", "0004"]);
    const ended = await given({
      "inventory.txt": `${files["inventory.txt"]}0x0006 2020-01-01T00:00:00UTC 2021-01-01T00:00:00UTC /CN=gone\n`,
    });
    expect(ended.findings.map(({ text }) => text).join()).toMatch(/1 certificate\(s\) are valid .* gone: 0005 web05\./);
    expect(ended.imported?.certificates.at(-1)).toMatchObject({ serial: "0006", name: "gone", signed: null });
    expect(ended.imported?.nextSerial).toBe(7n);
    const twice = await given({ "inventory.txt": `${files["inventory.txt"]}${files["inventory.txt"]}` });
    expect(twice.imported?.certificates).toHaveLength(5);
    const odd = await given({
      "inventory.txt": `# Inventory of signed certificates\n${files["inventory.txt"]}hello\n0x0009 never ever /CN=x\n`,
    });
    expect(odd.findings.map(({ text }) => text)).toContain("2 line(s) could not be read, the first is 7.");
  });
});
