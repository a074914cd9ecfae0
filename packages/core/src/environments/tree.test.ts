import { describe, expect, it } from "vitest";
import {
  checkEnvironmentName,
  checkTree,
  followLink,
  isEnvironmentName,
  MOST_BYTES,
  MOST_ENTRIES,
  MOST_FILE,
} from "./tree.js";
import type { NewTreeEntry } from "./types.js";

const common = { mode: 0o644, mtime: 1 };
const folder = (path: string): NewTreeEntry => ({ ...common, type: "directory", path });
const link = (path: string, target: string): NewTreeEntry => ({ ...common, type: "link", path, target });
const file = (path: string, said: object = {}): NewTreeEntry => ({
  ...common,
  type: "file",
  path,
  size: 1,
  sha256: "ab".repeat(32),
  ...said,
});
const refused = (message: string) => expect.objectContaining({ code: "request-malformed", message });
const faultOf = (entries: readonly NewTreeEntry[]): unknown => {
  try {
    return checkTree(entries).size;
  } catch (thrown) {
    return thrown;
  }
};

describe("names of environments", () => {
  it.each(["production", "a", "0", "_", "feature_1", "__proto__", "x".repeat(64)])("%j is one", (name) => {
    expect(isEnvironmentName(name)).toBe(true);
    expect(() => checkEnvironmentName(name)).not.toThrow();
  });
  it.each(["", "A", "a-b", "a b", "a/b", "..", "a\n", "ä", "a\0", "x".repeat(65)])("%j is none", (name) => {
    expect(isEnvironmentName(name)).toBe(false);
    expect(() => checkEnvironmentName(name)).toThrow(expect.objectContaining({ code: "name-invalid" }));
  });
});

describe("checkTree", () => {
  it("gives entries in the order of code points, folders before what is in them", () => {
    const paths = ["b", "a", "a/c", "a-b", "a/b", "a/\u{1F600}", "a/\uFF5E", "__proto__", "constructor"];
    const entries = paths.map((path) => (path === "a" ? folder(path) : file(path)));
    const sorted = paths.toSorted((one, other) => Buffer.from(one).compare(Buffer.from(other)));
    expect([...checkTree(entries).keys()]).toEqual(sorted);
    expect(sorted.indexOf("a/\uFF5E")).toBeLessThan(sorted.indexOf("a/\u{1F600}"));
    expect(checkTree([]).size).toBe(0);
  });

  it.each(["", "/", "/etc/passwd", ".", "..", "../x", "a/../b", "a/./b", "a//b", "a/", "a\0b", "a\uD800"])(
    "refuses the path %j",
    (path) => {
      expect(faultOf([folder("a"), file(path)])).toEqual(
        refused(`${JSON.stringify(path)} is no path within an environment.`),
      );
    },
  );

  it.each(["a\\..\\b", "...", "a b", "\u202E", "%2e%2e", "~", "-rf", "a\nb", "COM1"])(
    "takes the path %j, which is a name",
    (path) => {
      expect(faultOf([file(path)])).toBe(1);
    },
  );

  it.each<[string, readonly NewTreeEntry[], string]>([
    ["a path twice", [file("a"), file("a")], '"a" is there twice.'],
    ["a file and a folder of one name", [folder("a"), file("a")], '"a" is there twice.'],
    ["a file below a file", [file("a"), file("a/b")], '"a/b" is in "a", which is file.'],
    ["a file below a link", [folder("d"), link("a", "d"), file("a/b")], '"a/b" is in "a", which is link.'],
    ["a file without its folder", [file("a/b")], '"a/b" is in "a", which is not there.'],
    ["a mode of more than permissions", [file("a", { mode: 0o100644 })], '"a" has no mode or time.'],
    ["a time before 1970", [file("a", { mtime: -1 })], '"a" has no mode or time.'],
    ["a time that is none", [file("a", { mtime: Number.NaN })], '"a" has no mode or time.'],
    ["a size that is none", [file("a", { size: 1.5 })], '"a" has no size or digest.'],
    ["a digest in upper case", [file("a", { sha256: "AB".repeat(32) })], '"a" has no size or digest.'],
    ["a digest that is none", [file("a", { sha256: "" })], '"a" has no size or digest.'],
    ["a link without a target", [link("a", "")], 'The link "a" has no target, or a too long one.'],
    ["a link with U+0000", [link("a", "b\0")], 'The link "a" has no target, or a too long one.'],
  ])("refuses %s", (_, entries, message) => {
    expect(faultOf(entries)).toEqual(refused(message));
    expect(faultOf(entries.toReversed())).toEqual(refused(message));
  });

  it("bounds sizes, lengths, depth and number", () => {
    const long = (path: string) => expect.objectContaining({ message: expect.stringContaining(path) });
    expect(faultOf([file("a", { size: MOST_FILE + 1 })])).toEqual(long(`may have ${MOST_FILE}`));
    const many = Array.from({ length: MOST_BYTES / MOST_FILE }, (_, i) => file(`f${i}`, { size: MOST_FILE }));
    expect(faultOf(many)).toBe(many.length);
    expect(faultOf([...many, file("more")])).toEqual(long("bytes together"));
    expect(faultOf([file("x".repeat(255))])).toBe(1);
    expect(faultOf([file("x".repeat(256))])).toEqual(long("too long"));
    expect(faultOf([file("ä".repeat(128))])).toEqual(long("too long"));
    const deep = (depth: number) => Array.from({ length: depth }, (_, i) => folder(`${"d/".repeat(i)}d`));
    expect(faultOf(deep(64))).toBe(64);
    expect(faultOf(deep(65))).toEqual(long("64 folders deep"));
    const most = Array.from({ length: MOST_ENTRIES }, (_, i) => file(`f${i}`));
    expect(faultOf(most)).toBe(MOST_ENTRIES);
    expect(faultOf([...most, file("more")])).toEqual(long(`more than ${MOST_ENTRIES}`));
  });

  it("says a long name in short", () => {
    expect((faultOf([file("/".repeat(10_000))]) as Error).message.length).toBeLessThan(300);
  });
});

describe("links", () => {
  const TREE = [
    folder("modules"),
    folder("modules/a"),
    folder("modules/a/files"),
    file("modules/a/files/x"),
    folder("modules/b"),
    link("modules/b/files", "../a/files"),
    link("modules/b/root", "../.."),
  ];
  const tree = new Map(TREE.map((entry) => [entry.path, entry]));
  const follow = (target: string, path = "modules/b/l") => followLink(tree, { path, target });

  it.each([
    ["../a/files/x", "modules/a/files/x"],
    ["./../a//files/", "modules/a/files"],
    ["files/x", "modules/a/files/x"],
    ["files/../files/x", "modules/a/files/x"],
    ["root/modules/b/files/x", "modules/a/files/x"],
    ["../..", ""],
    ["root", ""],
    [".", "modules/b"],
  ])("to %s leads to %j", (target, path) => {
    expect(follow(target)).toEqual({ end: "inside", path });
    expect(faultOf([...TREE, link("modules/b/l", target)])).toBe(TREE.length + 1);
  });

  it.each([
    ["/etc/passwd", "outside", "leads out of the environment"],
    ["/", "outside", "leads out of the environment"],
    ["../../..", "outside", "leads out of the environment"],
    ["../../../production/modules", "outside", "leads out of the environment"],
    ["root/..", "outside", "leads out of the environment"],
    ["files/../../../..", "outside", "leads out of the environment"],
    ["nothing", "nowhere", "leads to nothing"],
    ["../a/files/x/..", "nowhere", "leads to nothing"],
    ["files/x/y", "nowhere", "leads to nothing"],
    ["__proto__", "nowhere", "leads to nothing"],
  ])("to %s is refused: %s", (target, end, words) => {
    expect(follow(target)).toEqual({ end });
    const message = `The link "modules/b/l" to ${JSON.stringify(target)} ${words}.`;
    expect(faultOf([...TREE, link("modules/b/l", target)])).toEqual(refused(message));
  });

  it("in a circle are refused, however large it is", () => {
    expect(faultOf([link("a", "a")])).toEqual(refused('The link "a" to "a" leads in a circle.'));
    expect(faultOf([link("a", "b"), link("b", "a")])).toEqual(refused('The link "a" to "b" leads in a circle.'));
    const chain = (length: number) => [
      ...Array.from({ length }, (_, i) => link(`l${i}`, i + 1 === length ? "f" : `l${i + 1}`)),
      file("f"),
    ];
    expect(faultOf(chain(41))).toBe(42);
    expect(faultOf(chain(42))).toEqual(refused('The link "l0" to "l1" leads in a circle.'));
  });

  it("are no more than an environment has", () => {
    const links = Array.from({ length: 10_001 }, (_, i) => link(`l${i}`, "f"));
    expect(faultOf([...links.slice(1), file("f")])).toBe(10_001);
    expect(faultOf([...links, file("f")])).toEqual(refused("There are more than 10000 links."));
  });

  it("that would multiply end at the most that a file system follows", () => {
    const bomb = Array.from({ length: 60 }, (_, i) => link(`l${i}`, `l${i + 1}/../l${i + 1}/../l${i + 1}`));
    expect(faultOf([...bomb, folder("l60")])).toEqual(refused(expect.stringContaining("leads in a circle") as never));
  });

  it("through links that lead out are refused", () => {
    const tree = new Map([link("out", "/etc"), link("l", "out/passwd")].map((entry) => [entry.path, entry]));
    expect(followLink(tree, { path: "l", target: "out/passwd" })).toEqual({ end: "outside" });
  });
});
