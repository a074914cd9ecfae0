import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCaFolder, tree } from "../authority/ca-folder.js";
import { csrOf } from "../authority/csr.js";
import { given, submit, trustOf } from "../authority/host.js";
import { type House, type Listed, startHouse } from "../authority/house.js";
import { canonical, readCrls, sClient, unverified } from "../authority/openssl.js";
import { newSite, type Site } from "../gateway.js";
import { getAs, serialOf, verifies } from "./certificates.js";
import { newOldFleet, type OldFleet } from "./old-fleet.js";
import { needs } from "./programs.js";
import { hasPuppetserver } from "./puppetserver.js";

const { skip, note } = needs("puppetserver", "puppet", "java", "openssl");
const why = hasPuppetserver ? note : " (needs Debian's puppetserver)";
const LONG = { timeout: 300_000 };
const NODES_ONLY = "/puppet-ca/v1/expirations";
const KEPT = ["kept.example.org", "pending.example.org", "cleaned.example.org"];

describe.skipIf(skip || !hasPuppetserver)(`a fleet of puppetserver's that moves to the gateway${why}`, () => {
  let fleet: OldFleet;
  let site: Site;
  let house: House;
  let scratch: string;
  beforeAll(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), "gatehouse-import-"));
    fleet = await newOldFleet();
    site = await newSite();
  }, 600_000);
  afterAll(async () => {
    await fleet?.remove();
    await house?.close();
    await site?.remove();
    rmSync(scratch, { recursive: true, force: true });
  });

  const command = async (...words: string[]) => {
    const { code, out, err } = await site.command("--json", "ca", ...words);
    return { code, said: out === "" ? null : JSON.parse(out), err };
  };
  /** The status with which an agent is answered what any node may ask. */
  const asNode = (short: string, target = NODES_ONLY) => getAs(fleet.agentOf(short), fleet.old.server, target);
  const error = (file: string) => expect.objectContaining({ level: "error", file });

  it("is looked at first, and nothing changes anywhere", async () => {
    const files = tree(fleet.old.cadir);
    const { code, said, err } = await command("import", fleet.old.cadir, "--dry-run");
    expect([code, err]).toEqual([0, ""]);
    expect(said).toMatchObject({ brings: { requests: 1, revoked: 2 }, stored: false });
    expect(said.brings.certificates).toBeGreaterThanOrEqual(4);
    expect(said.findings.filter(({ level }: { level: string }) => level === "error")).toEqual([]);
    expect(tree(fleet.old.cadir)).toEqual(files);
    expect(existsSync(path.join(site.dataDir, "postgres"))).toBe(false);
  });

  it("is not taken over with half of its authority, or with another's key", async () => {
    const half = path.join(scratch, "half");
    cpSync(fleet.old.cadir, half, { recursive: true });
    rmSync(path.join(half, "ca_crl.pem"));
    cpSync(path.join(half, "root_key.pem"), path.join(half, "ca_key.pem"));
    for (const more of [["--dry-run"], []]) {
      const { code, said } = await command("import", half, ...more);
      expect(code).not.toBe(0);
      expect(said).toMatchObject({ brings: null, stored: false });
      expect(said.findings).toContainEqual(error("ca_crl.pem"));
    }
    // The key is looked at once the files are all there.
    cpSync(path.join(fleet.old.cadir, "ca_crl.pem"), path.join(half, "ca_crl.pem"));
    expect((await command("import", half)).said.findings).toContainEqual(error("ca_key.pem"));
  });

  it("is taken over once, and served from where puppetserver was", LONG, async () => {
    const { old, before } = fleet;
    expect(await command("import", old.cadir)).toMatchObject({ code: 0, said: { stored: true } });
    expect((await command("import", old.cadir)).code).not.toBe(0);
    const args = ["--https", `127.0.0.1:${old.server.port}`];
    house = await startHouse({ site, args, env: { GATEHOUSE_CA_AUTOSIGN: "[]" } });
    expect(await given(house.first, "certificate/ca")).toBe(before.bundle);
    const shown = await sClient(old.server.port, before.bundle, "-verify_hostname", "localhost");
    expect(shown.ok, shown.out).toBe(true);
  });

  it("goes on without noticing: its agents verify, fetch, and are who they were", LONG, async () => {
    const agent = fleet.agentOf("kept");
    const files = [agent.read("certificate"), agent.read("key"), agent.read("ca")];
    expect(await asNode("kept")).toBe(200);
    for (const ran of [await agent.ssl("verify"), await agent.bootstrap(), await agent.ssl("download_cert")]) {
      expect(ran.code, ran.out).toBe(0);
    }
    expect([agent.read("certificate"), agent.read("key"), agent.read("ca")]).toEqual(files);
    expect(await given(house.first, `certificate/${agent.certname}`)).toBe(agent.read("certificate"));
    expect(await asNode("kept", "/puppet-ca/v1/certificate_statuses/any_key")).toBe(403);
    expect((await house.inventory()).find(({ name }) => name === agent.certname)?.state).toBe("signed");
  });

  it("keeps out who was revoked, also where only the list tells of it", async () => {
    for (const short of ["revoked", "cleaned"]) expect(await asNode(short), short).toBe(403);
    const { bundle, crls } = await trustOf(house.first);
    const [own, root] = await readCrls(crls);
    expect(own?.serials).toEqual(expect.arrayContaining([...fleet.before.revoked]));
    expect(own?.number).toBeGreaterThanOrEqual(fleet.before.crlNumber);
    expect(root?.serials).toEqual([]);
    const verified = (short: string) => unverified({ bundle, crls }, [fleet.agentOf(short).read("certificate")]);
    expect(await verified("kept")).toEqual([]);
    for (const short of ["revoked", "cleaned"]) {
      expect(await verified(short), short).toEqual([expect.stringContaining("certificate revoked")]);
    }
  });

  it("gives the next serials, and numbers of lists that only grow", LONG, async () => {
    const { nextSerial, revoked, crlNumber } = fleet.before;
    expect([...(await house.requests()).keys()]).toEqual(["pending.example.org"]);
    const pending = fleet.agentOf("pending");
    expect((await site.command("ca", "sign", pending.certname)).code).toBe(0);
    const { code, out } = await pending.bootstrap();
    expect(code, out).toBe(0);
    expect(await verifies(pending)).toContain("OK");
    const { json }: { json: { certificates: Listed[] } } = await house.api("GET", "/certificates?history=true");
    const fresh = json.certificates.map(({ serial }) => BigInt(`0x${serial}`)).filter((serial) => serial >= nextSerial);
    // The gateway's own, then this one.
    expect(fresh.sort((a, b) => (a < b ? -1 : 1))).toEqual([nextSerial, nextSerial + 1n]);
    expect(BigInt(`0x${serialOf(pending)}`)).toBe(nextSerial + 1n);

    const later = fleet.agentOf("later");
    expect(await asNode("later")).toBe(200);
    expect((await site.command("ca", "revoke", later.certname)).code).toBe(0);
    expect(await asNode("later")).toBe(403);
    const [own] = await readCrls(await given(house.first, "certificate_revocation_list/ca"));
    expect(own?.serials).toEqual(expect.arrayContaining([...revoked, canonical(serialOf(later))]));
    expect(own?.number).toBeGreaterThan(crlNumber);
  });

  it("is administered with the certificate and the command of before", LONG, async () => {
    const all = await fleet.old.ca("list", "--all");
    expect(all.code, all.out).toBe(0);
    for (const short of ["kept", "pending", "admin"]) {
      expect(all.out.slice(all.out.indexOf("Signed Certificates:"))).toContain(`${short}.example.org`);
    }
    const cleaned = fleet.agentOf("cleaned");
    cleaned.forget();
    await cleaned.bootstrap();
    const signed = await fleet.old.ca("sign", "--certname", cleaned.certname);
    expect(signed.code, signed.out).toBe(0);
    expect((await cleaned.bootstrap()).code).toBe(0);
    expect(await asNode("cleaned")).toBe(200);
  });

  it("moves back with all that there is, in a folder that `puppetserver ca` can go on with", LONG, async () => {
    const { old, before } = fleet;
    expect((await submit(house.first, "waiting.example.org", csrOf("waiting.example.org"))).status).toBe(200);
    await house.first.stop();
    const dir = path.join(scratch, "exported");
    expect((await command("export", dir)).code).toBe(0);
    const { trust, nextSerial, good, revoked, requests } = await readCaFolder(dir);
    expect(trust.bundle).toBe(before.bundle);
    expect(good).toEqual(expect.arrayContaining(KEPT));
    expect(revoked).toEqual(["later.example.org", "revoked.example.org"]);
    expect(requests).toEqual(["waiting.example.org"]);

    rmSync(old.cadir, { recursive: true });
    cpSync(dir, old.cadir, { recursive: true });
    const made = await old.ca("generate", "--ca-client", "--force", "--certname", "offline.example.org");
    expect(made.code, made.out).toBe(0);
    expect(await unverified(trust, [old.read("signed/offline.example.org.pem")])).toEqual([]);
    expect(BigInt(`0x${old.read("serial").trim()}`)).toBe(nextSerial + 1n);
  });

  it("is served by puppetserver again, to the same agents", LONG, async () => {
    await fleet.old.start();
    for (const short of ["kept", "pending", "cleaned"]) expect(await asNode(short), short).toBe(200);
    // It ends those in TLS.
    for (const short of ["revoked", "later"]) expect(await asNode(short), short).not.toBe(200);
    const pending = await fleet.agentOf("pending").ssl("verify");
    expect(pending.code, pending.out).toBe(0);
  });
});
