import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSite, type Site } from "../gateway.js";
import { needs } from "../puppet/programs.js";
import { readCaFolder } from "./ca-folder.js";
import { csrOf } from "./csr.js";
import { enrol, given, type Host, isNode, submit, trustOf } from "./host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "./house.js";
import { readCrls, unverified } from "./openssl.js";

const { skip, note } = needs("openssl");

for (const selfSigned of [false, true]) {
  const kind = selfSigned ? "one self-signed CA" : "a root and an intermediate";
  describe.skipIf(skip)(`an authority of ${kind} that moves from one gateway to another${note}`, () => {
    let scratch: string;
    let old: House;
    let next: House | undefined;
    let empty: Site;
    let [kept, revoked]: (Host | undefined)[] = [];
    const dir = () => path.join(scratch, "exported");
    const command = async (site: Site, ...words: string[]) => (await site.command("ca", ...words)).code;
    beforeAll(async () => {
      scratch = mkdtempSync(path.join(tmpdir(), "gatehouse-transfer-"));
      old = await startHouse({ env: { ...AUTOSIGN_ALL, GATEHOUSE_CA_SELF_SIGNED: String(selfSigned) } });
      empty = await newSite();
      kept = await enrol(old.first, "kept.example.org");
      revoked = await enrol(old.first, "revoked.example.org");
      expect((await old.api("POST", "/certificates/revoked.example.org/revoke")).status).toBe(204);
      // The gateway's own name is signed by a person only.
      expect((await submit(old.first, "localhost", csrOf("localhost"))).status).toBe(200);
    });
    afterAll(async () => {
      await old?.close();
      if (next === undefined) await empty?.remove();
      else await next.close();
      rmSync(scratch, { recursive: true, force: true });
    });

    it("is written into an empty folder, which OpenSSL can read", async () => {
      const trust = await trustOf(old.first);
      await old.first.stop();
      const full = path.join(scratch, "full");
      mkdirSync(full);
      writeFileSync(path.join(full, "file"), "");
      expect(await command(old.site, "export", full)).not.toBe(0);
      expect(await command(old.site, "export", dir())).toBe(0);
      expect(await command(old.site, "export", dir())).not.toBe(0);
      const folder = await readCaFolder(dir());
      expect(folder.trust).toEqual(trust);
      expect([folder.good, folder.revoked, folder.requests]).toEqual([
        ["kept.example.org"],
        ["revoked.example.org"],
        ["localhost"],
      ]);
      for (const host of [kept, revoked]) expect(folder.serials).toContain(BigInt(`0x${host?.serial}`));
    });

    it("is taken over where there is none, and only there", async () => {
      expect(await command(empty, "export", path.join(scratch, "nothing"))).not.toBe(0);
      expect(await command(old.site, "import", dir())).not.toBe(0);
      expect(await command(empty, "import", dir())).toBe(0);
      expect(await command(empty, "import", dir())).not.toBe(0);
    });

    it("is the same authority there, to every host and in every list", async () => {
      const { trust: before, nextSerial } = await readCaFolder(dir());
      next = await startHouse({ site: empty, env: AUTOSIGN_ALL });
      const trust = await trustOf(next.first);
      expect(trust.bundle).toBe(before.bundle);
      expect(kept && (await isNode(next.first, kept))).toBe(200);
      expect(revoked && (await isNode(next.first, revoked))).toBe(403);
      expect([...(await next.requests()).keys()]).toEqual(["localhost"]);
      const fresh = await enrol(next.first, "fresh.example.org");
      expect(BigInt(`0x${fresh.serial}`)).toBeGreaterThanOrEqual(nextSerial);
      expect(await unverified(trust, [kept?.certificate ?? "", fresh.certificate])).toEqual([]);

      expect((await next.api("POST", "/certificates/kept.example.org/revoke")).status).toBe(204);
      expect(kept && (await isNode(next.first, kept))).toBe(403);
      const [was] = await readCrls(before.crls);
      const [own] = await readCrls(await given(next.first, "certificate_revocation_list/ca"));
      expect(own?.number).toBeGreaterThan(was?.number ?? 0n);
      expect(own?.serials).toEqual(expect.arrayContaining([kept?.serial, revoked?.serial]));
      // While a gateway serves it, nothing is taken over.
      expect(await command(empty, "import", dir())).not.toBe(0);
      expect(kept && (await isNode(next.first, kept))).toBe(403);
    });
  });
}
