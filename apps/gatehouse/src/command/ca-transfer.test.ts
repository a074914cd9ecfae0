import { copyFileSync, existsSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { writePuppetCa } from "../server/authority/openssl-ca.test.helper.js";
import { contentOf, emptyDatabase, folder } from "../server/authority/transfer.test.helper.js";
import { run } from "./program.js";

async function ca(env: NodeJS.ProcessEnv, ...args: string[]) {
  let [out, err] = ["", ""];
  const context = {
    env,
    out: (text: string | Uint8Array) => {
      out += text;
    },
    warn: (text: string) => {
      err += text;
    },
  };
  const code = await run(["ca", ...args], context);
  return { code, out, err, json: args.includes("--json") && out !== "" ? JSON.parse(out) : undefined };
}
function puppetCa(): string {
  const dir = path.join(folder(), "ca");
  writePuppetCa(dir);
  return dir;
}
/** Nothing listens there. */
const NOWHERE = { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/nothing" };
const BROUGHT = "2 certificates, 1 revoked serial and 1 request";

describe("gatehouse ca import", () => {
  it("says what it found and what it took over, once", async () => {
    const [env, dir] = [await emptyDatabase(), puppetCa()];
    const first = await ca(env, "import", dir);
    expect([first.code, first.err]).toEqual([0, ""]);
    const [heading, finding, none, last] = first.out.split("\n");
    expect(heading).toMatch(/^ +FILE +FINDING$/);
    expect(finding).toMatch(/^note +infra_serials +Lists of infrastructure nodes/);
    expect([none, last]).toEqual(["", `The authority with ${BROUGHT} was taken over. Start the gateway.`]);
    expect(await ca(env, "import", dir)).toMatchObject({
      code: 1,
      out: "",
      err: "gatehouse: This database has an authority already.\n",
    });
  });

  it("prints the same for programs", async () => {
    const findings = [{ level: "note", file: "infra_serials", text: expect.any(String) }];
    const brings = { certificates: 2, revoked: 1, requests: 1 };
    const dir = puppetCa();
    const dry = await ca(NOWHERE, "import", dir, "--dry-run", "--json");
    expect([dry.code, dry.err, dry.json]).toEqual([0, "", { findings, brings, stored: false }]);
    const taken = await ca(await emptyDatabase(), "import", dir, "--json");
    expect([taken.code, taken.err, taken.json]).toEqual([0, "", { findings, brings, stored: true }]);
  });

  it("only looks with --dry-run, and leaves no data folder", async () => {
    const data = path.join(folder(), "data");
    const { code, out } = await ca({}, "import", puppetCa(), "--dry-run", "--data", data);
    expect(code).toBe(0);
    expect(out).toContain(`The authority with ${BROUGHT} would be taken over.\n`);
    expect(existsSync(data)).toBe(false);
  });

  it("takes nothing over where there is an error, and names each", async () => {
    const dir = puppetCa();
    writeFileSync(path.join(dir, "ca_crl.pem"), "no list");
    copyFileSync(path.join(puppetCa(), "ca_key.pem"), path.join(dir, "ca_key.pem"));
    const { code, out, err } = await ca(NOWHERE, "import", dir);
    expect([code, err]).toEqual([1, "gatehouse: Nothing was taken over: mend the errors first.\n"]);
    expect(out).toMatch(/^error +ca_crl\.pem /m);
    expect(out).toMatch(/^error +ca_key\.pem +It is not the key of the first certificate/m);
    expect(out).not.toContain("taken over");
    const forPrograms = await ca(NOWHERE, "import", dir, "--json");
    expect([forPrograms.code, forPrograms.json]).toMatchObject([1, { brings: null, stored: false }]);
  });

  it("says which folder cannot be read", async () => {
    const { code, err } = await ca(NOWHERE, "import", "/nowhere/at/all");
    expect([code, err]).toEqual([1, expect.stringContaining("/nowhere/at/all cannot be read: ENOENT")]);
  });
});

describe("gatehouse ca export", () => {
  it("writes the folder, and warns of the keys in it", async () => {
    const [env, dir] = [await emptyDatabase(), puppetCa()];
    await ca(env, "import", dir);
    const out = path.join(folder(), "out");
    expect(await ca(env, "export", out)).toMatchObject({
      code: 0,
      err: "",
      out: `9 files are in ${out}. The keys among them can sign for anybody: keep them so.\n`,
    });
    expect(statSync(path.join(out, "ca_key.pem")).mode & 0o777).toBe(0o600);
    const [before, after] = [contentOf(dir), contentOf(out)];
    for (const file of ["ca_crt.pem", "ca_key.pem", "serial", "signed/web01.pem", "requests/web03.pem"])
      expect(after[file], file).toBe(before[file]);
    const again = await ca(env, "export", `${out}2`, "--json");
    expect([again.code, again.json]).toEqual([0, { files: 9 }]);
  });

  it("writes into no folder that holds anything", async () => {
    const dir = puppetCa();
    const before = contentOf(dir);
    expect(await ca(NOWHERE, "export", dir)).toEqual({
      code: 1,
      out: "",
      err: `gatehouse: ${dir} is not empty.\n`,
      json: undefined,
    });
    expect(contentOf(dir)).toEqual(before);
  });
});

it("works on the embedded database of a data folder", async () => {
  const [dir, data, out] = [puppetCa(), path.join(folder(), "data"), path.join(folder(), "out")];
  expect(await ca({}, "import", dir, "--data", data)).toMatchObject({ code: 0 });
  expect(existsSync(path.join(data, "instance.key"))).toBe(true);
  expect(await ca({}, "import", dir, "--data", data)).toMatchObject({ code: 1, out: "" });
  expect(await ca({}, "export", out, "--data", data)).toMatchObject({ code: 0 });
  expect(contentOf(out)["ca_key.pem"]).toBe(contentOf(dir)["ca_key.pem"]);
});
