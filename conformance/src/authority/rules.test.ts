import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../puppet/programs.js";
import { csrOf, dnsNames, newKey, Oid, utf8 } from "./csr.js";
import { fetched, submit } from "./host.js";
import { autosign, type House, startHouse } from "./house.js";

const { skip, note } = needs();

describe.skipIf(skip)(`the rules of the autosign policy${note}`, () => {
  let house: House;
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-policy-"));
  const key = newKey();
  /** A policy program, by name. */
  const program = (name: string, ...lines: string[]) => {
    const file = path.join(folder, name);
    writeFileSync(file, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
    return { name, kind: "executable", path: file, names: [`${name}.program.example.org`] };
  };
  const asked = path.join(folder, "asked");
  beforeAll(async () => {
    const plain = path.join(folder, "plain-file");
    writeFileSync(plain, "#!/bin/sh\nexit 0\n", { mode: 0o644 });
    const env = autosign(
      { name: "one", kind: "name", certname: "one.example.org" },
      { name: "lab", kind: "glob", pattern: "*.lab.example.org" },
      { name: "web", kind: "extension", extension: "pp_role", value: "web-*", names: ["*.roles.example.org"] },
      program("yes", `{ echo "$#" "$1"; env; cat; } > '${asked}'`, "exit 0"),
      program("no", "echo not this one >&2", "exit 1"),
      program("killed", "kill -9 $$"),
      { ...program("slow", "sleep 30", "exit 0"), timeoutSeconds: 1 },
      { ...program("silent", "exec sleep 30 < /dev/null"), timeoutSeconds: 1 },
      { ...program("missing"), path: path.join(folder, "not-there") },
      { ...program("forbidding"), path: plain },
    );
    house = await startHouse({ env });
  });
  afterAll(async () => {
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What becomes of a request: the answer's status, and whether there is a certificate then. */
  async function outcome(name: string, parts: Parameters<typeof csrOf>[1] = {}) {
    const { status } = await submit(house.first, name, csrOf(name, { key, ...parts }));
    return [status, (await fetched(house.first, `certificate/${name}`)).status];
  }
  const [signed, waits] = [
    [200, 200],
    [200, 404],
  ];
  const role = (value: string) => ({ extensions: { [Oid.role]: utf8(value) } });

  it("by name and by domain", async () => {
    expect(await outcome("one.example.org")).toEqual(signed);
    expect(await outcome("one.example.org.evil.org")).toEqual(waits);
    expect(await outcome("a.lab.example.org")).toEqual(signed);
    expect(await outcome("a.b.lab.example.org")).toEqual(signed);
    // Puppet's patterns mean the bare domain too.
    expect(await outcome("lab.example.org")).toEqual(signed);
    expect(await outcome("evil-lab.example.org")).toEqual(waits);
    expect(await outcome("a.lab.example.org.evil.org")).toEqual(waits);
  });

  it("by an extension that the request must ask for", async () => {
    expect(await outcome("a.roles.example.org", role("web-front"))).toEqual(signed);
    expect(await outcome("b.roles.example.org", role("db"))).toEqual(waits);
    expect(await outcome("c.roles.example.org")).toEqual(waits);
    expect(await outcome("d.example.org", role("web-front"))).toEqual(waits);
    expect((await house.requests()).get("b.roles.example.org")).toContain("web: pp_role is another");
  });

  it("by a program: the name is its argument, the request its input, and 0 signs", async () => {
    const name = "yes.program.example.org";
    const csr = csrOf(name, { key });
    expect((await submit(house.first, name, csr)).status).toBe(200);
    expect((await fetched(house.first, `certificate/${name}`)).status).toBe(200);
    const text = readFileSync(asked, "utf8");
    expect(text.split("\n")[0]).toBe(`1 ${name}`);
    expect(text).toContain(csr.trim());
    // Nothing of the gateway's is in its environment.
    expect(text).not.toMatch(/GATEHOUSE|DATABASE_URL/);
  });

  it("by a program that says no, dies, does not end or cannot be run: nothing is signed", async () => {
    const says = {
      no: "exited with 1: not this one",
      killed: "was ended by SIGKILL",
      slow: "did not end within 1 s",
      silent: "did not end within 1 s",
      missing: "could not be run (ENOENT)",
      forbidding: "could not be run (EACCES)",
    };
    await Promise.all(
      Object.keys(says).map(async (each) => expect(await outcome(`${each}.program.example.org`), each).toEqual(waits)),
    );
    const waiting = await house.requests();
    for (const [each, why] of Object.entries(says)) {
      expect(waiting.get(`${each}.program.example.org`), each).toContain(why);
    }
  });

  it("never sign what must not be signed, nor the gateway's own names", async () => {
    const alias = { extensions: { [Oid.subjectAltName]: dnsNames("e.lab.example.org", "www.example.org") } };
    expect(await outcome("e.lab.example.org", alias)).toEqual([400, 404]);
    expect(await outcome("f.lab.example.org", { extensions: { [Oid.cliAuth]: utf8("true") } })).toEqual([400, 404]);
    await house.ca("policy", "add", "own", "--kind", "name", "--certname", "localhost");
    expect(await outcome("localhost")).toEqual(waits);
    expect((await house.requests()).get("localhost")).toContain("gateway's own");
    // Nor does a person by accident: whoever has such a certificate can be the gateway to every agent.
    const { code } = await house.site.command("ca", "sign", "localhost");
    expect(code).not.toBe(0);
    await house.site.command("ca", "sign", "--all");
    expect([...(await house.requests()).keys()]).toContain("localhost");
    expect((await fetched(house.first, "certificate/localhost")).status).toBe(404);
    expect((await house.site.command("ca", "sign", "localhost", "--gateway-name")).code).toBe(0);
    expect((await fetched(house.first, "certificate/localhost")).status).toBe(200);
  });

  it("are asked again when the same request comes again: a rule that was added signs what waits", async () => {
    const name = "late.example.org";
    const csr = csrOf(name, { key });
    expect((await submit(house.first, name, csr)).status).toBe(200);
    const again = await submit(house.first, name, csr);
    const text = `${name} already has a requested certificate; ignoring certificate request`;
    expect([again.status, again.text]).toEqual([400, text]);
    await house.ca("policy", "add", "late", "--kind", "name", "--certname", name);
    // Another one under this name is another host's.
    expect(await outcome(name)).toEqual([400, 404]);
    expect((await submit(house.first, name, csr)).status).toBe(200);
    expect((await fetched(house.first, `certificate/${name}`)).status).toBe(200);
    expect((await house.requests()).has(name)).toBe(false);
  });

  it("cannot be made to run a program from afar", async () => {
    const rule = { kind: "executable", path: path.join(folder, "yes") };
    expect((await house.api("PUT", "/autosign-rules/afar", rule)).status).toBe(403);
    expect((await house.api("PUT", "/autosign-rules/yes", { kind: "all" })).status).toBe(409);
    expect((await house.api("DELETE", "/autosign-rules/yes")).status).toBe(409);
  });
});
