import type { AuditEvent } from "@gatehouse/core/audit";
import { describe, expect, it } from "vitest";
import { issued, NAME, serialIn, started, submit, verify } from "./world.test.helper.js";

describe("what an operator does", () => {
  it("is written down, each with whom and what", async () => {
    const at = await started();
    const said = async () =>
      (await at.audited()).map(({ actor, action, subject, detail }) => [actor, action, subject, detail]);
    const profile = "puppet";
    await submit(at);
    expect(await said()).toEqual([]);
    await at.puppet.sign(NAME, { by: "ann" });
    await at.puppet.revoke(NAME, "ben");
    await at.puppet.forget(NAME, "cid");
    await submit(at, { name: "web02" });
    await at.puppet.deleteRequest("web02", "dan");
    await at.puppet.generate({ name: "web03", altNames: [], extensions: {}, by: "eve" });
    await at.authority.revokeSerials(["0002", "FFFF"], "fay");
    expect(await said()).toEqual([
      ["ann", "ca.sign", NAME, { profile, serial: "0001" }],
      ["ben", "ca.revoke", NAME, { profile, serials: ["0001"] }],
      ["cid", "ca.forget", NAME, { profile }],
      ["dan", "ca.request.delete", "web02", { profile }],
      ["eve", "ca.generate", "web03", { profile, serial: "0002" }],
      ["fay", "ca.revoke-serials", "web03", { profile, serials: ["0002"] }],
    ]);
  });

  it("to many at once has a line for each, in its profile", async () => {
    const at = await started({ settings: { autoRenewal: true } });
    const pem = await issued(at, { name: "a" });
    await at.puppet.renew({ pem, serial: serialIn(pem) });
    await issued(at, { name: "b" });
    await issued(at, { name: "b", profile: "inventory" });
    await submit(at, { name: "c" });
    const before = (await at.audited()).length;
    await at.puppet.clean(["a", "b", "c", "nobody", "a"], "ann");
    const cleaned = (await at.audited()).slice(before);
    expect(new Set(cleaned.map(({ actor, action }) => `${action} by ${actor}`))).toEqual(new Set(["ca.clean by ann"]));
    expect(cleaned.map(({ subject, detail }) => [subject, detail]).sort()).toEqual([
      ["a", { profile: "puppet", serials: expect.arrayContaining(["0001", "0002"]) }],
      ["b", { profile: "puppet", serials: ["0003"] }],
      ["c", { profile: "puppet", serials: [] }],
    ]);
    await at.authority.revokeSerials(["0004", "0003"], "ben");
    expect((await at.audited()).at(-1)).toMatchObject({
      subject: "b",
      detail: { profile: "inventory", serials: ["0004"] },
    });
  });

  it("is not written down where nothing was done", async () => {
    const at = await started();
    await issued(at);
    await at.puppet.revoke(NAME, "ann");
    const before = (await at.audited()).length;
    await at.puppet.revoke(NAME, "ann");
    await at.puppet.clean(["nobody"], "ann");
    await at.puppet.forget("nobody", "ann");
    await at.puppet.deleteRequest("nobody", "ann");
    await at.authority.revokeSerials(["0001", "00FF"], "ann");
    await expect(at.puppet.sign("nobody", { by: "ann" })).rejects.toThrow();
    expect(await at.audited()).toHaveLength(before);
  });

  it("is done where it cannot be written down, and the log has it instead", async () => {
    const missing: AuditEvent[] = [];
    const audit = {
      record: async (event: AuditEvent) => {
        missing.push(event);
        throw new Error("the database is full");
      },
    };
    const at = await started({ deps: { audit } });
    const pem = await issued(at);
    await at.puppet.revoke(NAME, "ann");
    expect(await verify(at, pem)).toBe("certificate revoked");
    expect(await at.puppet.clean([NAME], "ann")).toEqual({ missing: [] });
    expect(missing.map(({ action }) => action)).toEqual(["ca.sign", "ca.revoke", "ca.clean"]);
    expect(at.log.filter((line) => line.startsWith("error: an act is missing in the audit log"))).toHaveLength(3);
  });

  it("is written down also where the list cannot be made", async () => {
    const at = await started();
    await issued(at);
    at.store.failNext("publishCrl", new Error("gone"));
    await expect(at.puppet.clean([NAME], "ann")).rejects.toThrow("gone");
    expect((await at.audited()).at(-1)).toMatchObject({ action: "ca.clean", detail: { serials: ["0001"] } });
    expect(await at.puppet.status(NAME)).toBeUndefined();
  });

  it("is not: a renewal, which its certificate tells of", async () => {
    const at = await started({ settings: { autoRenewal: true } });
    const pem = await issued(at);
    const before = (await at.audited()).length;
    await at.puppet.renew({ pem, serial: serialIn(pem) });
    expect(await at.audited()).toHaveLength(before);
  });
});
