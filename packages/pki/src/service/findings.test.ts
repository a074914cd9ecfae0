import type { TokenRule } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { tokenHash } from "../autosign/token.js";
import { attribute, type CsrParts, csr, dns, keys, puppetExtension } from "../csr.test.helper.js";
import { utf8 } from "../der/write.js";
import { Oid } from "../oids.js";
import { parseRequest } from "../request.js";
import { failure, issued, NAME, started, submit, type World } from "./world.test.helper.js";

const secret = "correct horse";
const telling = { attributes: [attribute(Oid.challengePassword, utf8(secret))] };
const token: TokenRule = { kind: "token", name: "tokens", sha256: tokenHash(secret) };
const other = keys("rsa 2048 other");
const test = ({ puppet }: World, parts: CsrParts = {}) => puppet.test(Buffer.from(csr({ names: [NAME], ...parts })));

describe("a request that is only looked at", () => {
  it("is told what it asks for, and that no rule would sign it", async () => {
    const at = await started({ settings: { allowSubjectAltNames: true } });
    const parts = { extensions: [dns("alias"), puppetExtension("1.3.6.1.4.1.34380.1.1.13", "web")] };
    expect(await test(at, parts)).toEqual({
      name: NAME,
      key: "RSA 2048",
      fingerprint: parseRequest(csr({ names: [NAME], ...parts })).fingerprints.sha256,
      altNames: ["DNS:alias"],
      extensions: { pp_role: "web" },
      refusal: null,
      signed: false,
      rule: null,
      why: "no rule",
    });
  });

  it("leaves everything as it is, and runs no program", async () => {
    const ran: string[] = [];
    const run = async ({ path }: { path: string }) => {
      ran.push(path);
      return { signed: true, why: "" };
    };
    const at = await started({ deps: { run } });
    at.policy = { rules: [{ kind: "executable", name: "program", path: "/opt/policy" }, token] };
    expect(await test(at, telling)).toMatchObject({ signed: true, rule: "tokens", why: "the request tells the token" });
    expect((await test(at)).why).toContain("program: /opt/policy would be asked");
    expect([ran, (await at.uses()).size, await at.puppet.statuses(), await at.audited()]).toEqual([[], 0, [], []]);
    expect(at.store.calls.filter((call) => /^(add|note|delete|intend|revoke|clean)/.test(call))).toEqual([]);
  });

  it.each([
    [{ extensions: [dns("alias")] }, /extra subject alternative names/],
    [{ signer: other }, /does not correspond to the signing key/],
    [{ keys: keys("rsa 1024") }, /too weak/],
    [{ names: ["Web01"] }, /lower case/],
  ])("is told why it cannot be signed, with the rule that would", async (parts, says) => {
    const at = await started();
    at.policy = { rules: [{ kind: "all", name: "lab" }] };
    expect(await test(at, parts)).toMatchObject({ refusal: expect.stringMatching(says), signed: false, rule: "lab" });
  });

  it.each(["", "hello"])("is refused where it is none: %j", async (text) => {
    const at = await started();
    expect(await failure(at.puppet.test(Buffer.from(text)))).toMatch(/^request-malformed: /);
  });

  it("is told of a token that is used up, and of the rule after it", async () => {
    const at = await started();
    at.policy = { rules: [{ ...token, uses: 2 }] };
    await submit(at, { name: "a", ...telling });
    expect(await test(at, telling)).toMatchObject({ signed: true });
    await submit(at, { name: "b", ...telling });
    expect(await test(at, telling)).toMatchObject({
      signed: false,
      rule: null,
      why: "no rule matches (tokens: the token is used up)",
    });
    at.policy = { rules: [token, { kind: "all", name: "lab" }] };
    expect(await test(at, telling)).toMatchObject({ signed: true, rule: "lab" });
    at.policy = { rules: [{ ...token, uses: null }] };
    expect(await test(at, telling)).toMatchObject({ signed: true, rule: "tokens" });
  });

  it("is told that its name is the gateway's", async () => {
    const at = await started({ settings: { ownNames: [NAME] } });
    at.policy = { rules: [{ kind: "all", name: "lab" }] };
    expect(await test(at)).toMatchObject({ signed: false, rule: null, why: expect.stringMatching(/gateway's own/) });
  });

  it("is told that its name is taken, and whether it would have it again", async () => {
    const at = await started();
    await issued(at);
    at.policy = { rules: [{ kind: "all", name: "lab" }, token] };
    expect(await test(at, telling)).toMatchObject({
      signed: false,
      why: "the name has a signed certificate already, and no rule",
    });
    at.policy = { rules: [{ ...token, readmit: true }] };
    expect(await test(at, telling)).toMatchObject({ signed: true, rule: "tokens" });
    expect((await test(at)).why).toMatch(/^the name has a signed certificate already, and no rule matches/);
  });

  it("is told of the rules that there are now, where it waits", async () => {
    const at = await started();
    await submit(at);
    at.policy = { rules: [{ kind: "all", name: "lab" }] };
    expect(await test(at)).toMatchObject({ signed: true, rule: "lab" });
    expect(await test(at, { keys: other })).toMatchObject({ signed: false });
    const inventory = at.authority.of("inventory");
    expect(await inventory.test(Buffer.from(csr({ names: [NAME] })))).toMatchObject({ signed: false, why: "no rule" });
  });
});
