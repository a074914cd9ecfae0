import type { RequestIdentity } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { type CsrParts, csr, keys } from "../csr.test.helper.js";
import { failure, started } from "./world.test.helper.js";

const NAME = "Web01-2026-11-20-19-38-35";
const own = keys("rsa 2048");
const other = keys("rsa 2048 other");
const bytes = (parts: CsrParts = {}) => Buffer.from(csr({ names: [NAME], keys: own, ...parts }));

async function inventory() {
  const at = await started();
  const authority = at.authority.of("inventory");
  const standing = async (parts: CsrParts = {}): Promise<RequestIdentity["standing"]> =>
    (await authority.identify(bytes(parts))).standing;
  return { at, authority, standing };
}

describe("who hands in a request", () => {
  it("is told by its name, before and after there is something under it", async () => {
    const { at, authority, standing } = await inventory();
    expect(await authority.identify(bytes())).toEqual({ name: NAME, refusal: null, standing: "none" });
    expect(await authority.submit({ name: NAME, csr: bytes(), from: null })).toBe("pending");
    expect([await standing(), await standing({ keys: other })]).toEqual(["waiting", "taken"]);
    await authority.sign(NAME, { by: "ann" });
    expect([await standing(), await standing({ keys: other })]).toEqual(["issued", "taken"]);
    // Puppet's name is another one.
    expect((await at.puppet.identify(bytes({ names: ["web01"] }))).standing).toBe("none");
    await authority.revoke(NAME, "ann");
    expect([await standing(), await standing({ keys: other })]).toEqual(["revoked", "taken"]);
    await authority.clean([NAME], "ann");
    expect(await standing()).toBe("none");
  });

  it("does not have the key of a certificate because it names it", async () => {
    const { authority, standing } = await inventory();
    await authority.submit({ name: NAME, csr: bytes(), from: null });
    await authority.sign(NAME, { by: "ann" });
    const stolen = await authority.identify(bytes({ signer: other }));
    expect(stolen).toMatchObject({ standing: "taken", refusal: expect.stringContaining("signing key") });
    expect(await standing({ signer: own })).toBe("issued");
  });

  it("is refused for what nobody could sign, and nothing is left of it", async () => {
    const { at, authority } = await inventory();
    expect(await authority.identify(bytes({ names: ["a b"] }))).toMatchObject({
      refusal: expect.stringContaining("machineid"),
      standing: "none",
    });
    for (const text of ["", "hello", "-----BEGIN CERTIFICATE REQUEST-----"])
      expect(await failure(authority.identify(Buffer.from(text)))).toMatch(/^request-malformed: /);
    expect(await failure(authority.identify(Buffer.alloc(17 << 10, "A")))).toMatch(/16 KiB/);
    expect(at.store.calls.filter((call) => /^(add|note|delete|intend|revoke|clean)/.test(call))).toEqual([]);
  });
});
