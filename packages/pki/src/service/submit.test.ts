import { describe, expect, it } from "vitest";
import type { AutosignPolicy, TokenRule } from "../autosign/policy.js";
import { tokenHash } from "../autosign/token.js";
import { attribute, csr, dns, keys, puppetExtension } from "../csr.test.helper.js";
import { utf8 } from "../der/write.js";
import { Oid } from "../oids.js";
import { good } from "../zoo.test.helper.js";
import { failure, issued, NAME, serialIn, started, submit, verify } from "./world.test.helper.js";

const everything: AutosignPolicy = { rules: [{ kind: "all", name: "lab" }] };
const secret = "correct horse";
const password = attribute(Oid.challengePassword, utf8(secret));
const token: TokenRule = { kind: "token", name: "tokens", id: "t1", sha256: tokenHash(secret) };
const other = keys("rsa 2048 other");
const requested = `conflict: ${NAME} already has a requested certificate; ignoring certificate request`;
const signed = `conflict: ${NAME} already has a signed certificate; ignoring certificate request`;
const revoked = `conflict: ${NAME} already has a revoked certificate; ignoring certificate request`;

describe("a request without autosign", () => {
  it("waits, and is there as it came", async () => {
    const at = await started();
    expect(await submit(at)).toBe("pending");
    expect(await at.authority.request(NAME)).toBe(csr({ names: [NAME] }));
    expect(await at.authority.status(NAME)).toMatchObject({
      state: "requested",
      request: { name: NAME, profile: "puppet", from: "192.0.2.9", note: "no rule", altNames: [], extensions: {} },
    });
    expect([await at.authority.certificate(NAME), at.signing.count]).toEqual([undefined, 0]);
  });

  it("is turned away the second time, in the words that agents wait with", async () => {
    const at = await started();
    await submit(at);
    expect(await failure(submit(at))).toBe(requested);
    expect(await failure(submit(at, { keys: other }))).toBe(requested);
    expect(at.store.calls.filter((call) => call.startsWith("noteRequest"))).toHaveLength(1);
  });

  it.each([
    [
      "a name of another",
      { names: ["b"], name: "a" },
      'request-malformed: Instance name "b" does not match requested key "a"',
    ],
    ["capitals", { name: "Web01" }, "request-malformed: Certificate names must be lower case."],
    [
      "a weak key",
      { keys: keys("rsa 1024") },
      "request-malformed: The key is too weak: RSA 1024, at least RSA 2048 is needed.",
    ],
    [
      "SHA-1",
      { hash: "sha1" },
      "request-malformed: The request is signed with a broken digest: sha1WithRSAEncryption.",
    ],
  ])("is not stored with %s", async (_what, parts, says) => {
    const at = await started();
    expect(await failure(submit(at, parts))).toBe(says);
    expect(await at.authority.statuses({})).toEqual([]);
  });

  it("is stored with what only a signature would be refused for", async () => {
    const at = await started();
    expect(await submit(at, { extensions: [dns("alias")] })).toBe("pending");
    expect(await submit(at, { name: "web02", signer: other })).toBe("pending");
  });

  it("that is none is refused before anything is asked", async () => {
    const at = await started();
    const sent = { name: NAME, csr: Buffer.from("hello"), profile: "puppet", from: null } as const;
    expect(await failure(at.authority.submit(sent))).toBe("request-malformed: The certificate request is not PEM.");
    expect(at.store.calls).toEqual([]);
    expect(await failure(submit(at, { name: "x".repeat(40_000) }))).toBe(
      "request-malformed: Subject hostname format is invalid",
    );
    expect(at.store.calls).toEqual([]);
  });

  it("is checked for duplicates by its own name, before its subject", async () => {
    const at = await started();
    await submit(at);
    expect(await failure(submit(at, { names: [NAME], name: "another", keys: other }))).toBe(requested);
  });

  it("of two at once is stored once", async () => {
    const at = await started();
    const both = await Promise.allSettled([submit(at), submit(at, { keys: other })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("a request with autosign", () => {
  it("is signed, and is gone", async () => {
    const at = await started();
    at.policy = everything;
    expect(await submit(at)).toBe("signed");
    expect(await at.authority.request(NAME)).toBeUndefined();
    const pem = (await at.authority.certificate(NAME)) ?? "";
    expect(await verify(at, pem)).toBe("c: OK");
    expect(await at.authority.status(NAME)).toMatchObject({
      state: "signed",
      certificate: { serial: "0001", issuedBy: "autosign: lab" },
    });
    expect(await failure(submit(at))).toBe(signed);
    expect(await failure(submit(at, { keys: other }))).toBe(signed);
  });

  it.each([
    ["alternative names", { extensions: [dns("alias")] }, /extra subject alternative names/],
    ["authorization", { extensions: [puppetExtension("1.3.6.1.4.1.34380.1.3.13", "x")] }, /authorization extension/],
    ["foreign extensions", { extensions: [puppetExtension("1.2.3", "x")] }, /not permitted: 1\.2\.3$/],
    ["another's key", { signer: other }, /does not correspond to the signing key/],
  ])("is refused for %s, and stays for an operator to see", async (_what, parts, says) => {
    const at = await started();
    at.policy = everything;
    const said = await failure(submit(at, parts));
    expect(said).toMatch(/^request-malformed: /);
    expect(said).toMatch(says);
    expect(await at.authority.status(NAME)).toMatchObject({
      state: "requested",
      request: { note: expect.stringMatching(says) },
    });
    expect(at.signing.count).toBe(0);
  });

  it("takes what settings allow into the certificate", async () => {
    const at = await started({ settings: { allowSubjectAltNames: true, allowAuthorizationExtensions: true } });
    at.policy = everything;
    await submit(at, {
      extensions: [
        dns("alias"),
        puppetExtension("1.3.6.1.4.1.34380.1.3.13", "admins"),
        puppetExtension("1.3.6.1.4.1.34380.1.1.13", "web"),
      ],
    });
    expect(await at.authority.status(NAME)).toMatchObject({
      certificate: { altNames: ["DNS:alias", `DNS:${NAME}`], extensions: { pp_auth_role: "admins", pp_role: "web" } },
    });
  });

  it("is asked about again when it comes again: a policy may have changed", async () => {
    const at = await started();
    await submit(at);
    at.policy = everything;
    expect(await failure(submit(at, { keys: other }))).toBe(requested);
    expect(await submit(at)).toBe("signed");
  });

  it("says in a note why it was not signed, once", async () => {
    const at = await started();
    at.policy = { rules: [{ kind: "name", name: "one", certname: "db01" }] };
    await submit(at);
    expect(await at.authority.status(NAME)).toMatchObject({ request: { note: "no rule matches (one: another name)" } });
    await failure(submit(at));
    expect(at.store.calls.filter((call) => call.startsWith("noteRequest"))).toHaveLength(1);
  });

  it("is never signed by a rule for a name that agents know the gateway by", async () => {
    const at = await started({ settings: { ownNames: ["puppet"], allowSubjectAltNames: true } });
    at.policy = everything;
    expect(await submit(at, { name: "puppet" })).toBe("pending");
    expect(await submit(at, { extensions: [dns("alias", "puppet")] })).toBe("pending");
    expect(await submit(at, { name: "web02", extensions: [dns("alias")] })).toBe("signed");
    await at.authority.sign("puppet", { by: "admin" });
    expect(await at.authority.status("puppet")).toMatchObject({ state: "signed" });
  });

  it.each(["operator", "server"] as const)("never makes an administrator: %s", async (profile) => {
    const at = await started();
    at.policy = everything;
    expect(await submit(at, { profile })).toBe("pending");
  });

  it("makes an inventory certificate of an inventory request", async () => {
    const at = await started();
    at.policy = everything;
    const name = "Web01-2026-11-20-19-38-35";
    expect(await submit(at, { name, profile: "inventory" })).toBe("signed");
    expect(await at.authority.status(name)).toMatchObject({ certificate: { profile: "inventory" } });
  });

  it("of another profile does not stand in for one that waits", async () => {
    const at = await started();
    await submit(at);
    at.policy = everything;
    expect(await failure(submit(at, { profile: "inventory" }))).toBe(requested);
  });
});

describe("tokens", () => {
  it("sign one of two that race for the last use", async () => {
    const at = await started();
    at.policy = { rules: [token] };
    const both = await Promise.all([
      submit(at, { attributes: [password] }),
      submit(at, { name: "web02", attributes: [password] }),
    ]);
    expect(both.sort()).toEqual(["pending", "signed"]);
  });

  it("are not spent on a request that must not be signed", async () => {
    const at = await started();
    at.policy = { rules: [token] };
    expect(await failure(submit(at, { attributes: [password], signer: other }))).toMatch(/does not correspond/);
    expect(at.tokens.size).toBe(0);
    expect(await submit(at, { name: "web02", attributes: [password] })).toBe("signed");
  });

  it("are not in the certificate", async () => {
    const at = await started();
    at.policy = { rules: [token] };
    await submit(at, { attributes: [password] });
    const pem = (await at.authority.certificate(NAME)) ?? "";
    const der = Buffer.from(pem.replace(/-----.*-----|\n/g, ""), "base64");
    expect(der.includes(secret)).toBe(false);
    expect(JSON.stringify(at.store.all)).not.toContain(secret);
    expect(at.log.join()).not.toContain(secret);
  });
});

describe("a host that was made again", () => {
  const readmits: AutosignPolicy = { rules: [{ ...token, uses: 5, readmit: true }] };
  const again = { keys: other, attributes: [password] };

  it("has its name again with a token, and its old certificate is revoked", async () => {
    const at = await started();
    const old = await issued(at);
    at.policy = readmits;
    expect(await submit(at, again)).toBe("signed");
    const fresh = (await at.authority.certificate(NAME)) ?? "";
    expect(fresh).not.toBe(old);
    expect([await verify(at, old), await verify(at, fresh)]).toEqual(["certificate revoked", "c: OK"]);
    expect(at.told).toEqual([[serialIn(old)]]);
    expect(at.log.join("\n")).toContain("warn: a host takes its name again");
  });

  it("takes it also from one that waits, or was revoked", async () => {
    const at = await started();
    at.policy = readmits;
    await submit(at);
    expect(await submit(at, again)).toBe("signed");
    await at.authority.revoke(NAME, "admin");
    expect(await submit(at, { ...again, keys: keys("rsa 2048 third") })).toBe("signed");
  });

  it("has to wait without the token, or where the rule does not say so", async () => {
    const at = await started();
    await issued(at);
    at.policy = readmits;
    expect(await failure(submit(at, { keys: other }))).toBe(signed);
    at.policy = { rules: [token, { kind: "all", name: "lab" }] };
    expect(await failure(submit(at, again))).toBe(signed);
    expect([at.tokens.size, at.told]).toEqual([0, []]);
  });

  it("is not given the name of a node on the gateway's host", async () => {
    const at = await started();
    await at.authority.generate({ name: NAME, profile: "server", altNames: [], extensions: {}, by: "admin" });
    await issued(at);
    at.policy = readmits;
    expect(await failure(submit(at, again))).toBe(signed);
    expect(at.tokens.size).toBe(0);
  });

  it("is not given the gateway's own name", async () => {
    const at = await started({ settings: { ownNames: [NAME] } });
    await issued(at);
    at.policy = readmits;
    expect(await failure(submit(at, again))).toBe(signed);
  });

  it("loses nothing by a request that must not be signed", async () => {
    const at = await started();
    const old = await issued(at);
    at.policy = readmits;
    expect(await failure(submit(at, { ...again, signer: keys("rsa 2048") }))).toMatch(
      /^request-malformed: CSR contains a public key/,
    );
    expect(await failure(submit(at, { ...again, keys: keys("rsa 1024") }))).toMatch(/too weak/);
    expect(await failure(submit(at, { ...again, name: "other", names: [NAME] }))).toMatch(/does not match/);
    expect([at.tokens.size, await verify(at, old)]).toEqual([0, "c: OK"]);
  });
});

describe("duplicates, where they are allowed", () => {
  it("replace what waits, and stand beside what is signed", async () => {
    const at = await started({ settings: { allowDuplicates: true } });
    await submit(at);
    expect(await submit(at, { keys: other })).toBe("pending");
    await at.authority.sign(NAME, { by: "admin" });
    const first = (await at.authority.certificate(NAME)) ?? "";
    at.policy = everything;
    expect(await submit(at, { keys: keys("rsa 2048") })).toBe("signed");
    const second = (await at.authority.certificate(NAME)) ?? "";
    expect(second).not.toBe(first);
    expect([await verify(at, first), await verify(at, second)]).toEqual(["c: OK", "c: OK"]);
  });

  it("are what puppetserver refuses otherwise, revoked ones too", async () => {
    const at = await started();
    await issued(at);
    await at.authority.revoke(NAME, "admin");
    expect(await failure(submit(at, { keys: other }))).toBe(revoked);
    await at.authority.clean([NAME], "admin");
    expect(await submit(at, { keys: other })).toBe("pending");
  });
});

describe("requests", () => {
  it("can be deleted", async () => {
    const at = await started();
    await submit(at);
    expect([await at.authority.deleteRequest(NAME), await at.authority.deleteRequest(NAME)]).toEqual([true, false]);
    expect(await at.authority.request(NAME)).toBeUndefined();
  });

  it("are stored without what was around them", async () => {
    const at = await started();
    await at.authority.submit({
      name: NAME,
      csr: Buffer.from(good.replaceAll("\n", "\r\n")),
      profile: "puppet",
      from: null,
    });
    expect(await at.authority.request(NAME)).toBe(good);
  });
});
