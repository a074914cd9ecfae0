import type { ImportedAuthority } from "@gatehouse/core/certificates";
import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { readCertificates } from "../certificate.js";
import { keys } from "../csr.test.helper.js";
import { memoryStore } from "../memory-store.test.helper.js";
import { signInThread } from "../signing/thread.js";
import { failure, issued, ready, START, started, submit, verify, world } from "./world.test.helper.js";

const pemOf = (kind: string) => keys(kind).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

async function startedOn(change: (made: ImportedAuthority) => Partial<ImportedAuthority["authority"]>) {
  const clock = fixedClock(START);
  const store = memoryStore(clock);
  const made = await ready();
  await store.found({ ...made, authority: { ...made.authority, ...change(made) } });
  return world({ beside: { store, clock } });
}

describe("the start", () => {
  it("makes an authority where there is none, and loads it the next time", async () => {
    const at = world();
    await at.authority.start();
    expect(await verify(at, await issued(at))).toBe("c: OK");
    const later = world({ beside: at });
    await later.authority.start();
    expect(await later.authority.caBundle()).toEqual(await at.authority.caBundle());
    expect(at.store.calls.filter((call) => call === "found")).toHaveLength(1);
    expect(later.authority.ready()).toBe(true);
  });

  it("makes a self-signed one where that is set", async () => {
    const at = world({ settings: { selfSigned: true } });
    await at.authority.start();
    const pem = await issued(at);
    expect([readCertificates((await at.authority.caBundle()).pem).length, await verify(at, pem)]).toEqual([1, "c: OK"]);
    expect(readCertificates(pem)[0]?.serial).toBe(2n);
  });

  it("of two replicas at once makes one", async () => {
    const one = world();
    const two = world({ beside: one });
    await Promise.all([one.authority.start(), two.authority.start()]);
    expect(await one.authority.caBundle()).toEqual(await two.authority.caBundle());
    expect(await verify(two, await issued(one))).toBe("c: OK");
  });

  it("signs on a thread as well as here", async () => {
    const { sign, close } = signInThread();
    const at = world({ deps: { sign } });
    await at.authority.start();
    const pem = await issued(at);
    await at.authority.revoke("web01.example.org", "admin");
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
    const { certificate, key } = await at.authority.generate({
      name: "leaf",
      profile: "server",
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
    const at = world();
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
    await at.authority.revoke("web01", "admin");
    await submit(at, { name: "web03" });
    const listed = async (filter: Parameters<typeof at.authority.statuses>[0]) =>
      (await at.authority.statuses(filter)).map(
        (each) => `${each.state} ${each.state === "requested" ? each.request.name : each.certificate.name}`,
      );
    expect(await listed({})).toEqual(["requested web03", "signed Host-2026", "revoked web01", "signed web02"]);
    expect(await listed({ state: "requested" })).toEqual(["requested web03"]);
    expect(await listed({ state: "signed" })).toEqual(["signed Host-2026", "signed web02"]);
    expect(await listed({ state: "revoked" })).toEqual(["revoked web01"]);
    expect(await listed({ profile: "puppet", state: "signed" })).toEqual(["signed web02"]);
    expect(await listed({ name: "web01" })).toEqual(["revoked web01"]);
    expect(await listed({ name: "nosuch" })).toEqual([]);
  });

  it("lists each name once, its newest, and nothing that was cleaned", async () => {
    const at = await started({ settings: { autoRenewal: true } });
    const pem = await issued(at, { name: "web01" });
    await at.authority.renew({ pem, serial: "0001" });
    await issued(at, { name: "web02" });
    await at.authority.clean(["web02"], "admin");
    expect(await at.authority.statuses({})).toMatchObject([
      { state: "signed", certificate: { name: "web01", serial: "0002" } },
    ]);
  });

  it("lists thousands, page by page", async () => {
    const at = await started();
    for (let index = 0; index < 1200; index++)
      await at.store.intend({ name: `n${index}`, profile: "puppet", by: "x", besideOthers: false });
    expect(await at.authority.statuses({})).toHaveLength(1200);
    expect(await at.authority.interrupted()).toHaveLength(1200);
  });
});
