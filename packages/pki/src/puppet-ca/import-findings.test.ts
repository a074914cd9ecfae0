import { createPrivateKey } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { readCertificates } from "../certificate.js";
import { csr, keys } from "../csr.test.helper.js";
import { makeAuthority } from "../make.js";
import { signHere } from "../signing/sign.js";
import { authority, type Files, folderOf, NOW, signerOf, YEAR_MS } from "./folder.test.helper.js";
import { importPuppetCa } from "./import.js";
import { type Change, DAY_MS, files, importChanged } from "./import.test.helper.js";

let other: Files;

beforeAll(async () => {
  const options = { name: "Puppet CA: another", now: NOW, lifetimeMs: DAY_MS, crlLifetimeMs: DAY_MS, keyBits: 2048 };
  const made = await makeAuthority(options, signHere);
  other = {
    "ca_crt.pem": made.authority.chain,
    "ca_key.pem": made.authority.key,
    "ca_crl.pem": made.crls.map(({ pem }) => pem).join(""),
  };
  other["signed/web01.pem"] = await signerOf(made).leaf(1n, "web01");
});

describe("what keeps an authority from being taken over", () => {
  const errors = async (change: Change, without: readonly string[] = []) => {
    const { imported, findings } = await importChanged(change, without);
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
  const warnings = async (change: Change, without: readonly string[] = []) => {
    const { imported, findings } = await importChanged(change, without);
    expect(imported).toBeDefined();
    const before = new Set((await importChanged()).findings.map(({ text }) => text));
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
