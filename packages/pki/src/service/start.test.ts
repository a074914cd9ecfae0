import type { ImportedAuthority } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { readCertificates } from "../certificate.js";
import { keys } from "../csr.test.helper.js";
import { signInThread } from "../signing/thread.js";
import { failure, issued, ready, started, submit, verify, world } from "./world.test.helper.js";

const pemOf = (kind: string) => keys(kind).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

async function startedOn(change: (made: ImportedAuthority) => Partial<ImportedAuthority["authority"]>) {
  const made = await ready();
  const at = await world();
  await at.store.found({ ...made, authority: { ...made.authority, ...change(made) } });
  return at;
}

describe("the start", () => {
  it("makes an authority where there is none, and loads it the next time", async () => {
    const at = await world();
    await at.authority.start();
    expect(await verify(at, await issued(at))).toBe("c: OK");
    const later = await world({ beside: at });
    await later.authority.start();
    expect(await later.authority.caBundle()).toEqual(await at.authority.caBundle());
    expect(at.store.calls.filter((call) => call === "found")).toHaveLength(1);
    expect(later.authority.ready()).toBe(true);
  });

  it("makes a self-signed one where that is set", async () => {
    const at = await world({ settings: { selfSigned: true } });
    await at.authority.start();
    const pem = await issued(at);
    expect([readCertificates((await at.authority.caBundle()).pem).length, await verify(at, pem)]).toEqual([1, "c: OK"]);
    expect(readCertificates(pem)[0]?.serial).toBe(2n);
  });

  it("of two replicas at once makes one", async () => {
    const one = await world();
    const two = await world({ beside: one });
    await Promise.all([one.authority.start(), two.authority.start()]);
    expect(await one.authority.caBundle()).toEqual(await two.authority.caBundle());
    expect(await verify(two, await issued(one))).toBe("c: OK");
  });

  it("signs on a thread as well as here", async () => {
    const { sign, close } = signInThread();
    const at = await world({ deps: { sign } });
    await at.authority.start();
    const pem = await issued(at);
    await at.puppet.revoke("web01.example.org", "admin");
    expect(await verify(at, pem)).toBe("certificate revoked");
    await close();
  });

  it.each([
    [
      "another key",
      () => ({ key: pemOf("rsa 2048") }),
      "The key of Puppet CA: gate.example.org is not the one of its certificate.",
    ],
    ["no key", () => ({ key: "secret" }), "The key of Puppet CA: gate.example.org is not the one of its certificate."],
    [
      "another root key",
      () => ({ rootKey: pemOf("rsa 2048") }),
      /^The key of Puppet Root CA: [0-9a-f]+ is not the one/,
    ],
    ["no chain", () => ({ chain: "" }), "The authority has no certificate."],
    ["a broken chain", () => ({ chain: "-----BEGIN CERT" }), "The authority's chain cannot be read."],
    [
      "a chain upside down",
      ({ authority }: ImportedAuthority) => {
        const [signing, root] = readCertificates(authority.chain);
        return { chain: `${root?.pem}${signing?.pem}` };
      },
      /^The authority's chain is broken: Puppet Root CA: .* was not issued by Puppet CA: gate/,
    ],
  ])("is refused with %s, and says nothing of the key", async (_what, change, says) => {
    const at = await startedOn(change);
    const said = await failure(at.authority.start());
    expect(said).toMatch(/^start-refused: /);
    if (typeof says === "string") expect(said).toBe(`start-refused: ${says}`);
    else expect(said.replace("start-refused: ", "")).toMatch(says);
    expect(at.authority.trust()).toBeUndefined();
  });

  it("is refused with a chain that begins with a leaf", async () => {
    const at = await started();
    const { certificate, key } = await at.authority.of("server").generate({
      name: "leaf",
      altNames: [],
      extensions: {},
      by: "admin",
    });
    const later = await startedOn(({ authority }) => ({ chain: certificate + authority.chain, key }));
    expect(await failure(later.authority.start())).toBe(
      "start-refused: The authority's chain holds a certificate that is no CA: leaf.",
    );
  });

  it("passes on what the store cannot do", async () => {
    const at = await world();
    at.store.failNext("found", new Error("gone"));
    await expect(at.authority.start()).rejects.toThrow("gone");
  });
});

describe("what others ask", () => {
  it("gives peer identity the issuer, the same as long as it is the same", async () => {
    const at = await started();
    const trust = at.authority.trust();
    await issued(at);
    await at.authority.refresh();
    expect(at.authority.trust()).toBe(trust);
    expect(trust?.certificates.map(({ subject }) => subject)).toEqual(["CN=Puppet CA: gate.example.org"]);
  });

  it("lists what waits, what is signed, what is revoked", async () => {
    const at = await started();
    await issued(at, { name: "web02" });
    await issued(at, { name: "web01" });
    await issued(at, { name: "Host-2026", profile: "inventory" });
    await at.puppet.revoke("web01", "admin");
    await submit(at, { name: "web03" });
    const listed = async (...state: Parameters<typeof at.puppet.statuses>) =>
      (await at.puppet.statuses(...state)).map(
        (each) => `${each.state} ${each.state === "requested" ? each.request.name : each.certificate.name}`,
      );
    expect(await listed()).toEqual(["requested web03", "revoked web01", "signed web02"]);
    expect(await listed("requested")).toEqual(["requested web03"]);
    expect(await listed("signed")).toEqual(["signed web02"]);
    expect(await listed("revoked")).toEqual(["revoked web01"]);
    expect(await at.authority.of("inventory").statuses("signed")).toHaveLength(1);
    expect(await at.authority.of("operator").statuses()).toEqual([]);
  });

  it("lists each name once, its newest, and nothing that was cleaned", async () => {
    const at = await started({ settings: { autoRenewal: true } });
    const pem = await issued(at, { name: "web01" });
    await at.puppet.renew({ pem, serial: "0001" });
    await issued(at, { name: "web02" });
    await at.puppet.clean(["web02"], "admin");
    expect(await at.puppet.statuses()).toMatchObject([
      { state: "signed", certificate: { name: "web01", serial: "0002" } },
    ]);
  });

  it("lists a serial that was taken where there is nothing else, so that it can be revoked by its name", async () => {
    const at = await started();
    await issued(at, { name: "web01" });
    const intent = { profile: "puppet", by: "x", others: "keep", notAfter: new Date(0) } as const;
    for (const name of ["web01", "half", "half"]) await at.store.intend({ ...intent, name });
    await at.store.intend({ ...intent, name: "gone" });
    expect(await at.puppet.forget("gone", "admin")).toBe(true);
    expect(await at.puppet.statuses("signed")).toMatchObject([
      { state: "signed", certificate: { name: "half", fingerprints: null, pem: null } },
      { state: "signed", certificate: { name: "web01", serial: "0001" } },
    ]);
    expect([await at.puppet.certificate("half"), await at.puppet.status("half")]).toEqual([undefined, undefined]);
    expect((await at.authority.interrupted()).map(({ serial }) => serial)).toEqual(["0005", "0003", "0004", "0002"]);
    await at.puppet.revoke("half", "admin");
    expect((await at.authority.interrupted()).map(({ serial }) => serial)).toEqual(["0005", "0002"]);
    expect(await at.puppet.statuses()).toHaveLength(1);
  });

  it("lists thousands, page by page", async () => {
    const at = await started();
    await at.store.db.run(
      `insert into certificates (serial, name, profile, state, issued_by)
       select n, 'n' || n, 'puppet', 'intended', 'x' from generate_series(1, 1200) n`,
    );
    expect(await at.puppet.statuses()).toHaveLength(1200);
    expect(await at.authority.interrupted()).toHaveLength(1200);
  });
});
