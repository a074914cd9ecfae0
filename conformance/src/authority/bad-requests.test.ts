import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../puppet/programs.js";
import { send } from "../wire.js";
import { csrDer, csrOf, dnsNames, newKey, newRsaKey, Oid, pemOf, sequence, utf8, yes } from "./csr.js";
import { fetched, submit } from "./host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "./house.js";

const { skip, note } = needs();
const NAME = "web01.example.org";
const key = newKey();
const rsa = newRsaKey(2048);
const good = csrDer({ names: [NAME], key });
const broken = () => {
  const bytes = Buffer.from(good);
  const at = bytes.length - 3;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return pemOf(bytes);
};
const asking = (oid: string, value: Buffer) => csrOf(NAME, { key, extensions: { [oid]: value } });

/** No request that anybody could sign: nothing of it is kept. */
const unfit: Readonly<Record<string, string | Buffer>> = {
  "two common names": pemOf(csrDer({ names: [NAME, "evil.example.org"], key })),
  "no common name": pemOf(csrDer({ names: [], key })),
  "NUL in the common name": csrOf(`${NAME}\0.evil.example.org`, { key }),
  "another name than its address": csrOf("other.example.org", { key }),
  "upper case": csrOf("WEB01.example.org", { key }),
  "an asterisk for a name": csrOf("*.example.org", { key }),
  "a path for a name": csrOf("../../etc/passwd", { key }),
  "an RSA key of 1024 bits": csrOf(NAME, { key: newRsaKey(1024) }),
  "a signature over MD5": csrOf(NAME, { key: rsa, hash: "md5" }),
  "a signature over SHA-1": csrOf(NAME, { key: rsa, hash: "sha1" }),
  "CA:TRUE": asking(Oid.basicConstraints, sequence(yes)),
  "a wildcard among its names": asking(Oid.subjectAltName, dnsNames(NAME, "*.example.org")),
  "a foreign extension": asking("1.2.3.4.5", utf8("x")),
  "an administrator's extension": asking(Oid.cliAuth, utf8("true")),
  "a signature that is not its key's": broken(),
  "DER in place of PEM": good,
  "half of the DER": pemOf(good.subarray(0, good.length / 2)),
  "two requests": csrOf(NAME, { key }) + csrOf("other.example.org", { key }),
  "text around it": `Certificate Request:\n${pemOf(good)}`,
  "another PEM block": pemOf(good, "CERTIFICATE"),
  nothing: "",
  "a word": "certificate, please",
  JSON: '{"csr":"x","__proto__":{"admin":true}}',
  "64 KiB of zeros": Buffer.alloc(65_536),
};

/** What another setting would let a person sign: it is kept for one to see, as puppetserver does. */
const forbidden: Readonly<Record<string, string>> = {
  "a role among operators": asking(Oid.authRole, utf8("admin")),
  "another host's name": asking(Oid.subjectAltName, dnsNames(NAME, "db.example.org")),
};

const PLAIN_LINE = /^[^\r\n]+$/;

describe.skipIf(skip)(`a bad request for a certificate${note}`, () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ env: { ...AUTOSIGN_ALL, GATEHOUSE_CA_ALLOW_SUBJECT_ALT_NAMES: "false" } });
  });
  afterAll(() => house?.close());

  const listed = async () => ((await house.ca("list")) as { certificates: unknown[] }).certificates;
  async function expectRefused(body: string | Buffer, name = NAME) {
    const { status, text, headers } = await submit(house.first, name, body);
    expect([status, headers["content-type"]]).toEqual([400, expect.stringMatching(/^text\/plain/)]);
    expect(text).toMatch(PLAIN_LINE);
    expect(text).not.toMatch(/\bat .*:\d+|node_modules|packages\/|Error:/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey
    expect(text).not.toMatch(/[\u0000-\u001f\u007f]/);
    expect((await fetched(house.first, `certificate/${NAME}`)).status).toBe(404);
  }

  for (const [what, body] of Object.entries(unfit)) {
    it(`with ${what}: 400 in one line of text, and nothing is left`, async () => {
      await expectRefused(body);
      expect((await fetched(house.first, `certificate_request/${NAME}`)).status).toBe(404);
      expect(await listed()).toEqual([]);
      expect(await house.inventory()).toEqual([]);
    });
  }

  for (const [what, body] of Object.entries(forbidden)) {
    it(`with ${what}: 400 in one line, and what is left is a request that cannot be signed now`, async () => {
      await expectRefused(body);
      expect(await listed()).toEqual([expect.objectContaining({ name: NAME, state: "requested" })]);
      expect((await house.requests()).get(NAME)).toMatch(PLAIN_LINE);
      expect((await house.site.command("ca", "sign", NAME)).code).not.toBe(0);
      expect(await house.inventory()).toEqual([]);
      // Its host asks again with a decent one once somebody cleared it away.
      expect((await house.site.command("ca", "clean", NAME)).code).toBe(0);
      expect(await listed()).toEqual([]);
    });
  }

  it("of a megabyte: 413, whatever it holds", async () => {
    for (const body of [
      csrOf("a".repeat(1 << 20), { key }),
      `${pemOf(good)}${"\n".repeat(1 << 20)}`,
      Buffer.alloc(1 << 20),
    ]) {
      const { status, text, headers } = await submit(house.first, NAME, body);
      expect([status, headers["content-type"]]).toEqual([413, expect.stringMatching(/^text\/plain/)]);
      expect(text).toMatch(PLAIN_LINE);
    }
    expect((await fetched(house.first, `certificate_request/${NAME}`)).status).toBe(404);
    expect(await listed()).toEqual([]);
  });

  it("under a name that no host has: it comes to nothing", async () => {
    for (const name of ["ca", "CA", "a%00b", "%2e%2e", "a%2fb", "web01.example.org%0a", `${"a".repeat(300)}`, "*"]) {
      const decoded = decodeURIComponent(name);
      const target = `/puppet-ca/v1/certificate_request/${name}`;
      const { status } = await send(house.first.https, { method: "PUT", path: target, body: csrOf(decoded, { key }) });
      expect([400, 403, 404], name).toContain(status);
    }
    expect(await listed()).toEqual([]);
    expect(await house.inventory()).toEqual([]);
  });

  it("keeps nobody from the name: a decent request is signed", async () => {
    expect((await submit(house.first, NAME, pemOf(good))).status).toBe(200);
    expect((await fetched(house.first, `certificate/${NAME}`)).status).toBe(200);
  });
});
