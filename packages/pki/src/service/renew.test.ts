import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readCertificates } from "../certificate.js";
import { attribute, dns, puppetExtension } from "../csr.test.helper.js";
import { utf8 } from "../der/write.js";
import { Oid } from "../oids.js";
import { toPem } from "../pem.js";
import { signerOf } from "../puppet-ca/folder.test.helper.js";
import { failure, issued, NAME, ready, serialIn, started, verify, world } from "./world.test.helper.js";

const on = { settings: { autoRenewal: true, allowSubjectAltNames: true, allowAuthorizationExtensions: true } };
const presented = (pem: string) => ({ pem, serial: new X509Certificate(pem).serialNumber });

describe("renewal", () => {
  it("keeps key, names and extensions, has new dates, and leaves the old one valid", async () => {
    const at = await started(on);
    const extensions = [
      dns("alias"),
      puppetExtension("1.3.6.1.4.1.34380.1.1.13", "wéb"),
      puppetExtension("1.3.6.1.4.1.34380.1.3.13", "admins"),
    ];
    const old = await issued(at, { extensions, attributes: [attribute(Oid.autoRenew, utf8("true"))] });
    at.pass(60 * 86_400);
    const fresh = await at.puppet.renew(presented(old));
    const [before, after] = [old, fresh].map((pem) => readCertificates(pem)[0]);
    expect(after?.spki).toEqual(before?.spki);
    expect(after?.extensions).toEqual(before?.extensions);
    expect([after?.name, after?.serial]).toEqual([NAME, 2n]);
    expect(Math.abs((after?.notAfter.getTime() ?? 0) - at.clock.now().getTime() - 90 * 86_400_000)).toBeLessThan(
      30_000,
    );
    expect([await verify(at, old), await verify(at, fresh)]).toEqual(["c: OK", "c: OK"]);
    expect(await at.puppet.certificate(NAME)).toBe(fresh);
    expect(await at.puppet.status(NAME)).toMatchObject({
      certificate: {
        issuedBy: "renewal of 0001",
        altNames: ["DNS:alias", `DNS:${NAME}`],
        extensions: { pp_role: "wéb", pp_auth_role: "admins" },
      },
    });
  });

  it("keeps the profile", async () => {
    const at = await started(on);
    const name = "Web01-2026-11-20-19-38-35";
    const inventory = at.authority.of("inventory");
    const old = await issued(at, { name, profile: "inventory" });
    await inventory.renew(presented(old));
    expect(await inventory.status(name)).toMatchObject({ certificate: { profile: "inventory", serial: "0002" } });
  });

  it("is forbidden to one of another profile", async () => {
    const at = await started(on);
    const theirs = await issued(at, { profile: "inventory" });
    await issued(at);
    expect(await failure(at.puppet.renew(presented(theirs)))).toBe(
      "forbidden: The certificate is not one that this authority knows.",
    );
    expect(await at.store.all()).toHaveLength(2);
  });

  it("is not found where it is off", async () => {
    const at = await started();
    expect(await failure(at.puppet.renew(presented(await issued(at))))).toBe("not-found: Not Found");
  });

  it("is forbidden to a revoked one, also where this replica has not heard of it", async () => {
    const at = await started(on);
    const pem = await issued(at);
    await at.store.revoke({ names: [NAME], profile: "puppet" }, "another replica");
    expect(at.authority.isRevoked(serialIn(pem))).toBe(false);
    expect(await failure(at.puppet.renew(presented(pem)))).toBe("forbidden: The certificate is revoked.");
  });

  it("is forbidden to one that has ended, or was taken out of its name's way", async () => {
    const at = await started(on);
    const pem = await issued(at);
    await issued(at, { name: "web02" });
    const other = (await at.puppet.certificate("web02")) ?? "";
    await at.puppet.forget("web02", "admin");
    expect(await failure(at.puppet.renew(presented(other)))).toMatch(/^forbidden: .* out of its name's way/);
    at.pass(5 * 365 * 86_400 + 1);
    expect(await failure(at.puppet.renew(presented(pem)))).toBe("forbidden: The certificate has ended.");
  });

  it("is forbidden to another authority's, and to the authority itself", async () => {
    const at = await started(on);
    const elsewhere = await world(on);
    await elsewhere.authority.start();
    const foreign = await issued(elsewhere);
    await issued(at);
    expect(await failure(at.puppet.renew(presented(foreign)))).toBe(
      "forbidden: The certificate was not issued by this authority.",
    );
    const [ca] = readCertificates((await at.authority.caBundle()).pem);
    expect(await failure(at.puppet.renew(presented(ca?.pem ?? "")))).toMatch(/^forbidden/);
  });

  it("is forbidden to one that our key signed and our store does not know", async () => {
    const at = await started(on);
    await issued(at);
    const { leaf } = signerOf(await ready());
    for (const serial of [1n, 99n]) {
      const pem = await leaf(serial, NAME);
      expect(await verify(at, pem)).toBe("c: OK");
      expect(await failure(at.puppet.renew(presented(pem)))).toBe(
        "forbidden: The certificate is not one that this authority knows.",
      );
    }
  });

  it("is forbidden to one whose serial is another's, or that was changed", async () => {
    const at = await started(on);
    const pem = await issued(at);
    expect(await failure(at.puppet.renew({ pem, serial: "0002" }))).toMatch(/^forbidden/);
    const der = Buffer.from(new X509Certificate(pem).raw);
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    expect(await failure(at.puppet.renew({ pem: toPem("CERTIFICATE", der), serial: "0001" }))).toMatch(/^forbidden/);
  });

  it.each(["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])(
    "needs a certificate: %j",
    async (pem) => {
      const at = await started(on);
      expect(await failure(at.puppet.renew({ pem, serial: "0001" }))).toMatch(/^request-malformed/);
    },
  );

  it("takes one certificate, not two", async () => {
    const at = await started(on);
    const pem = await issued(at);
    expect(await failure(at.puppet.renew({ pem: pem + pem, serial: "0001" }))).toBe(
      "request-malformed: One certificate must be presented.",
    );
  });
});
