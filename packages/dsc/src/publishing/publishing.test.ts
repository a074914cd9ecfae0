import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ZipFile } from "yazl";
import { configurationKind } from "./configuration-kind.js";
import { moduleKind } from "./module-kind.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-publishing-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function fileOf(bytes: Buffer | string): string {
  const file = path.join(dir, "file");
  writeFileSync(file, bytes);
  return file;
}

const DOCUMENT = 'instance of OMI_ConfigurationDocument\n{\n Version="2.0.0";\n};\n';
const credential = (password: string) =>
  `instance of MSFT_Credential as $c\n{\n UserName = "u";\n Password = "${password}";\n};\n${DOCUMENT}`;
const utf16 = (text: string) => Buffer.from(`\ufeff${text.replaceAll("\n", "\r\n")}`, "utf16le");

describe("configurationKind", () => {
  const inspect = (name: string, bytes: Buffer | string) => configurationKind.inspect(name, fileOf(bytes));

  it.each([
    ["UTF-8", DOCUMENT],
    ["UTF-16LE with a byte order mark", utf16(DOCUMENT)],
    ["UTF-16BE", Buffer.from(utf16(DOCUMENT)).swap16()],
    ["an encrypted password", credential("-----BEGIN CMS-----\\nMIIB\\n-----END CMS-----")],
  ])("takes %s without a word", async (_, bytes) => {
    expect(await inspect("Web.Node-1_x.mof", bytes)).toEqual({
      name: "Web.Node-1_x",
      channel: "current",
      warnings: [],
    });
  });

  it.each([
    ["a password in plain text", credential("hunter2"), /plain text/],
    ["the same in UTF-16", utf16(credential("hunter2")), /plain text/],
    ["what is no configuration", "hello", /OMI_ConfigurationDocument/],
  ])("warns of %s", async (_, bytes, warning) => {
    expect((await inspect("Web.mof", bytes)).warnings).toEqual([expect.stringMatching(warning)]);
  });

  it.each([
    ["My Web.mof", /" "/],
    ["Büro.mof", /"ü"/],
    ["a'b.mof", /"'"/],
    ["..mof", /could not fetch|no name/],
    [".mof", /no name/],
    [`${"x".repeat(256)}.mof`, /256 characters/],
    ["Web.txt", /Name\.mof/],
    ["localhost.meta.mof", /meta-configuration/],
  ])("refuses the name %s with the reason", async (name, reason) => {
    await expect(inspect(name, DOCUMENT)).rejects.toMatchObject({
      code: "name-invalid",
      message: expect.stringMatching(reason),
    });
  });

  it("takes the last part of a path only", async () => {
    expect((await inspect("../../etc/Web.mof", DOCUMENT)).name).toBe("Web");
  });

  it.each(["", "\ufeff \r\n"])("refuses an empty file", async (text) => {
    await expect(inspect("Web.mof", text)).rejects.toMatchObject({ code: "request-malformed" });
  });
});

describe("moduleKind", () => {
  async function zip(...names: string[]): Promise<Buffer> {
    const made = new ZipFile();
    // Written with a place-holder: yazl would not write a back-slash.
    for (const name of names) made.addBuffer(Buffer.from("x"), name.replaceAll("\\", "~"));
    made.end();
    const chunks: Buffer[] = [];
    for await (const chunk of made.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.from(Buffer.concat(chunks).toString("latin1").replaceAll("~", "\\"), "latin1");
  }
  const inspect = async (name: string, bytes: Buffer | string) => moduleKind.inspect(name, fileOf(bytes));

  it.each([
    ["at the top", ["xWeb.psd1", "DscResources/a.psm1"]],
    ["below its name", ["xWeb/xWeb.psd1"]],
  ])("takes a module with its manifest %s without a word", async (_, names) => {
    expect(await inspect("xWeb_1.2.0.zip", await zip(...names))).toEqual({
      name: "xWeb",
      channel: "1.2.0",
      warnings: [],
    });
  });

  it.each([
    ["a version folder", ["1.1.0.0/xWeb.psd1"], /version level/],
    ["a missing manifest", ["Other/x.psm1"], /no xWeb\.psd1/],
    ["back-slashes", ["xWeb\\xWeb.psd1"], /back-slashes/],
    ["nothing in it", [], /empty/],
  ])("warns of %s", async (_, names, warning) => {
    expect((await inspect("xWeb_1.0.zip", await zip(...names))).warnings).toEqual([expect.stringMatching(warning)]);
  });

  it("divides at the last underscore", async () => {
    expect(await inspect("a_b_1.0.zip", await zip("a_b.psd1"))).toMatchObject({ name: "a_b", channel: "1.0" });
  });

  it.each(["xWeb.zip", "xWeb_1.zip", "xWeb_1.0-beta.zip", "xWeb_v1.0.zip", "x Web_1.0.zip", "_1.0.zip"])(
    "refuses the name %s",
    async (name) => {
      await expect(inspect(name, await zip("xWeb.psd1"))).rejects.toMatchObject({ code: "name-invalid" });
    },
  );

  it("refuses a zip that is nothing but names", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `${i}${"x".repeat(65_000)}`);
    await expect(inspect("xWeb_1.0.zip", await zip(...names))).rejects.toMatchObject({ code: "request-malformed" });
  });

  it("refuses what is no zip, and half of one", async () => {
    const whole = await zip("xWeb.psd1", "a", "b");
    for (const bytes of ["hello", Buffer.alloc(0), whole.subarray(0, whole.length - 30)]) {
      await expect(inspect("xWeb_1.0.zip", bytes)).rejects.toMatchObject({ code: "request-malformed" });
    }
  });
});
