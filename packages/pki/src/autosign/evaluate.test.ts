import type { AutosignRule, TokenRule } from "@gatehouse/core/certificates";
import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { attribute, csr, puppetExtension } from "../csr.test.helper.js";
import { utf8 } from "../der/write.js";
import { Oid, puppetOids } from "../oids.js";
import { parseRequest, type SigningRequest } from "../request.js";
import { type AutosignDeps, type EvaluateOptions, evaluate } from "./evaluate.js";
import type { ProgramRun } from "./executable.js";
import { tokenHash } from "./token.js";

const NAME = "web01.example.org";
const plain = parseRequest(csr({ names: [NAME] }));
const withAttribute = (oid: string, secret: string) =>
  parseRequest(csr({ names: [NAME], attributes: [attribute(oid, utf8(secret))] }));
const secret = "correct horse";
const telling = withAttribute(Oid.challengePassword, secret);
const token: TokenRule = { kind: "token", name: "t", sha256: tokenHash(secret) };

function world() {
  const ran: ProgramRun[] = [];
  const deps: AutosignDeps = {
    clock: fixedClock("2026-11-20T12:00:00Z"),
    oids: puppetOids,
    run: async (run) => {
      ran.push(run);
      return { signed: run.path.endsWith("yes"), why: "exited" };
    },
  };
  return { deps, ran };
}

const ask = (
  request: SigningRequest,
  rules: readonly AutosignRule[],
  options: EvaluateOptions = {},
  { deps } = world(),
) => evaluate(request, rules, deps, options);

describe("rules", () => {
  it("sign nothing where there are none", async () => {
    expect(await ask(plain, [])).toEqual({ signed: false, by: null, why: "no rule" });
  });

  it.each<[AutosignRule, boolean]>([
    [{ kind: "all", name: "r" }, true],
    [{ kind: "name", name: "r", certname: NAME }, true],
    [{ kind: "name", name: "r", certname: "web02.example.org" }, false],
    [{ kind: "glob", name: "r", pattern: "*.example.org" }, true],
    [{ kind: "glob", name: "r", pattern: "*.example.com" }, false],
    [{ kind: "executable", name: "r", path: "/opt/yes" }, true],
    [{ kind: "executable", name: "r", path: "/opt/no" }, false],
    [{ kind: "executable", name: "r", path: "/opt/yes", names: ["*.example.com"] }, false],
    [{ kind: "extension", name: "r", extension: "pp_role", value: "*" }, false],
    [token, false],
  ])("%j: %s", async (rule, signed) => {
    const verdict = await ask(plain, [rule]);
    expect([verdict.signed, verdict.by]).toEqual([signed, signed ? rule.name : null]);
    expect(verdict.why).not.toMatch(/\n|correct horse/);
  });

  it.each([
    ["pp_role", "web*", true],
    ["pp_role", "webserver", true],
    ["pp_role", "db", false],
    ["pp_zone", "*", false],
    ["1.3.6.1.4.1.34380.1.1.13", "webserver", true],
    ["pp_cli_auth", "*", false],
    ["1.9.9", "*", false],
  ])("an extension: %s = %s: %s", async (extension, value, signed) => {
    const request = parseRequest(
      csr({
        names: [NAME],
        extensions: [puppetExtension("1.3.6.1.4.1.34380.1.1.13", "webserver"), puppetExtension("1.9.9", "x")],
      }),
    );
    expect((await ask(request, [{ kind: "extension", name: "r", extension, value }])).signed).toBe(signed);
  });

  it("are asked in order, and the first that matches signs", async () => {
    const { ran, deps } = world();
    const rules: AutosignRule[] = [
      { kind: "name", name: "other", certname: "db01" },
      { kind: "glob", name: "mine", pattern: "*.example.org" },
      { kind: "executable", name: "late", path: "/opt/yes" },
    ];
    expect(await evaluate(plain, rules, deps)).toMatchObject({ signed: true, by: "mine" });
    expect(ran).toEqual([]);
  });

  it("say of each why it did not match", async () => {
    const { why } = await ask(plain, [
      { kind: "name", name: "one", certname: "db01" },
      { kind: "executable", name: "two", path: "/opt/no" },
    ]);
    expect(why).toBe("no rule matches (one: another name; two: /opt/no exited)");
  });
});

describe("tokens", () => {
  it.each([Oid.challengePassword, Oid.preSharedKey])("are told in %s", async (oid) => {
    expect(await ask(withAttribute(oid, secret), [token])).toMatchObject({ signed: true, by: "t" });
    expect(await ask(withAttribute(oid, "wrong"), [token])).toMatchObject({ signed: false });
    expect(await ask(withAttribute(oid, ""), [token])).toMatchObject({ signed: false });
  });

  it("are told in one of both", async () => {
    for (const [password, key] of [
      [secret, "wrong"],
      ["wrong", secret],
    ] as const) {
      const attributes = [attribute(Oid.challengePassword, utf8(password)), attribute(Oid.preSharedKey, utf8(key))];
      expect((await ask(parseRequest(csr({ names: [NAME], attributes })), [token])).signed).toBe(true);
    }
  });

  it("are not told in an extension, which everybody could read", async () => {
    const request = parseRequest(csr({ names: [NAME], extensions: [puppetExtension(Oid.preSharedKey, secret)] }));
    expect((await ask(request, [token])).signed).toBe(false);
  });

  it.each([
    [{}, 1],
    [{ uses: 3 }, 3],
    [{ uses: null }, null],
  ])("say what is to be counted: %j", async (said, uses) => {
    const verdict = await ask(telling, [{ ...token, ...said }]);
    expect(verdict.token).toEqual({ sha256: token.sha256, uses });
    expect(await ask(telling, [{ kind: "all", name: "a" }])).not.toHaveProperty("token");
  });

  it.each([
    ["2026-11-20T12:00:01Z", true],
    ["2026-11-20T12:00:00Z", false],
    ["2020-01-01", false],
    ["nonsense", false],
  ])("that end on %s: %s", async (expiresAt, signed) => {
    expect((await ask(telling, [{ ...token, expiresAt }])).signed).toBe(signed);
  });

  it("can be for some names only", async () => {
    expect((await ask(telling, [{ ...token, names: ["*.example.com", "db01"] }])).signed).toBe(false);
    expect((await ask(telling, [{ ...token, names: ["*.example.com", NAME] }])).signed).toBe(true);
  });

  it("that are used up let the next rule decide, and it is said only to who tells them", async () => {
    const spent = new Set([token.sha256]);
    const rules: AutosignRule[] = [token, { kind: "glob", name: "second", pattern: "*.example.org" }];
    expect(await ask(telling, rules, { spent })).toMatchObject({ signed: true, by: "second" });
    expect((await ask(telling, [token], { spent })).why).toBe("no rule matches (t: the token is used up)");
    expect((await ask(plain, [token], { spent })).why).toBe("no rule matches (t: the request does not tell the token)");
  });

  it("of no use in the policy match nothing", async () => {
    for (const sha256 of ["", "00", secret]) expect((await ask(telling, [{ ...token, sha256 }])).signed).toBe(false);
  });
});

describe("a dry run", () => {
  it("runs no program", async () => {
    const at = world();
    const program: AutosignRule = { kind: "executable", name: "p", path: "/opt/yes" };
    expect(await ask(telling, [program, token], { dryRun: true }, at)).toMatchObject({ signed: true, by: "t" });
    expect((await ask(plain, [program], { dryRun: true }, at)).why).toContain("/opt/yes would be asked");
    expect(at.ran).toEqual([]);
  });
});

describe("a request that must not be signed", () => {
  it("costs no token", async () => {
    const verdict = await ask(telling, [token], { refusal: () => "not this one" });
    expect(verdict).toEqual({ signed: false, by: "t", why: "not this one", refusal: "not this one" });
  });

  it("is looked into only where a rule matches", async () => {
    expect((await ask(plain, [token], { refusal: () => expect.fail("was asked") })).refusal).toBeUndefined();
  });
});

describe("who had the name before", () => {
  it("gets it again by a token that says so, and by nothing else", async () => {
    const readmitting = { readmitting: true };
    const everything: AutosignRule[] = [
      { kind: "all", name: "all" },
      { kind: "executable", name: "p", path: "/opt/yes" },
      token,
    ];
    const at = world();
    expect(await ask(telling, everything, readmitting, at)).toEqual({ signed: false, by: null, why: "no rule" });
    expect(at.ran).toEqual([]);
    expect((await ask(telling, [...everything, { ...token, readmit: true }], readmitting)).signed).toBe(true);
    expect((await ask(plain, [...everything, { ...token, readmit: true }], readmitting)).signed).toBe(false);
  });
});

describe("a program", () => {
  it("is told the name and the request, and has ten seconds unless told", async () => {
    const at = world();
    await ask(plain, [{ kind: "executable", name: "p", path: "/opt/yes" }], {}, at);
    await ask(plain, [{ kind: "executable", name: "p", path: "/opt/yes", timeoutSeconds: 3 }], {}, at);
    expect(at.ran.map(({ certname, pem, timeoutMs }) => [certname, pem, timeoutMs])).toEqual([
      [NAME, plain.pem, 10_000],
      [NAME, plain.pem, 3000],
    ]);
  });
});
