import type { CertificateProfile } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { certificateOf, FakeAuthority, requestOf } from "./fake-authority.test.helper.js";
import { ownNames } from "./own-names.js";

const others: CertificateProfile[] = ["inventory", "operator", "server"];

/** `mine` and `mine2` are Puppet's; `theirs` has a certificate and `theirs2` a request of another profile. */
function house(profile: CertificateProfile) {
  const authority = new FakeAuthority();
  authority.certificates.set("mine", certificateOf("mine"));
  authority.requests.set("mine2", requestOf("mine2"));
  authority.certificates.set("theirs", certificateOf("theirs", { profile }));
  authority.requests.set("theirs2", requestOf("theirs2", { profile }));
  return { authority, own: ownNames(authority) };
}
const notFound = expect.objectContaining({ code: "not-found" });

describe.each(others)("names of profile %s", (profile) => {
  it("are not there", async () => {
    const { own } = house(profile);
    expect(await own.status("theirs")).toBeUndefined();
    expect(await own.status("theirs2")).toBeUndefined();
    expect(await own.request("theirs2")).toBeUndefined();
    expect(
      (await own.statuses({})).map((status) => (status.state === "requested" ? "mine2" : status.certificate.name)),
    ).toEqual(["mine2", "mine"]);
    expect(await own.statuses({ profile })).toHaveLength(2);
  });

  it("are not signed, revoked, cleaned or forgotten", async () => {
    const { authority, own } = house(profile);
    await expect(own.sign("theirs2", { by: "a" })).rejects.toThrow(notFound);
    await expect(own.revoke("theirs", "a")).rejects.toThrow(notFound);
    expect(await own.forget("theirs")).toBe(false);
    expect(await own.deleteRequest("theirs2")).toBe(false);
    expect(await own.clean(["theirs", "theirs2"], "a")).toEqual({ missing: ["theirs", "theirs2"] });
    expect(await own.clean(["x", "theirs", "mine"], "a")).toEqual({ missing: ["x", "theirs"] });
    expect(authority.certificates.get("theirs")?.state).toBe("issued");
    expect(authority.requests.has("theirs2")).toBe(true);
    const changes = authority.calls.filter((call) => /^(?:sign|revoke|clean|forget|deleteRequest)/.test(call));
    expect(changes).toEqual(["clean x,mine by a"]);
  });
});

describe("Puppet's own names", () => {
  it("are there, and are changed", async () => {
    const { authority, own } = house("inventory");
    expect(await own.status("mine")).toMatchObject({ state: "signed" });
    expect(await own.request("mine2")).toBe("CSR of mine2\n");
    await own.sign("mine2", { by: "a", ttlSeconds: 5 });
    await own.revoke("mine", "a");
    expect(authority.calls).toContain("sign mine2 by a for 5");
    expect(authority.certificates.get("mine")?.state).toBe("revoked");
    expect(await own.forget("mine")).toBe(true);
    expect(await own.clean(["mine2"], "a")).toEqual({ missing: [] });
    authority.requests.set("mine3", requestOf("mine3"));
    expect(await own.deleteRequest("mine3")).toBe(true);
  });

  it("are asked for as they are where a profile means nothing", async () => {
    const { authority, own } = house("inventory");
    expect(await own.caBundle()).toBe(authority.ca);
    expect(await own.crlBundle()).toBe(authority.crls);
    expect(await own.certificate("theirs")).toBe("certificate of theirs\n");
    expect(await own.renew({ pem: "p", serial: "1" })).toBe("renewed p");
    expect(await own.expirations()).toEqual(await authority.expirations());
    await expect(own.takeCrls("x")).rejects.toThrow("No valid CRLs submitted.");
    expect(
      await own.submit({ name: "n", csr: Buffer.from("BEGIN CERTIFICATE REQUEST"), profile: "puppet", from: null }),
    ).toBe("pending");
  });
});

describe("names that none can have", () => {
  it.each(["", "a b", "a\u0000", "ü", "x".repeat(300)])("%j is nobody's, and nobody is asked", async (name) => {
    const { authority, own } = house("inventory");
    await expect(own.sign(name, { by: "a" })).rejects.toThrow(notFound);
    await expect(own.revoke(name, "a")).rejects.toThrow(notFound);
    expect(await own.clean([name], "a")).toEqual({ missing: [name] });
    expect(authority.calls).toEqual([]);
  });
});
