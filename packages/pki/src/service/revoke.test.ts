import { describe, expect, it } from "vitest";
import { readCrls } from "../crl/read.js";
import { keys } from "../csr.test.helper.js";
import { failure, issued, NAME, serialIn, started, submit, verify, type World } from "./world.test.helper.js";

const published = async ({ authority }: World) => {
  const [own] = readCrls((await authority.crlBundle()).pem);
  return { number: own?.number, serials: [...(own?.revoked() ?? [])].map(({ serial }) => serial) };
};

describe("revoking", () => {
  it("is on the list, in memory, and told, when it returns", async () => {
    const at = await started();
    const pem = await issued(at);
    const serial = serialIn(pem);
    expect([await verify(at, pem), at.authority.isRevoked(serial)]).toEqual(["c: OK", false]);
    await at.puppet.revoke(NAME, "admin");
    expect(await verify(at, pem)).toBe("certificate revoked");
    expect([at.authority.isRevoked(serial), at.told]).toEqual([true, [[serial]]]);
    expect(await published(at)).toEqual({ number: 1n, serials: [serial] });
    expect(await at.puppet.status(NAME)).toMatchObject({ state: "revoked", certificate: { revokedBy: "admin" } });
    expect(await at.puppet.certificate(NAME)).toBe(pem);
  });

  it("is committed before anything else, then told, then listed", async () => {
    const at = await started();
    await issued(at);
    at.store.calls.length = 0;
    let toldBefore = 0;
    at.store.before("revocations", () => {
      toldBefore = at.told.length;
    });
    await at.puppet.revoke(NAME, "admin");
    expect(at.store.calls.filter((call) => /^(revoke|publishCrl|sign)/.test(call))).toEqual([
      `revoke ${NAME}`,
      "sign",
      "publishCrl signing 1",
    ]);
    expect(toldBefore).toBe(1);
  });

  it("again changes nothing and is no error", async () => {
    const at = await started();
    await issued(at);
    await at.puppet.revoke(NAME, "admin");
    await at.puppet.revoke(NAME, "admin");
    expect(await published(at)).toMatchObject({ number: 1n });
  });

  it.each(["nosuch.test", "", "__proto__"])("needs a certificate: %j", async (name) => {
    const at = await started();
    expect(await failure(at.puppet.revoke(name, "admin"))).toBe("not-found: Invalid certificate subject.");
  });

  it("of a name that only asked is not found", async () => {
    const at = await started();
    await submit(at);
    expect(await failure(at.puppet.revoke(NAME, "admin"))).toBe("not-found: Invalid certificate subject.");
  });

  it("reaches every certificate of the name", async () => {
    const at = await started({ settings: { autoRenewal: true } });
    const first = await issued(at);
    const second = await at.puppet.renew({ pem: first, serial: serialIn(first) });
    await at.puppet.revoke(NAME, "admin");
    expect([await verify(at, first), await verify(at, second)]).toEqual(["certificate revoked", "certificate revoked"]);
  });

  it("works by serial", async () => {
    const at = await started();
    const pem = await issued(at);
    expect(await at.authority.revokeSerials([serialIn(pem), "FFFF"], "admin")).toEqual([serialIn(pem)]);
    expect(await verify(at, pem)).toBe("certificate revoked");
  });

  it.each(["1", "01", "0001", "00:01", "0x1"])("is seen whatever way the serial is written: %s", async (serial) => {
    const at = await started();
    await issued(at);
    await at.puppet.revoke(NAME, "admin");
    expect(at.authority.isRevoked(serial)).toBe(true);
    for (const none of ["0002", "", "zz", "10"]) expect(at.authority.isRevoked(none)).toBe(false);
  });

  it("of many at once makes few lists, and all are on the last", async () => {
    const at = await started();
    at.policy = { rules: [{ kind: "all", name: "lab" }] };
    const names = Array.from({ length: 12 }, (_, index) => `web${index}`);
    for (const name of names) await submit(at, { name });
    const before = at.signing.count;
    // The first list takes so long that all the others are revoked meanwhile.
    at.store.before("publishCrl", async () => {
      await expect.poll(() => at.told.length).toBe(12);
    });
    await Promise.all(names.map((name) => at.puppet.revoke(name, "admin")));
    expect((await published(at)).serials).toHaveLength(12);
    expect(at.signing.count - before).toBe(2);
  });

  it("stands where the list could not be made, says so, and the next renewal mends it", async () => {
    const at = await started();
    const pem = await issued(at);
    at.store.failNext("publishCrl", new Error("gone"));
    await expect(at.puppet.revoke(NAME, "admin")).rejects.toThrow("gone");
    expect([at.authority.isRevoked(serialIn(pem)), (await published(at)).serials]).toEqual([true, []]);
    expect(await at.authority.renewCrls()).toEqual(["signing"]);
    expect(await verify(at, pem)).toBe("certificate revoked");
    expect(await at.authority.renewCrls()).toEqual([]);
  });
});

describe("cleaning", () => {
  it("revokes and frees the name, and says what had nothing", async () => {
    const at = await started();
    const pem = await issued(at);
    await submit(at, { name: "web02" });
    expect(await at.puppet.clean([NAME, "web02", "nosuch", NAME, "nosuch"], "admin")).toEqual({
      missing: ["nosuch"],
    });
    expect(await verify(at, pem)).toBe("certificate revoked");
    expect([await at.puppet.certificate(NAME), await at.puppet.request("web02")]).toEqual([undefined, undefined]);
    expect(await submit(at, { keys: keys("rsa 2048 other") })).toBe("pending");
  });

  it("is followed by not found, as in the recording", async () => {
    const at = await started();
    await issued(at);
    await at.puppet.revoke(NAME, "admin");
    await at.puppet.revoke(NAME, "admin");
    expect(await at.puppet.forget(NAME, "admin")).toBe(true);
    expect(await failure(at.puppet.revoke(NAME, "admin"))).toBe("not-found: Invalid certificate subject.");
    expect(await at.puppet.forget(NAME, "admin")).toBe(false);
  });
});

describe("names of other profiles", () => {
  const profiles = ["inventory", "server"] as const;

  it("are not revoked, cleaned or forgotten with a node's", async () => {
    const at = await started();
    const theirs: string[] = [];
    for (const profile of profiles) theirs.push(await issued(at, { profile }));
    await submit(at, { profile: "operator" });
    const node = await issued(at);
    await at.puppet.revoke(NAME, "admin");
    expect(await verify(at, node)).toBe("certificate revoked");
    await at.puppet.clean([NAME], "admin");
    expect(await at.puppet.forget(NAME, "admin")).toBe(false);
    for (const pem of theirs) expect(await verify(at, pem)).toBe("c: OK");
    for (const profile of profiles) {
      expect(await at.authority.of(profile).status(NAME)).toMatchObject({ state: "signed" });
    }
    expect(await at.authority.of("operator").request(NAME)).toBeDefined();
  });

  it("are not there", async () => {
    const at = await started();
    await issued(at, { profile: "inventory" });
    await submit(at, { name: "web02", profile: "inventory" });
    const { puppet } = at;
    for (const name of [NAME, "web02"]) {
      expect([await puppet.status(name), await puppet.certificate(name), await puppet.request(name)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(await failure(puppet.revoke(name, "admin"))).toBe("not-found: Invalid certificate subject.");
      expect(await failure(puppet.sign(name, { by: "admin" }))).toBe("not-found: Invalid certificate subject.");
      expect([await puppet.forget(name, "admin"), await puppet.deleteRequest(name, "admin")]).toEqual([false, false]);
    }
    expect(await puppet.clean([NAME, "web02"], "admin")).toEqual({ missing: [NAME, "web02"] });
    expect(await puppet.statuses()).toEqual([]);
    expect(await at.authority.of("inventory").statuses()).toHaveLength(2);
    expect(at.authority.of("inventory")).toBe(at.authority.of("inventory"));
  });
});

describe("forgetting", () => {
  it("does not revoke; the certificate can still be, by its name", async () => {
    const at = await started();
    const pem = await issued(at);
    expect(await at.puppet.forget(NAME, "admin")).toBe(true);
    expect([await verify(at, pem), at.told, await at.puppet.status(NAME)]).toEqual(["c: OK", [], undefined]);
    await at.puppet.revoke(NAME, "admin");
    expect(await verify(at, pem)).toBe("certificate revoked");
  });
});
