import type { AutosignPolicy, TokenRule } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { tokenHash } from "../autosign/token.js";
import { attribute, csr, keys } from "../csr.test.helper.js";
import { utf8 } from "../der/write.js";
import { Oid } from "../oids.js";
import { failure, issued, NAME, serialIn, started, submit, verify, type World } from "./world.test.helper.js";

const secret = "correct horse";
const password = attribute(Oid.challengePassword, utf8(secret));
const token: TokenRule = { kind: "token", name: "tokens", sha256: tokenHash(secret) };
const other = keys("rsa 2048 other");
const requested = `conflict: ${NAME} already has a requested certificate; ignoring certificate request`;
const signed = `conflict: ${NAME} already has a signed certificate; ignoring certificate request`;

describe("tokens", () => {
  it("sign one of two that race for the last use", async () => {
    const at = await started();
    at.policy = { rules: [token] };
    const both = await Promise.all([
      submit(at, { attributes: [password] }),
      submit(at, { name: "web02", attributes: [password] }),
    ]);
    expect(both.sort()).toEqual(["pending", "signed"]);
    expect(await at.uses()).toEqual(new Map([[token.sha256, 1]]));
    const [waiting] = await at.puppet.statuses("requested");
    expect(waiting).toMatchObject({ request: { note: "no rule matches (tokens: the token is used up)" } });
  });

  it("that are used up let the next rule sign", async () => {
    const at = await started();
    at.policy = { rules: [token, { kind: "glob", name: "second", pattern: "*.example.org" }] };
    for (const name of ["a.example.org", "b.example.org"]) {
      expect(await submit(at, { name, attributes: [password] })).toBe("signed");
    }
    expect(await at.puppet.status("a.example.org")).toMatchObject({ certificate: { issuedBy: "autosign: tokens" } });
    expect(await at.puppet.status("b.example.org")).toMatchObject({ certificate: { issuedBy: "autosign: second" } });
    expect(await at.uses()).toEqual(new Map([[token.sha256, 1]]));
  });

  it("without a limit are counted as well", async () => {
    const at = await started();
    at.policy = { rules: [{ ...token, uses: null }] };
    for (const name of ["a", "b", "c"]) expect(await submit(at, { name, attributes: [password] })).toBe("signed");
    expect(await at.uses()).toEqual(new Map([[token.sha256, 3]]));
  });

  it("are not spent on a request that must not be signed", async () => {
    const at = await started();
    at.policy = { rules: [token] };
    expect(await failure(submit(at, { attributes: [password], signer: other }))).toMatch(/does not correspond/);
    expect((await at.uses()).size).toBe(0);
    expect(await submit(at, { name: "web02", attributes: [password] })).toBe("signed");
  });

  it("are not in the certificate", async () => {
    const at = await started();
    at.policy = { rules: [token] };
    await submit(at, { attributes: [password] });
    const pem = (await at.puppet.certificate(NAME)) ?? "";
    const der = Buffer.from(pem.replace(/-----.*-----|\n/g, ""), "base64");
    expect(der.includes(secret)).toBe(false);
    const kept = [await at.store.all(), await at.audited(), [...(await at.uses())], at.log];
    expect(JSON.stringify(kept)).not.toContain(secret);
  });
});

const kept = async ({ store }: World) => (await store.request({ name: NAME, profile: "puppet" }))?.pem;

describe("a host that was made again", () => {
  const readmits: AutosignPolicy = { rules: [{ ...token, uses: 5, readmit: true }] };
  const again = { keys: other, attributes: [password] };

  it("has its name again with a token, and its old certificate is revoked", async () => {
    const at = await started();
    const old = await issued(at);
    at.policy = readmits;
    expect(await submit(at, again)).toBe("signed");
    const fresh = (await at.puppet.certificate(NAME)) ?? "";
    expect(fresh).not.toBe(old);
    expect([await verify(at, old), await verify(at, fresh)]).toEqual(["certificate revoked", "c: OK"]);
    expect(at.told).toEqual([[serialIn(old)]]);
    expect(at.log.join("\n")).toContain("warn: a host has its name again");
    expect((await at.audited()).at(-1)).toMatchObject({
      actor: "autosign: tokens",
      action: "ca.readmit",
      subject: NAME,
      detail: { profile: "puppet", serial: "0002", revoked: ["0001"] },
    });
  });

  it("leaves who has the name in another profile alone", async () => {
    const at = await started();
    await issued(at);
    const theirs = await issued(at, { profile: "inventory" });
    at.policy = readmits;
    expect(await submit(at, again)).toBe("signed");
    expect(await verify(at, theirs)).toBe("c: OK");
  });

  it("has it in one transaction: of two with the last use one has everything, and the other loses nothing", async () => {
    const at = await started();
    const names = ["a.example.org", "b.example.org"];
    const old = new Map<string, string>();
    for (const name of names) old.set(name, await issued(at, { name }));
    at.policy = { rules: [{ ...token, readmit: true }] };
    const both = await Promise.allSettled(names.map((name) => submit(at, { ...again, name })));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    for (const [index, name] of names.entries()) {
      const won = both[index]?.status === "fulfilled";
      expect(await verify(at, old.get(name) ?? "")).toBe(won ? "certificate revoked" : "c: OK");
      expect((await at.puppet.certificate(name)) === old.get(name)).toBe(!won);
    }
    expect(await at.uses()).toEqual(new Map([[token.sha256, 1]]));
  });

  it("does everything that can be undone by nobody in one step, and only then publishes and signs", async () => {
    const at = await started();
    await issued(at);
    at.policy = readmits;
    at.store.calls.length = 0;
    await submit(at, again);
    const steps = at.store.calls.filter((call) =>
      /^(addRequest|deleteRequest|intend|sign|complete|revoke |clean|publishCrl)/.test(call),
    );
    expect(steps).toEqual([`intend ${NAME}`, "sign", "publishCrl signing 1", "sign", "complete 0002"]);
  });

  it.each(["the signature", "the end"])(
    "goes on where it was cut off before %s, though its token is used",
    async (cut) => {
      const at = await started();
      const old = await issued(at);
      at.policy = { rules: [{ ...token, readmit: true }] };
      if (cut === "the end") at.store.failNext("complete", new Error("the process was killed"));
      else {
        // The list needs a signature before the certificate does.
        at.store.before("publishCrl", () => {
          at.signing.fail = new GatehouseError("internal", "The signature could not be made.");
        });
      }
      await expect(submit(at, again)).rejects.toThrow();
      at.signing.fail = undefined;
      expect(await verify(at, old)).toBe("certificate revoked");
      // The agent asks again, and an operator has something to sign.
      expect(await failure(submit(at, again))).toBe(cut === "the end" ? signed : requested);
      expect(await kept(at)).toBe(csr({ names: [NAME], ...again }));
      expect(await at.puppet.request(NAME), "the secret in it is for nobody").toBeUndefined();
      await at.store.age(61);
      await at.puppet.sign(NAME, { by: "admin" });
      expect(await verify(at, (await at.puppet.certificate(NAME)) ?? "")).toBe("c: OK");
    },
  );

  it("has it although the list cannot be published, which the next renewal mends", async () => {
    const at = await started();
    const old = await issued(at);
    at.policy = readmits;
    at.store.failNext("publishCrl", new Error("gone"));
    expect(await submit(at, again)).toBe("signed");
    expect([at.authority.isRevoked(serialIn(old)), await verify(at, old)]).toEqual([true, "c: OK"]);
    expect(at.log.join("\n")).toContain("error: the revocation list could not be published");
    expect(await at.authority.renewCrls()).toEqual(["signing"]);
    expect(await verify(at, old)).toBe("certificate revoked");
  });

  it("has it in the place of one that waits, whose request goes", async () => {
    const at = await started();
    await submit(at);
    at.policy = readmits;
    at.store.failNext("complete", new Error("the process was killed"));
    await expect(submit(at, again)).rejects.toThrow();
    expect(await kept(at)).toBe(csr({ names: [NAME], ...again }));
  });

  it("takes it also from one that waits", async () => {
    const at = await started();
    at.policy = readmits;
    await submit(at);
    expect(await submit(at, again)).toBe("signed");
  });

  it("is not given it where somebody revoked the certificate, until it is cleaned", async () => {
    const at = await started();
    at.policy = readmits;
    await issued(at);
    await at.puppet.revoke(NAME, "admin");
    expect(await failure(submit(at, again))).toMatch(/already has a revoked certificate/);
    expect((await at.uses()).size).toBe(0);
    await at.puppet.clean([NAME], "admin");
    expect(await submit(at, again)).toBe("signed");
  });

  it("is not given the name of an administrator", async () => {
    const at = await started();
    await at.puppet.generate({ name: NAME, altNames: [], extensions: { pp_cli_auth: "true" }, by: "admin" });
    at.policy = readmits;
    expect(await failure(submit(at, again))).toBe(signed);
    expect([(await at.uses()).size, at.told]).toEqual([0, []]);
  });

  it("has to wait without the token, or where the rule does not say so", async () => {
    const at = await started();
    await issued(at);
    at.policy = readmits;
    expect(await failure(submit(at, { keys: other }))).toBe(signed);
    at.policy = { rules: [token, { kind: "all", name: "lab" }] };
    expect(await failure(submit(at, again))).toBe(signed);
    expect([(await at.uses()).size, at.told]).toEqual([0, []]);
  });

  it("is not given the name of a node on the gateway's host, until the gateway has another", async () => {
    const at = await started();
    await at.authority.of("server").generate({ name: NAME, altNames: [], extensions: {}, by: "admin" });
    await issued(at);
    at.policy = readmits;
    expect(await failure(submit(at, again))).toBe(signed);
    expect((await at.uses()).size).toBe(0);
    await at.authority.of("server").revoke(NAME, "admin");
    expect(await submit(at, again)).toBe("signed");
  });

  it("is not given it while any certificate of a gateway's is live, the newest or not", async () => {
    const at = await started();
    const server = { name: NAME, altNames: [], extensions: {}, by: "admin" };
    await at.authority.of("server").generate(server);
    await at.authority.of("server").generate(server);
    await at.authority.revokeSerials(["0002"], "admin");
    await issued(at);
    at.policy = readmits;
    expect(await failure(submit(at, again))).toBe(signed);
    at.pass(5 * 365 * 86_400 + 1);
    expect(await submit(at, again)).toBe("signed");
  });

  it("is not given it where nothing says so", async () => {
    const at = await started();
    await issued(at);
    at.policy = { rules: [token] };
    expect(await failure(submit(at, again))).toBe(signed);
    expect((await at.uses()).size).toBe(0);
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
    expect([(await at.uses()).size, await verify(at, old)]).toEqual([0, "c: OK"]);
  });
});
