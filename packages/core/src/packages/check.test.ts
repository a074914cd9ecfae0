import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkPackageName, packageFault } from "./check.js";
import type { NewPackageFile, PackageCheck } from "./types.js";

const plain = { checks: [], actions: [], userInteractions: [], wantsSoftware: false, files: [] };
const file = (said: Partial<NewPackageFile> = {}): NewPackageFile => ({
  ...{ name: "setup.exe", size: 1 },
  sha256: createHash("sha256")
    .update(said.name ?? "setup.exe")
    .digest("hex"),
  ...said,
});
const withFiles = (...files: NewPackageFile[]) => packageFault({ ...plain, files });
const check = (said: Partial<PackageCheck>): PackageCheck => ({
  type: "fileExists",
  path: "/x",
  return: "ko",
  ...said,
});

describe("packageFault", () => {
  it("finds nothing in a good one", () => {
    expect(packageFault(plain)).toBeUndefined();
    expect(withFiles(file(), file({ name: "ü b.dat", size: 0, p2pRetentionMinutes: 60 }))).toBeUndefined();
    const envs = { PATH: "/x", "ProgramFiles(x86)": "c" };
    expect(
      packageFault({ ...plain, actions: [{ cmd: { exec: "x", envs } }, { mkdir: { list: ["a"] } }] }),
    ).toBeUndefined();
  });

  it.each(["", ".", "..", "a/b", "a\\b", "c:x", "a\0", "a\n", "a.", "a ", "x".repeat(256), "\ud800", "a*", 'a"'])(
    "finds a file that would not lie where it should: %j",
    (name) => expect(withFiles(file({ name }))).toMatch(/no name of a file/),
  );

  it("finds files that Windows takes for one", () => {
    expect(withFiles(file(), file({ name: "SETUP.EXE" }))).toMatch(/Two files/);
  });

  it("finds files of the same content, of which agents would lay one", () => {
    const sha256 = "a".repeat(64);
    expect(withFiles(file({ sha256 }), file({ name: "copy.exe", sha256 }))).toMatch(
      /"copy.exe" is just as "setup.exe"/,
    );
  });

  it.each([
    [{ sha256: "0".repeat(63) }, /SHA-256/],
    [{ sha256: "A".repeat(64) }, /SHA-256/],
    [{ size: -1 }, /size/],
    [{ size: 1.5 }, /size/],
    [{ size: Number.NaN }, /size/],
    [{ p2pRetentionMinutes: -1 }, /minutes/],
    [{ p2pRetentionMinutes: 0.5 }, /minutes/],
    [{ size: 2 ** 36 + 1 }, /at most 65536 MiB/],
  ])("finds what is wrong with a file: %j", (said, fault) => expect(withFiles(file(said))).toMatch(fault));

  it("counts files, and the parts of all of them, empty ones too", () => {
    const files = Array.from({ length: 1_000 }, (_, i) => file({ name: `f${i}`, size: 0 }));
    expect(withFiles(...files)).toBeUndefined();
    expect(withFiles(...files, file())).toMatch(/at most 1000 files/);
    expect(withFiles(file({ size: 2 ** 36 }))).toBeUndefined();
    expect(withFiles(file({ size: 2 ** 36 }), file({ name: "more", size: 0 }))).toMatch(/MiB/);
  });

  it.each([
    check({ type: "fileSizeGreater" }),
    check({ type: "fileSizeGreater", value: "-1" }),
    check({ type: "freespaceGreater", value: "1e3" }),
    check({ type: "fileSHA512", value: "00" }),
    check({ type: "winkeyEquals" }),
  ])("finds a check without what it is compared with: %j", (wrong) => {
    expect(packageFault({ ...plain, checks: [check({}), wrong] })).toMatch(/needs/);
    expect(packageFault({ ...plain, actions: [{ copy: { from: "a", to: "b", checks: [wrong] } }] })).toMatch(/needs/);
  });

  it("takes an empty value of the registry for one", () => {
    expect(packageFault({ ...plain, checks: [check({ type: "winkeyEquals", value: "" })] })).toBeUndefined();
  });

  it.each(["", "A B", "A=B", "1A", "a\0"])("finds a variable that is none: %j", (name) => {
    const envs = { [name]: "x" };
    expect(packageFault({ ...plain, actions: [{ cmd: { exec: "x", envs } }] })).toMatch(/variable/);
  });
});

describe("checkPackageName", () => {
  it.each(["a", "7-Zip 24.08", "notepad++", "x".repeat(100)])("takes %j", (name) => {
    expect(() => checkPackageName(name)).not.toThrow();
  });
  it.each(["", " ", "a ", " a", "-a", "a/b", "..", "a\0", "é", "x".repeat(101)])("refuses %j", (name) => {
    expect(() => checkPackageName(name)).toThrow(expect.objectContaining({ code: "name-invalid" }));
  });
});
