import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { aProblem, gatewayOf } from "./gateway.test.helper.js";

const root = mkdtempSync(path.join(tmpdir(), "gatehouse-ca-generate-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(root, "out-"));
});

const made = { certificate: "the certificate\n", key: "the key\n" };
const house = (answer: object = made) => gatewayOf({ "POST /certificates": answer });

describe("gatehouse ca generate", () => {
  it("prints both, one after the other", async () => {
    const { ca, asked } = await house();
    expect((await ca("generate", "ada")).out).toBe("the certificate\nthe key\n");
    expect((await ca("--json", "generate", "ada")).json).toEqual(made);
    expect(asked).toEqual(Array(2).fill(["POST /certificates", { name: "ada" }]));
  });

  it("asks for what is said", async () => {
    const { ca, asked } = await house();
    const words =
      "--profile operator --alt-name www --alt-name IP:192.0.2.7 --extension pp_auth_role=admin --extension a=b=c";
    await ca("generate", "ada", ...words.split(" "));
    const extensions = { pp_auth_role: "admin", a: "b=c" };
    expect(asked).toEqual([
      ["POST /certificates", { name: "ada", profile: "operator", altNames: ["www", "IP:192.0.2.7"], extensions }],
    ]);
  });

  it("writes both, the key for its owner's eyes only, into a folder that it makes", async () => {
    const { ca } = await house();
    const out = path.join(dir, "new");
    const files = { certificate: path.join(out, "ada.pem"), key: path.join(out, "ada.key.pem") };
    expect((await ca("--json", "generate", "ada", "--out", out)).json).toEqual({ files });
    expect(readFileSync(files.certificate, "utf8")).toBe(made.certificate);
    expect(readFileSync(files.key, "utf8")).toBe(made.key);
    expect(statSync(files.key).mode & 0o777).toBe(0o600);
  });

  it.each(["ada.pem", "ada.key.pem"])("makes nothing where %s is there already, and leaves it", async (file) => {
    writeFileSync(path.join(dir, file), "precious");
    const { ca, asked } = await house();
    const { code, err } = await ca("generate", "ada", "--out", dir);
    expect([code, asked, readdirSync(dir)]).toEqual([1, [], [file]]);
    expect(err).toContain("EEXIST");
    expect(readFileSync(path.join(dir, file), "utf8")).toBe("precious");
  });

  it("leaves no file where it is refused", async () => {
    const { ca } = await house(aProblem(409, "conflict", "It is taken."));
    const { code, err } = await ca("generate", "ada", "--out", dir);
    expect([code, readdirSync(dir)]).toEqual([1, []]);
    expect(err).toContain("It is taken.");
  });

  it.each(["../ada", "a/b", ".."])("writes nothing elsewhere for the name %s", async (name) => {
    const { ca, asked } = await house();
    expect([(await ca("generate", name, "--out", dir)).code, asked]).toEqual([2, []]);
    expect(existsSync(path.join(root, "ada.pem"))).toBe(false);
  });
});
