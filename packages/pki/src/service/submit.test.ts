import type { AutosignPolicy } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { type CsrParts, csr, dns, extension, keys, puppetExtension } from "../csr.test.helper.js";
import { boolean, sequence } from "../der/write.js";
import { good } from "../sample-requests.test.helper.js";
import { failure, issued, NAME, started, submit, verify } from "./world.test.helper.js";

const everything: AutosignPolicy = { rules: [{ kind: "all", name: "lab" }] };
const other = keys("rsa 2048 other");
/** What no setting and no operator makes good. */
const bad: [string, CsrParts, RegExp][] = [
  [
    "foreign extensions",
    { extensions: [puppetExtension("1.2.3", "x")] },
    /^request-malformed: .*not permitted: 1\.2\.3$/,
  ],
  ["CA:TRUE", { extensions: [extension("2.5.29.19", sequence(boolean(true)))] }, /not permitted: 2\.5\.29\.19$/],
  ["a wildcard", { extensions: [dns("*.example.org")] }, /^request-malformed: .*contains a wildcard/],
  [
    "pp_cli_auth",
    { extensions: [puppetExtension("1.3.6.1.4.1.34380.1.3.39", "true")] },
    /not permitted: .*\.1\.3\.39$/,
  ],
  ["another's key", { signer: other }, /^request-malformed: .*does not correspond to the signing key/],
  ["a weak key", { keys: keys("rsa 1024") }, /^request-malformed: The key is too weak/],
];
const requested = `conflict: ${NAME} already has a requested certificate; ignoring certificate request`;
const signed = `conflict: ${NAME} already has a signed certificate; ignoring certificate request`;
const revoked = `conflict: ${NAME} already has a revoked certificate; ignoring certificate request`;

describe("a request without autosign", () => {
  it("waits, and is there as it came", async () => {
    const at = await started();
    expect(await submit(at)).toBe("pending");
    expect(await at.puppet.request(NAME)).toBe(csr({ names: [NAME] }));
    expect(await at.puppet.status(NAME)).toMatchObject({
      state: "requested",
      request: { name: NAME, profile: "puppet", from: "192.0.2.9", note: "no rule", altNames: [], extensions: {} },
    });
    expect([await at.puppet.certificate(NAME), at.signing.count]).toEqual([undefined, 0]);
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
    expect(await at.puppet.statuses()).toEqual([]);
  });

  it("is stored with what a setting could allow", async () => {
    const at = await started();
    expect(await submit(at, { extensions: [dns("alias")] })).toBe("pending");
  });

  it.each(bad)("leaves nothing with %s, which nobody could sign", async (_what, parts, says) => {
    const at = await started();
    expect(await failure(submit(at, parts))).toMatch(says);
    expect(await at.puppet.status(NAME)).toBeUndefined();
    expect(await submit(at)).toBe("pending");
  });

  it("that is none is refused before anything is asked", async () => {
    const at = await started();
    const sent = { name: NAME, csr: Buffer.from("hello"), from: null };
    expect(await failure(at.puppet.submit(sent))).toBe("request-malformed: The certificate request is not PEM.");
    expect(at.store.calls).toEqual([]);
    expect(await failure(submit(at, { name: "x".repeat(8_000) }))).toBe(
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
    expect(await at.puppet.request(NAME)).toBeUndefined();
    const pem = (await at.puppet.certificate(NAME)) ?? "";
    expect(await verify(at, pem)).toBe("c: OK");
    expect(await at.puppet.status(NAME)).toMatchObject({
      state: "signed",
      certificate: { serial: "0001", issuedBy: "autosign: lab" },
    });
    expect(await failure(submit(at))).toBe(signed);
    expect(await failure(submit(at, { keys: other }))).toBe(signed);
  });

  it.each([
    ["alternative names", { extensions: [dns("alias")] }, /extra subject alternative names/],
    ["authorization", { extensions: [puppetExtension("1.3.6.1.4.1.34380.1.3.13", "x")] }, /authorization extension/],
  ])("is refused for %s, and stays for an operator to see", async (_what, parts, says) => {
    const at = await started();
    at.policy = everything;
    const said = await failure(submit(at, parts));
    expect(said).toMatch(/^request-malformed: /);
    expect(said).toMatch(says);
    expect(await at.puppet.status(NAME)).toMatchObject({
      state: "requested",
      request: { note: expect.stringMatching(says) },
    });
    expect(at.signing.count).toBe(0);
  });

  it.each(bad)("leaves nothing with %s, whatever the rules say", async (_what, parts, says) => {
    const at = await started();
    at.policy = everything;
    expect(await failure(submit(at, parts))).toMatch(says);
    expect(await at.puppet.status(NAME)).toBeUndefined();
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
    expect(await at.puppet.status(NAME)).toMatchObject({
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
    expect(await at.puppet.status(NAME)).toMatchObject({ request: { note: "no rule matches (one: another name)" } });
    await failure(submit(at));
    expect(at.store.calls.filter((call) => call.startsWith("noteRequest"))).toHaveLength(1);
  });

  it("is never signed by a rule for a name that agents know the gateway by", async () => {
    const at = await started({ settings: { ownNames: ["puppet"], allowSubjectAltNames: true } });
    at.policy = { rules: [...everything.rules, { kind: "all", name: "theirs", profile: "inventory" }] };
    expect(await submit(at, { name: "puppet" })).toBe("pending");
    expect(await submit(at, { extensions: [dns("alias", "Puppet")] })).toBe("pending");
    expect(await submit(at, { name: "puppet", profile: "inventory" })).toBe("pending");
    expect(await submit(at, { name: "Puppet", profile: "inventory" })).toBe("pending");
    expect(await submit(at, { name: "web02", extensions: [dns("alias")] })).toBe("signed");
    expect(await failure(at.puppet.sign("puppet", { by: "admin" }))).toMatch(/^conflict: /);
    await at.puppet.sign("puppet", { by: "admin", gatewayName: true });
    expect(await at.puppet.status("puppet")).toMatchObject({ state: "signed" });
  });

  it("leaves nothing of who looked before another was given the name, and comes after", async () => {
    const at = await started();
    at.policy = everything;
    // The other one goes all its way between this one's look and its request.
    at.store.before("addRequest", async () => {
      await submit(at, { keys: other });
    });
    expect(await failure(submit(at))).toBe(signed);
    expect(await at.store.requests()).toEqual([]);
    expect(await at.store.all()).toHaveLength(1);
  });

  it("is never signed by a rule for a name in another gateway's certificate", async () => {
    const at = await started({ settings: { allowSubjectAltNames: true } });
    at.policy = everything;
    const altNames = ["gate-c.example.org", "Puppet-C.example.org", "192.0.2.7"];
    await at.authority.of("server").generate({ name: "gate-c.example.org", altNames, extensions: {}, by: "gateway" });
    expect(await submit(at, { name: "puppet-c.example.org" })).toBe("pending");
    expect(await submit(at, { name: "san1", extensions: [dns("gate-c.example.org")] })).toBe("pending");
    expect(await submit(at, { name: "web02" })).toBe("signed");
  });

  it.each(["operator", "server"] as const)("never makes an administrator: %s", async (profile) => {
    const at = await started();
    // No check lets such a rule through; should one get in all the same, it signs nothing.
    at.policy = { rules: [...everything.rules, { kind: "all", name: "smuggled", profile: profile as "puppet" }] };
    expect(await submit(at, { profile })).toBe("pending");
  });

  it("makes an inventory certificate of an inventory request", async () => {
    const at = await started();
    at.policy = { rules: [{ kind: "all", name: "theirs", profile: "inventory" }] };
    const name = "Web01-2026-11-20-19-38-35";
    expect(await submit(at, { name, profile: "inventory" })).toBe("signed");
    expect(await at.authority.of("inventory").status(name)).toMatchObject({ certificate: { profile: "inventory" } });
    expect(await at.puppet.status(name)).toBeUndefined();
  });

  it("is signed by the rules of its profile only", async () => {
    const at = await started();
    at.policy = { rules: [{ kind: "all", name: "theirs", profile: "inventory" }] };
    expect(await submit(at)).toBe("pending");
    at.policy = { rules: [{ kind: "all", name: "ours" }] };
    expect(await submit(at, { name: "host-1", profile: "inventory" })).toBe("pending");
    expect(await submit(at)).toBe("signed");
  });

  it.each(["signed", "requested", "revoked"])("does not mind that another profile has the name: %s", async (state) => {
    const at = await started();
    await submit(at, { profile: "inventory" });
    const inventory = at.authority.of("inventory");
    if (state !== "requested") await inventory.sign(NAME, { by: "admin" });
    if (state === "revoked") await inventory.revoke(NAME, "admin");
    at.policy = everything;
    expect(await submit(at)).toBe("signed");
    expect(await at.puppet.status(NAME)).toMatchObject({ state: "signed", certificate: { profile: "puppet" } });
    expect(await inventory.status(NAME)).toMatchObject({ state });
  });

  it("is written down with its rule", async () => {
    const at = await started();
    at.policy = everything;
    await submit(at);
    expect(await at.audited()).toMatchObject([
      {
        actor: "autosign: lab",
        action: "ca.sign",
        subject: NAME,
        detail: { profile: "puppet", serial: "0001" },
      },
    ]);
  });
});

describe("duplicates, where they are allowed", () => {
  it("replace what waits, and stand beside what is signed", async () => {
    const at = await started({ settings: { allowDuplicates: true } });
    await submit(at);
    expect(await submit(at, { keys: other })).toBe("pending");
    await at.puppet.sign(NAME, { by: "admin" });
    const first = (await at.puppet.certificate(NAME)) ?? "";
    at.policy = everything;
    expect(await submit(at, { keys: keys("rsa 2048") })).toBe("signed");
    const second = (await at.puppet.certificate(NAME)) ?? "";
    expect(second).not.toBe(first);
    expect([await verify(at, first), await verify(at, second)]).toEqual(["c: OK", "c: OK"]);
  });

  it("are what puppetserver refuses otherwise, revoked ones too", async () => {
    const at = await started();
    await issued(at);
    await at.puppet.revoke(NAME, "admin");
    expect(await failure(submit(at, { keys: other }))).toBe(revoked);
    await at.puppet.clean([NAME], "admin");
    expect(await submit(at, { keys: other })).toBe("pending");
  });
});

describe("requests", () => {
  it("can be deleted", async () => {
    const at = await started();
    await submit(at);
    expect([await at.puppet.deleteRequest(NAME, "admin"), await at.puppet.deleteRequest(NAME, "admin")]).toEqual([
      true,
      false,
    ]);
    expect(await at.puppet.request(NAME)).toBeUndefined();
  });

  it("are stored without what was around them", async () => {
    const at = await started();
    await at.puppet.submit({ name: NAME, csr: Buffer.from(good.replaceAll("\n", "\r\n")), from: null });
    expect(await at.puppet.request(NAME)).toBe(good);
  });

  it("are no more than may wait, of all profiles, and what a rule signs does not wait", async () => {
    const at = await started({ settings: { mostRequests: 2 } });
    await submit(at);
    await submit(at, { name: "host-1", profile: "inventory" });
    const full = "overloaded: Too many certificate requests wait to be signed.";
    expect(await failure(submit(at, { name: "web02" }))).toBe(full);
    await expect(submit(at, { name: "web02" })).rejects.toMatchObject({ retryAfterSeconds: 120 });
    expect(await at.puppet.request("web02")).toBeUndefined();
    // Who waits already is told so, and has its turn.
    expect(await failure(submit(at))).toBe(requested);
    at.policy = everything;
    expect(await submit(at, { name: "web02" })).toBe("signed");
    expect(await failure(submit(at, { name: "web03", extensions: [dns("alias")] }))).toMatch(
      /^request-malformed: .*extra/,
    );
    expect(await submit(at)).toBe("signed");
    at.policy = { rules: [] };
    expect(await submit(at, { name: "web03" })).toBe("pending");
  });

  it("are stored with their intent where there is no room, so that a crash leaves something to sign", async () => {
    const at = await started({ settings: { mostRequests: 0 } });
    at.policy = everything;
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(submit(at)).rejects.toThrow();
    expect(await at.puppet.request(NAME)).toBe(csr({ names: [NAME] }));
    await at.store.age(61);
    expect(await submit(at)).toBe("signed");
  });
});
