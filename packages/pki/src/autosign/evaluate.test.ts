import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { attribute, csr, puppetExtension } from "../csr.test.helper.js";
import { utf8 } from "../der/write.js";
import { Oid, puppetOids } from "../oids.js";
import { parseRequest, type SigningRequest } from "../request.js";
import { type AutosignDeps, type EvaluateOptions, evaluate } from "./evaluate.js";
import type { ProgramRun } from "./executable.js";
import type { AutosignRule, TokenRule } from "./policy.js";
import { tokenHash } from "./token.js";

const NAME = "web01.example.org";
const plain = parseRequest(csr({ names: [NAME] }));
const withAttribute = (oid: string, secret: string) =>
  parseRequest(csr({ names: [NAME], attributes: [attribute(oid, utf8(secret))] }));
const secret = "correct horse";
const telling = withAttribute(Oid.challengePassword, secret);
const token: TokenRule = { kind: "token", name: "t", id: "t1", sha256: tokenHash(secret) };

function world(left: Record<string, number> = {}) {
  const taken: string[] = [];
  const ran: ProgramRun[] = [];
  const deps: AutosignDeps = {
    clock: fixedClock("2026-11-20T12:00:00Z"),
    oids: puppetOids,
    run: async (run) => {
      ran.push(run);
      return { signed: run.path.endsWith("yes"), why: "exited" };
    },
    takeToken: async (id, uses) => {
      taken.push(`${id} of ${uses}`);
      const rest = left[id] ?? uses;
      left[id] = rest - 1;
      return rest > 0;
    },
  };
  return { deps, taken, ran };
}

const ask = (
  request: SigningRequest,
  rules: readonly AutosignRule[],
  options: EvaluateOptions = {},
  { deps } = world(),
) => evaluate(request, { rules }, deps, options);

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
    expect(await evaluate(plain, { rules }, deps)).toMatchObject({ signed: true, by: "mine" });
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

  it("are used once unless told, and never more often than told", async () => {
    const at = world();
    expect((await ask(telling, [token], {}, at)).signed).toBe(true);
    expect(await ask(telling, [token], {}, at)).toMatchObject({
      signed: false,
      why: expect.stringContaining("used up"),
    });
    expect(at.taken).toEqual(["t1 of 1", "t1 of 1"]);
    const three = world();
    const signed = await Promise.all([1, 2, 3, 4].map(() => ask(telling, [{ ...token, uses: 3 }], {}, three)));
    expect(signed.filter((verdict) => verdict.signed)).toHaveLength(3);
  });

  it("without a limit are not counted", async () => {
    const at = world();
    expect((await ask(telling, [{ ...token, uses: null }], {}, at)).signed).toBe(true);
    expect(at.taken).toEqual([]);
  });

  it.each([
    ["2026-11-20T12:00:01Z", true],
    ["2026-11-20T12:00:00Z", false],
    ["2020-01-01", false],
    ["nonsense", false],
  ])("that end on %s: %s", async (expiresAt, signed) => {
    const at = world();
    expect((await ask(telling, [{ ...token, expiresAt }], {}, at)).signed).toBe(signed);
    expect(at.taken).toHaveLength(signed ? 1 : 0);
  });

  it("can be for some names only", async () => {
    expect((await ask(telling, [{ ...token, names: ["*.example.com", "db01"] }])).signed).toBe(false);
    expect((await ask(telling, [{ ...token, names: ["*.example.com", NAME] }])).signed).toBe(true);
  });

  it("that are used up let the next rule decide", async () => {
    const rules: AutosignRule[] = [token, { kind: "glob", name: "second", pattern: "*.example.org" }];
    expect(await ask(telling, rules, {}, world({ t1: 0 }))).toMatchObject({ signed: true, by: "second" });
  });

  it("of no use in the policy match nothing", async () => {
    for (const sha256 of ["", "00", secret]) expect((await ask(telling, [{ ...token, sha256 }])).signed).toBe(false);
  });
});

describe("a dry run", () => {
  it("takes no token and runs no program", async () => {
    const at = world();
    const program: AutosignRule = { kind: "executable", name: "p", path: "/opt/yes" };
    expect(await ask(telling, [program, token], { dryRun: true }, at)).toMatchObject({ signed: true, by: "t" });
    expect((await ask(plain, [program], { dryRun: true }, at)).why).toContain("/opt/yes would be asked");
    expect([at.taken, at.ran]).toEqual([[], []]);
  });
});

describe("a request that must not be signed", () => {
  it("costs no token", async () => {
    const at = world();
    const verdict = await ask(telling, [token], { refusal: () => "not this one" }, at);
    expect(verdict).toEqual({ signed: false, by: "t", why: "not this one", refusal: "not this one" });
    expect(at.taken).toEqual([]);
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
    expect([at.ran, at.taken]).toEqual([[], []]);
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
