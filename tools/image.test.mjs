import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("image.sh", import.meta.url));
const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-image-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the script where every program of its own is there, does nothing and says that it is root. */
function image(...args) {
  const bin = path.join(dir, "bin");
  mkdirSync(bin, { recursive: true });
  for (const program of ["buildah", "debootstrap", "umount", "id"])
    writeFileSync(path.join(bin, program), "#!/bin/sh\necho 0\n", { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  return spawnSync("bash", [script, ...args], { env, encoding: "utf8" });
}

describe("tools/image.sh clean", () => {
  it("takes away what it made", () => {
    const folder = path.join(dir, "made");
    mkdirSync(path.join(folder, "storage", "overlay"), { recursive: true });
    expect(image("clean", folder)).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(folder)).toBe(false);
  });

  it("leaves a folder alone that holds something else", () => {
    const folder = path.join(dir, "home");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "thesis"), "");
    expect(image("clean", folder)).toMatchObject({ status: 2, stderr: expect.stringContaining("left as it is") });
    expect(existsSync(path.join(folder, "thesis"))).toBe(true);
  });

  it("is no trouble where there is nothing", () => {
    expect(image("clean", path.join(dir, "none")).status).toBe(0);
  });
});
