import type { AutosignPolicy } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { failure, issued, NAME, started, submit, verify, type World, world } from "./world.test.helper.js";

const everything: AutosignPolicy = { rules: [{ kind: "all", name: "lab" }] };
const mutations = (calls: readonly string[]) =>
  calls.filter((call) => /^(addRequest|intend|sign|complete|revoke|clean|publishCrl|deleteRequest)/.test(call));

describe("issuing", () => {
  it("commits its intent before it signs, and stores before it answers", async () => {
    const at = await started();
    at.policy = everything;
    await submit(at);
    expect(mutations(at.store.calls)).toEqual([`addRequest ${NAME}`, `intend ${NAME}`, "sign", "complete 0001"]);
  });

  it("signs nothing where the intent could not be committed", async () => {
    const at = await started();
    at.policy = everything;
    at.store.failNext("intend", new GatehouseError("database-unavailable", "PostgreSQL cannot be reached."));
    expect(await failure(submit(at))).toBe("database-unavailable: PostgreSQL cannot be reached.");
    expect([at.signing.count, await at.store.all()]).toEqual([0, []]);
    expect(await submit(at)).toBe("signed");
  });

  it("does not let a signature that failed hold the name", async () => {
    const at = await started();
    at.policy = everything;
    at.signing.fail = new GatehouseError("internal", "The signature could not be made.");
    expect(await failure(submit(at))).toBe("internal: The signature could not be made.");
    expect(await at.store.all()).toMatchObject([{ serial: "0001", state: "revoked", pem: null }]);
    at.signing.fail = undefined;
    expect(await submit(at)).toBe("signed");
    expect(await at.puppet.status(NAME)).toMatchObject({ state: "signed", certificate: { serial: "0002" } });
    // The serial that was given up is on the next list: nobody can know that it was not used.
    expect([at.authority.isRevoked("0001"), await at.authority.renewCrls()]).toEqual([true, ["signing"]]);
  });

  it("keeps both failures apart where giving up fails too", async () => {
    const at = await started();
    at.policy = everything;
    at.signing.fail = new GatehouseError("internal", "The signature could not be made.");
    at.store.failNext("revoke", new Error("gone"));
    expect(await failure(submit(at))).toBe("internal: The signature could not be made.");
    expect(at.log.join("\n")).toContain("warn: a serial without a certificate could not be given up");
    expect((await at.authority.interrupted()).map(({ serial }) => serial)).toEqual(["0001"]);
  });

  it("leaves a serial that is listed and can be revoked, when it is cut off", async () => {
    const at = await started();
    at.policy = everything;
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(submit(at)).rejects.toThrow("the process was killed");
    expect((await at.authority.interrupted()).map(({ serial, name, state }) => [serial, name, state])).toEqual([
      ["0001", NAME, "intended"],
    ]);
    expect(await at.puppet.status(NAME)).toMatchObject({ state: "requested" });
    expect([await at.puppet.certificate(NAME), at.signing.count]).toEqual([undefined, 1]);
    expect(await at.authority.revokeSerials(["0001"], "admin")).toEqual(["0001"]);
    expect(at.authority.isRevoked("0001")).toBe(true);
  });

  it("goes on by itself after it was cut off: the host asks again, and has its name after a minute", async () => {
    const at = await started();
    at.policy = everything;
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(submit(at)).rejects.toThrow();
    const meanwhile = await failure(submit(at));
    expect(meanwhile).toBe(`conflict: ${NAME} already has a signed certificate; ignoring certificate request`);
    await at.store.age(120);
    expect(await submit(at)).toBe("signed");
    expect([at.authority.isRevoked("0001"), await verify(at, (await at.puppet.certificate(NAME)) ?? "")]).toEqual([
      true,
      "c: OK",
    ]);
    // On the list as well: what was signed with it may have got out.
    expect(await at.authority.renewCrls()).toEqual([]);
  });

  it("goes on by an operator's hand as well", async () => {
    const at = await started();
    await submit(at);
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(at.puppet.sign(NAME, { by: "admin" })).rejects.toThrow();
    await at.store.age(61);
    await at.puppet.sign(NAME, { by: "admin" });
    expect(await at.puppet.status(NAME)).toMatchObject({ state: "signed", certificate: { serial: "0002" } });
  });

  it("shows none that was cleaned behind it", async () => {
    const at = await started();
    await issued(at);
    await at.puppet.clean([NAME], "admin");
    await submit(at);
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(at.puppet.sign(NAME, { by: "admin" })).rejects.toThrow();
    expect(await at.puppet.certificate(NAME)).toBeUndefined();
    expect(await at.puppet.status(NAME)).toMatchObject({ state: "requested" });
  });

  it("shows the certificate before it while a renewal was cut off", async () => {
    const at = await started({ settings: { autoRenewal: true } });
    const pem = await issued(at);
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(at.puppet.renew({ pem, serial: "0001" })).rejects.toThrow();
    expect(await at.puppet.certificate(NAME)).toBe(pem);
    expect(await at.puppet.statuses()).toMatchObject([{ state: "signed", certificate: { serial: "0001" } }]);
  });

  it("turns away what is too much before it takes a serial", async () => {
    const at = await started({ settings: { mostAtWork: 2 } });
    at.policy = everything;
    let go: () => void = () => expect.fail("too early");
    at.signing.wait = new Promise((resolve) => {
      go = resolve;
    });
    const first = [submit(at), submit(at, { name: "web02" })];
    await expect.poll(() => at.store.calls.filter((call) => call === "sign").length).toBe(2);
    expect(await failure(submit(at, { name: "web03" }))).toBe("overloaded: Too many certificates wait to be signed.");
    expect(await at.store.all()).toHaveLength(2);
    go();
    expect(await Promise.all(first)).toEqual(["signed", "signed"]);
    expect(await submit(at, { name: "web03" })).toBe("signed");
  });
});

describe("a replica that cannot hear of revocations", () => {
  const down = new GatehouseError("database-unavailable", "PostgreSQL cannot be reached.");

  it("issues nothing after 30 s, and goes on reading", async () => {
    const at = await started({ settings: { autoRenewal: true } });
    const pem = await issued(at);
    await at.authority.refresh();
    at.pass(20);
    expect(at.authority.ready()).toBe(true);
    at.pass(11);
    expect(at.authority.ready()).toBe(false);
    at.policy = everything;
    at.store.failNext("revocations", down);
    expect(await failure(submit(at, { name: "web02" }))).toBe("database-unavailable: PostgreSQL cannot be reached.");
    at.store.failNext("revocations", down);
    expect(await failure(at.puppet.renew({ pem, serial: "0001" }))).toBe(
      "database-unavailable: PostgreSQL cannot be reached.",
    );
    expect(await at.store.all()).toHaveLength(1);
    expect([await at.puppet.certificate(NAME), (await at.authority.crlBundle()).pem.length > 0]).toEqual([pem, true]);
  });

  it("asks before it issues, when it has not asked lately", async () => {
    const at = await started();
    at.policy = everything;
    at.pass(3600);
    expect(await submit(at)).toBe("signed");
    const asked = at.store.calls.indexOf("revocations");
    expect([asked >= 0, asked < at.store.calls.indexOf(`intend ${NAME}`), at.authority.ready()]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("takes as long as is set", async () => {
    const at = await started({ settings: { confirmWithin: 300 } });
    at.pass(290);
    expect(at.authority.ready()).toBe(true);
    at.pass(11);
    expect(at.authority.ready()).toBe(false);
    await at.authority.refresh();
    expect(at.authority.ready()).toBe(true);
  });
});

describe("a refresh", () => {
  const read = ({ store }: World) => store.calls.filter((call) => call === "revocations" || call === "crls");

  it("reads nothing where nothing has changed, and counts as having asked", async () => {
    const at = await started();
    await at.authority.refresh();
    at.store.calls.length = 0;
    at.pass(3600);
    expect(at.authority.ready()).toBe(false);
    await at.authority.refresh();
    expect([at.authority.ready(), at.store.calls]).toEqual([true, ["version"]]);
    // As of when it was asked, and not of when it was answered.
    at.store.before("version", () => at.pass(31));
    await at.authority.refresh();
    expect(at.authority.ready()).toBe(false);
  });

  it("reads what another replica has changed, again where that failed", async () => {
    const at = await started();
    const pem = await issued(at);
    await at.authority.refresh();
    const other = await started({ beside: at });
    await other.puppet.revoke(NAME, "admin");
    at.store.calls.length = 0;
    at.store.failNext("crls", new Error("gone"));
    await expect(at.authority.refresh()).rejects.toThrow("gone");
    expect(await verify(at, pem)).toBe("c: OK");
    await at.authority.refresh();
    expect([read(at).length, await verify(at, pem)]).toEqual([4, "certificate revoked"]);
    await at.authority.refresh();
    expect(read(at)).toHaveLength(4);
  });

  it("does not count as having asked where it failed", async () => {
    const at = await started();
    at.pass(3600);
    at.store.failNext("version", new Error("gone"));
    await expect(at.authority.refresh()).rejects.toThrow("gone");
    expect(at.authority.ready()).toBe(false);
  });
});

describe("before the start", () => {
  it("nothing is there", async () => {
    const at = await world();
    expect([at.authority.ready(), at.authority.trust(), at.authority.isRevoked("0001")]).toEqual([
      false,
      undefined,
      false,
    ]);
    expect(await failure(at.authority.caBundle())).toBe("internal: The authority has not been started.");
  });
});
