import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { extensionsOf, profileOf } from "../peer.js";
import { failure, issued, NAME, started, submit, verify } from "./world.test.helper.js";

const asked = { name: NAME, altNames: [], extensions: {}, by: "admin" } as const;

describe("generating", () => {
  it("gives a key with its certificate, and keeps the key nowhere", async () => {
    const at = await started();
    const extensions = { pp_role: "web", "1.3.6.1.4.1.34380.1.2.7": "ü", pp_cli_auth: "true" };
    const { certificate, key } = await at.puppet.generate({
      ...asked,
      altNames: ["alias", "IP:192.0.2.7"],
      extensions,
    });
    const read = new X509Certificate(certificate);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n[\s\S]*\n-----END PRIVATE KEY-----\n$/);
    expect(read.subjectAltName).toBe(`IP Address:192.0.2.7, DNS:alias, DNS:${NAME}`);
    expect([extensionsOf(read.raw), profileOf(read.raw)]).toEqual([extensions, "puppet"]);
    expect(await verify(at, certificate)).toBe("c: OK");
    expect(JSON.stringify(await at.store.all()) + at.log.join()).not.toContain("PRIVATE KEY");
  });

  it.each([
    ["rsa-2048", "rsa", 2048],
    ["rsa-4096", "rsa", 4096],
    ["ec-p256", "ec", undefined],
  ] as const)("makes the key that is set: %s", async (leafKey, type, bits) => {
    const at = await started({ settings: { leafKey } });
    const key = createPrivateKey((await at.puppet.generate(asked)).key);
    expect([key.asymmetricKeyType, key.asymmetricKeyDetails?.modulusLength]).toEqual([type, bits]);
  });

  it("makes an operator of the profile, not of what is asked", async () => {
    const at = await started();
    const { certificate } = await at.authority.of("operator").generate({ ...asked, name: "admin" });
    const { raw } = new X509Certificate(certificate);
    expect([profileOf(raw), extensionsOf(raw)]).toEqual(["operator", { pp_cli_auth: "true" }]);
  });

  it.each([
    [{ name: "Web01" }, "name-invalid: Certificate names must be lower case."],
    [{ name: "../x" }, "name-invalid: Subject hostname format is invalid"],
    [{ altNames: ["*.example.org"] }, "name-invalid: This is neither a DNS name nor an address: *.example.org"],
    [{ altNames: ["DNS:192.0.2.7"] }, "name-invalid: This is neither a DNS name nor an address: DNS:192.0.2.7"],
    [{ altNames: ["a\nb"] }, "name-invalid: This is neither a DNS name nor an address: a?b"],
    [{ extensions: { pp_nothing: "x" } }, "request-malformed: This extension cannot be issued: pp_nothing"],
    [{ extensions: { "2.5.29.19": "x" } }, "request-malformed: This extension cannot be issued: 2.5.29.19"],
    [{ extensions: { pp_role: "a\0b" } }, "request-malformed: This extension cannot be issued: pp_role"],
    [{ extensions: { pp_role: "\ud800" } }, "request-malformed: This extension cannot be issued: pp_role"],
  ])("is not of %j", async (said, says) => {
    const at = await started();
    expect(await failure(at.puppet.generate({ ...asked, ...said }))).toBe(says);
    expect(await at.store.all()).toEqual([]);
  });

  it("needs a free name", async () => {
    const at = await started();
    await submit(at);
    expect(await failure(at.puppet.generate(asked))).toMatch(/already has a requested certificate/);
    await at.puppet.sign(NAME, { by: "admin" });
    expect(await failure(at.puppet.generate(asked))).toMatch(/already has a signed certificate/);
    await at.puppet.revoke(NAME, "admin");
    expect(await failure(at.puppet.generate(asked))).toMatch(/already has a revoked certificate/);
  });

  const server = { ...asked, name: "gate.example.org", altNames: ["puppet"] } as const;

  it("gives each replica a server certificate of its own, whatever waits under the name", async () => {
    const at = await started();
    const servers = at.authority.of("server");
    await submit(at, { name: server.name });
    await submit(at, { name: server.name, profile: "server" });
    const one = await servers.generate(server);
    const two = await servers.generate({ ...server, altNames: ["other"] });
    expect([await verify(at, one.certificate), await verify(at, two.certificate)]).toEqual(["c: OK", "c: OK"]);
    expect(await servers.statuses()).toMatchObject([{ certificate: { serial: "0002" } }]);
    expect(await at.puppet.statuses()).toMatchObject([{ state: "requested" }]);
  });

  it("makes one for a node of a name that other profiles have, and they keep theirs", async () => {
    const at = await started();
    const own = await at.authority.of("server").generate(server);
    const theirs = await issued(at, { name: server.name, profile: "inventory" });
    await submit(at, { name: server.name, profile: "operator" });
    const { certificate } = await at.puppet.generate({ ...asked, name: server.name });
    expect(await at.puppet.certificate(server.name)).toBe(certificate);
    expect(await at.authority.of("server").certificate(server.name)).toBe(own.certificate);
    expect(await at.authority.of("inventory").certificate(server.name)).toBe(theirs);
    expect(await at.authority.of("operator").status(server.name)).toMatchObject({ state: "requested" });
  });

  it("leaves a node on the gateway's host its certificate, where an operator signs it", async () => {
    const at = await started();
    at.policy = { rules: [{ kind: "all", name: "lab" }] };
    await at.authority.of("server").generate(server);
    expect(await submit(at, { name: server.name })).toBe("pending");
    expect(await at.puppet.status(server.name)).toMatchObject({
      request: { note: "a name is the gateway's own: only an operator signs it" },
    });
    expect(await failure(at.puppet.sign(server.name, { by: "admin" }))).toMatch(/^conflict: A name is one that agents/);
    await at.puppet.sign(server.name, { by: "admin", gatewayName: true });
    const node = await at.puppet.certificate(server.name);
    await at.authority.of("server").generate(server);
    expect(await at.puppet.certificate(server.name)).toBe(node);
  });

  it("is written down, with who asked for it and without the key", async () => {
    const at = await started();
    await at.authority.of("operator").generate({ ...asked, name: "jo" });
    expect(await at.audited()).toMatchObject([
      { action: "ca.generate", actor: "admin", subject: "jo", detail: { profile: "operator", serial: "0001" } },
    ]);
    expect(JSON.stringify(await at.audited())).not.toContain("PRIVATE");
  });
});
