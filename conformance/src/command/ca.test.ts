import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csrOf, Oid } from "../authority/csr.js";
import { enrol, isNode, submit } from "../authority/host.js";
import { type House, startHouse } from "../authority/house.js";
import { newSite } from "../gateway.js";
import { commandOf, gatehouse, notCalled } from "./gatehouse.js";

let house: House;
let folder: string;
const { here, done, json } = commandOf(() => house.site);
const listed = async (...words: string[]): Promise<string[]> =>
  (await json("ca", "list", ...words)).certificates.map(
    ({ name, state }: { name: string; state: string }) => `${name} ${state}`,
  );
const asks = async (name: string) => expect((await submit(house.first, name, csrOf(name))).status).toBe(200);

beforeAll(async () => {
  house = await startHouse();
  folder = mkdtempSync(path.join(tmpdir(), "gatehouse-command-ca-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await house?.close();
});

describe("ca", () => {
  it("show, crl and bootstrap tell of the authority", async () => {
    const authority = await json("ca", "show");
    expect(await done("ca", "show")).toContain(authority.bundleSha256);
    expect(await done("ca", "crl")).toMatch(/^-----BEGIN X509 CRL-----\n/);
    expect(await done("ca", "bootstrap", "--token", "s3cret")).toMatch(
      new RegExp(
        `1\\.2\\.840\\.113549\\.1\\.9\\.7: "s3cret"[\\s\\S]*--server localhost .*${authority.bundleSha256}\n$`,
      ),
    );
  });

  it("list, sign, revoke and clean lead a name from its request to a new one", async () => {
    expect(await done("ca", "list")).toMatch(/^No request waits to be signed/);
    await asks("one.example.org");
    await asks("two.example.org");
    expect(await listed()).toEqual(["one.example.org requested", "two.example.org requested"]);
    expect(await done("ca", "sign", "one.example.org", "--ttl", "90d")).toBe("one.example.org is signed.\n");
    expect(await done("ca", "sign", "--all")).toBe("two.example.org is signed.\n");
    expect(await listed("--all")).toEqual(expect.arrayContaining(["one.example.org signed", "two.example.org signed"]));
    const { certificate } = await json("ca", "show", "one.example.org");
    const days = (Date.parse(certificate.notAfter) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);

    expect(await done("ca", "revoke", "one.example.org")).toBe("one.example.org is revoked.\n");
    expect((await json("ca", "revoke", "--serial", certificate.serial)).revoked).toEqual([]);
    expect(await listed("one.example.org")).toEqual(["one.example.org revoked"]);
    expect(await done("ca", "clean", "one.example.org")).toBe("one.example.org is cleaned.\n");
    await asks("one.example.org");
    expect(await listed("--state", "requested")).toEqual(["one.example.org requested"]);
  });

  it("sign says what it refused, and does the rest", async () => {
    await asks("three.example.org");
    const ran = await here("ca", "sign", "nobody.example.org", "three.example.org");
    expect(ran).toMatchObject({ code: 1, out: "three.example.org is signed.\n" });
    expect(ran.err).toContain("nobody.example.org");
  });

  it("generate makes a certificate that the gateway takes, its key for its owner only", async () => {
    const { files } = await json("ca", "generate", "made.example.org", "--out", folder);
    expect(statSync(files.key).mode & 0o777).toBe(0o600);
    const read = (file: string) => readFileSync(file, "utf8");
    const { code, err } = await here("ca", "generate", "made.example.org", "--out", folder);
    expect([code, err]).toEqual([1, expect.stringContaining("made.example.org")]);
    const host = { certificate: read(files.certificate), key: createPrivateKey(read(files.key)) };
    expect(await isNode(house.first, host)).toBe(200);
  });

  it("policy add, test, list and remove decide who is signed at once", async () => {
    const { secret } = await json(
      ...["ca", "policy", "add", "ci", "--kind", "token", "--uses", "1", "--expires", "1h", "--names", "*.ci.test"],
    );
    const withToken = { attributes: { [Oid.challengePassword]: secret } };
    const file = path.join(folder, "request.pem");
    writeFileSync(file, csrOf("a.ci.test", withToken));
    expect(await done("ca", "policy", "test", file)).toContain("signed by the rule ci");
    writeFileSync(file, csrOf("a.elsewhere.test", withToken));
    expect(await json("ca", "policy", "test", file)).toMatchObject({ signed: false });
    expect(await done("ca", "policy", "list")).toMatch(/^ci +token +puppet .* 0 of 1 /m);
    await enrol(house.first, "a.ci.test", withToken);
    expect(await done("ca", "policy", "list")).toMatch(/^ci +token +puppet .* 1 of 1 /m);
    expect(await done("ca", "policy", "remove", "ci")).toBe("ci is gone.\n");
    expect((await json("ca", "policy", "list")).rules).toEqual([]);
  });

  it("policy import takes the lines of an autosign.conf, and says which it leaves out", async () => {
    const file = path.join(folder, "autosign.conf");
    writeFileSync(file, "# ours\n*.cloud.example.org\nbuild01.example.org\nno name\n");
    // Twice: a line that is there already is put in its own place.
    for (const _ of [1, 2])
      expect(await done("ca", "policy", "import", file)).toBe(
        "2 rules sign from now on: gatehouse ca policy list\nLine 4 is left out: neither a name nor a glob such as *.example.org.\n",
      );
    expect((await json("ca", "policy", "list")).rules).toMatchObject([
      { name: "autosign.conf:2", kind: "glob", pattern: "*.cloud.example.org" },
      { name: "autosign.conf:3", kind: "name", certname: "build01.example.org" },
    ]);
    for (const line of [2, 3]) await done("ca", "policy", "remove", `autosign.conf:${line}`);
  });

  it("export and import carry it to another gateway, while none runs", async () => {
    const dir = path.join(folder, "exported");
    const onDatabase = (site: House["site"], ...words: string[]) =>
      gatehouse(["--data", site.dataDir, "ca", ...words], site.settings);
    await house.first.stop();
    expect(await onDatabase(house.site, "export", dir)).toMatchObject({ code: 0, out: expect.stringContaining(dir) });
    const other = await newSite();
    try {
      const dry = await onDatabase(other, "import", "--dry-run", dir);
      expect(dry).toMatchObject({ code: 0, out: expect.stringContaining("would be taken over.") });
      const taken = await onDatabase(other, "import", dir);
      expect(taken).toMatchObject({ code: 0, out: expect.stringContaining("Start the gateway.") });
      expect((await onDatabase(other, "import", dir)).code).toBe(1);
    } finally {
      await other.remove();
    }
  });

  it("has no verb that was not called above", async () => {
    expect(await notCalled("ca")).toEqual([]);
  });
});
