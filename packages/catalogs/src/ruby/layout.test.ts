import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";
import { afterAll, describe, expect, it } from "vitest";
import { layOut } from "./layout.js";
import { content, versionOf } from "./ruby.test.helper.js";

const code = mkdtempSync(path.join(tmpdir(), "gatehouse-layout-"));
afterAll(() => rmSync(code, { recursive: true }));
const folder = { code, own: chmod };

describe("a version on disk", () => {
  const version = versionOf(
    {
      "manifests/site.pp": "notify { 'a': }",
      "modules/m/files/deep/er/data": "x".repeat(10),
      "scripts/run": "#!/bin/sh\n",
      "modules/link": { link: "m" },
    },
    { name: "staging" },
  );

  it("is the tree, to be read", async () => {
    const { path: root, remove } = await layOut(version, content, folder, "7");
    expect([root, readdirSync(root)]).toEqual([path.join(code, "7"), ["staging"]]);
    const at = (name: string) => path.join(root, "staging", name);
    expect(readFileSync(at("modules/link/files/deep/er/data"), "utf8")).toBe("xxxxxxxxxx");
    expect(readlinkSync(at("modules/link"))).toBe("m");
    const mode = (name: string) => (statSync(at(name)).mode & 0o777).toString(8);
    expect(["manifests", "manifests/site.pp", "scripts/run"].map(mode)).toEqual(["750", "440", "550"]);
    await remove();
    expect(readdirSync(code)).toEqual([]);
  });

  it("is copied where its bytes are in a file", async () => {
    const file = path.join(code, "blob");
    writeFileSync(file, "from a file");
    const { path: root, remove } = await layOut(
      version,
      { open: async (blob) => ({ ...blob, path: file }) },
      folder,
      "8",
    );
    expect(readFileSync(path.join(root, "staging/manifests/site.pp"), "utf8")).toBe("from a file");
    await remove();
    rmSync(file);
  });

  it("is nothing where bytes are missing", async () => {
    const missing = async () => {
      throw new GatehouseError("not-found", "No such blob.");
    };
    await expect(layOut(version, { open: missing }, folder, "9")).rejects.toMatchObject({ code: "not-found" });
    expect(readdirSync(code)).toEqual([]);
  });
});
