import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import type { AutosignPolicy } from "../autosign/policy.js";
import { failure, issued, NAME, started, submit, verify, world } from "./world.test.helper.js";

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
    expect([at.signing.count, at.store.all]).toEqual([0, []]);
    expect(await submit(at)).toBe("signed");
  });

  it("does not let a signature that failed hold the name", async () => {
    const at = await started();
    at.policy = everything;
    at.signing.fail = new GatehouseError("internal", "The signature could not be made.");
    expect(await failure(submit(at))).toBe("internal: The signature could not be made.");
    expect(at.store.all).toMatchObject([{ serial: "0001", state: "revoked", pem: null }]);
    at.signing.fail = undefined;
    expect(await submit(at)).toBe("signed");
    expect(await at.authority.status(NAME)).toMatchObject({ state: "signed", certificate: { serial: "0002" } });
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
    expect(await at.authority.status(NAME)).toMatchObject({ state: "requested" });
    expect([await at.authority.certificate(NAME), at.signing.count]).toEqual([undefined, 1]);
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
    at.pass(120);
    expect(await submit(at)).toBe("signed");
    expect([at.authority.isRevoked("0001"), await verify(at, (await at.authority.certificate(NAME)) ?? "")]).toEqual([
      true,
      "c: OK",
    ]);
  });

  it("goes on by an operator's hand as well", async () => {
    const at = await started();
    await submit(at);
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(at.authority.sign(NAME, { by: "admin" })).rejects.toThrow();
    at.pass(61);
    await at.authority.sign(NAME, { by: "admin" });
    expect(await at.authority.status(NAME)).toMatchObject({ state: "signed", certificate: { serial: "0002" } });
  });

  it("shows none that was cleaned behind it", async () => {
    const at = await started();
    await issued(at);
    await at.authority.clean([NAME], "admin");
    await submit(at);
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(at.authority.sign(NAME, { by: "admin" })).rejects.toThrow();
    expect(await at.authority.certificate(NAME)).toBeUndefined();
    expect(await at.authority.status(NAME)).toMatchObject({ state: "requested" });
  });

  it("shows the certificate before it while a renewal was cut off", async () => {
    const at = await started({ settings: { autoRenewal: true } });
    const pem = await issued(at);
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(at.authority.renew({ pem, serial: "0001" })).rejects.toThrow();
    expect(await at.authority.certificate(NAME)).toBe(pem);
    expect(await at.authority.statuses({})).toMatchObject([{ state: "signed", certificate: { serial: "0001" } }]);
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
    expect(at.store.all).toHaveLength(2);
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
    at.pass(30);
    expect(at.authority.ready()).toBe(true);
    at.pass(1);
    expect(at.authority.ready()).toBe(false);
    at.policy = everything;
    at.store.failNext("revocations", down);
    expect(await failure(submit(at, { name: "web02" }))).toBe("database-unavailable: PostgreSQL cannot be reached.");
    at.store.failNext("revocations", down);
    expect(await failure(at.authority.renew({ pem, serial: "0001" }))).toBe(
      "database-unavailable: PostgreSQL cannot be reached.",
    );
    expect(at.store.all).toHaveLength(1);
    expect([await at.authority.certificate(NAME), (await at.authority.crlBundle()).pem.length > 0]).toEqual([
      pem,
      true,
    ]);
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
    at.pass(300);
    expect(at.authority.ready()).toBe(true);
    at.pass(1);
    expect(at.authority.ready()).toBe(false);
    await at.authority.refresh();
    expect(at.authority.ready()).toBe(true);
  });
});

describe("before the start", () => {
  it("nothing is there", async () => {
    const at = world();
    expect([at.authority.ready(), at.authority.trust(), at.authority.isRevoked("0001")]).toEqual([
      false,
      undefined,
      false,
    ]);
    expect(await failure(at.authority.caBundle())).toBe("internal: The authority has not been started.");
  });
});
