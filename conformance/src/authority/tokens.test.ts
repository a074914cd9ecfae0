import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GatewayProcess } from "../gateway.js";
import { needs } from "../puppet/programs.js";
import { csrOf, newKey, Oid } from "./csr.js";
import { fetched, given, submit } from "./host.js";
import { autosign, type House, MOST_GATEWAYS, manyGateways, startHouse } from "./house.js";
import { inScratch, opensslCsr } from "./openssl.js";

const { skip, note } = needs("openssl");

const RACES = 12;
const newSecret = () => randomBytes(18).toString("base64url");
const sha256 = (secret: string) => createHash("sha256").update(secret).digest("hex");
const races = Array.from({ length: RACES }, newSecret);
const many = newSecret();
const unlimited = newSecret();
const ended = newSecret();
const narrow = newSecret();
const dry = newSecret();

describe.skipIf(skip)(`tokens, with ${manyGateways}${note}`, () => {
  let house: House;
  const key = newKey();
  const gatewayOf = (index: number) => house.gateways[index % house.gateways.length] as GatewayProcess;
  const telling = (name: string, secret: string) =>
    csrOf(name, { key, attributes: { [Oid.challengePassword]: secret } });
  beforeAll(async () => {
    const token = (name: string, secret: string, more: object = {}) => ({
      name,
      kind: "token",
      sha256: sha256(secret),
      ...more,
    });
    const rules = [
      ...races.map((secret, index) => token(`race-${index}`, secret)),
      token("many", many, { uses: 3 }),
      token("unlimited", unlimited, { uses: null }),
      token("ended", ended, { uses: null, expiresAt: "2020-01-01T00:00:00Z" }),
      token("narrow", narrow, { uses: null, names: ["*.web.example.org"] }),
      token("dry", dry),
    ];
    house = await startHouse({ env: autosign(...rules), gateways: MOST_GATEWAYS });
  });
  afterAll(() => house?.close());

  const signedOf = async (names: readonly string[]) =>
    (await Promise.all(names.map((name) => fetched(house.last, `certificate/${name}`)))).filter(
      ({ status }) => status === 200,
    ).length;

  it("are told in challengePassword or in pp_preshared_key, as OpenSSL writes them", async () => {
    for (const [name, attribute] of [
      ["challenge.example.org", "challengePassword"],
      ["shared.example.org", Oid.preSharedKey],
    ] as const) {
      const { csr } = await opensslCsr(name, { [attribute]: unlimited });
      expect(await submit(house.first, name, csr)).toMatchObject({ status: 200, text: "" });
      const certificate = await given(house.last, `certificate/${name}`);
      expect(Buffer.from(certificate.replace(/-----[^-]+-----/g, ""), "base64").includes(unlimited)).toBe(false);
    }
    // As an extension it would stand in the certificate for everybody to read: there it is no token.
    const { csr } = await opensslCsr("public.example.org", {}, { [Oid.preSharedKey]: `ASN1:UTF8String:${unlimited}` });
    expect((await submit(house.first, "public.example.org", csr)).status).toBe(200);
    expect(await signedOf(["public.example.org"])).toBe(0);
  });

  it("sign nothing where they are not told, wrong, for other names, or past their end", async () => {
    const cases = [
      ["nothing.example.org", csrOf("nothing.example.org", { key })],
      ["wrong.example.org", telling("wrong.example.org", `${unlimited}x`)],
      ["empty.example.org", telling("empty.example.org", "")],
      ["hash.example.org", telling("hash.example.org", sha256(unlimited))],
      ["elsewhere.example.org", telling("elsewhere.example.org", narrow)],
      ["late.example.org", telling("late.example.org", ended)],
    ] as const;
    for (const [name, csr] of cases) {
      expect((await submit(house.first, name, csr)).status, name).toBe(200);
      expect((await fetched(house.first, `certificate/${name}`)).status, name).toBe(404);
    }
    const waiting = await house.requests();
    for (const [name] of cases) expect(waiting.get(name), name).toMatch(/^no rule matches/);
    expect(waiting.get("late.example.org")).toContain("ended: the token has ended");
    // A request that tells a secret is shown to nobody: the one that waits for want of a rule may tell a good one.
    expect((await fetched(house.first, "certificate_request/elsewhere.example.org")).status).toBe(404);
    expect((await fetched(house.first, "certificate_request/nothing.example.org")).status).toBe(200);
    expect((await submit(house.first, "db.web.example.org", telling("db.web.example.org", narrow))).status).toBe(200);
    expect(await signedOf(["db.web.example.org"])).toBe(1);
  });

  it("sign one of two hosts that tell a one-time token at once", async () => {
    for (const [race, secret] of races.entries()) {
      const names = [`a-${race}.race.example.org`, `b-${race}.race.example.org`];
      const answers = await Promise.all(
        names.map((name, index) => submit(gatewayOf(race + index), name, telling(name, secret))),
      );
      // The other one waits for a person.
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await signedOf(names), `race ${race}`).toBe(1);
    }
    const waiting = await house.requests();
    const left = [...waiting].filter(([name]) => name.endsWith(".race.example.org"));
    expect(left).toHaveLength(RACES);
    for (const [name, why] of left) expect(why, name).toContain("the token is used up");
    const late = "c-0.race.example.org";
    expect((await submit(house.last, late, telling(late, races[0] ?? ""))).status).toBe(200);
    expect(await signedOf([late])).toBe(0);
  });

  it("sign as many as they have uses, whoever comes", async () => {
    const names = Array.from({ length: 10 }, (_, index) => `host-${index}.many.example.org`);
    await Promise.all(names.map((name, index) => submit(gatewayOf(index), name, telling(name, many))));
    expect(await signedOf(names)).toBe(3);
    // The same requests again, as agents send them: nothing more comes of it.
    await Promise.all(names.map((name, index) => submit(gatewayOf(index + 1), name, telling(name, many))));
    expect(await signedOf(names)).toBe(3);
  });

  it("are not used by a test of what would become of a request", async () => {
    const name = "dry.example.org";
    const before = [await house.requests(), await house.inventory(), await house.ca("policy", "list")];
    const found = await inScratch(async (_, put) => house.ca("policy", "test", put("csr.pem", telling(name, dry))));
    expect(found).toMatchObject({ name, signed: true, rule: "dry", refusal: null });
    const other = telling("waits.example.org", "no token");
    expect(await inScratch((_, put) => house.ca("policy", "test", put("csr.pem", other)))).toMatchObject({
      signed: false,
      rule: null,
    });
    expect([await house.requests(), await house.inventory(), await house.ca("policy", "list")]).toEqual(before);
    expect((await fetched(house.first, `certificate_request/${name}`)).status).toBe(404);
    await submit(house.first, name, telling(name, dry));
    expect(await signedOf([name])).toBe(1);
  });

  it("are made by the command, work once, and are shown this once", async () => {
    const made: { secret: string } = await house.ca("policy", "add", "from-the-command", "--kind", "token");
    expect(made.secret).toMatch(/^[\w-]{20,}$/);
    const names = ["one.made.example.org", "two.made.example.org"];
    for (const [index, name] of names.entries()) await submit(gatewayOf(index), name, telling(name, made.secret));
    expect(await signedOf(names.slice(0, 1))).toBe(1);
    expect(await signedOf(names.slice(1))).toBe(0);
    const said = JSON.stringify([await house.ca("policy", "list"), await house.ca("list", "--all")]);
    expect(said).toContain("from-the-command");
    const audit = JSON.stringify((await house.api("GET", "/audit-events?limit=500")).json);
    expect(audit).toContain("ca.policy.put");
    for (const text of [said, audit, ...house.gateways.map(({ log }) => log())]) {
      for (const secret of [made.secret, unlimited, races[0] ?? ""]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(sha256(secret));
      }
    }
    const { code } = await house.site.command("ca", "policy", "remove", "from-the-command");
    expect(code).toBe(0);
  });
});
