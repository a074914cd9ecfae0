import { describe, expect, it } from "vitest";
import { FakeEnvironments, type Planted } from "../fake-v3.test.helper.js";
import { treeOf } from "./tree.js";

const treeWith = (planted: Readonly<Record<string, Planted>>) =>
  treeOf(new FakeEnvironments().deploy("production", planted));

const tree = treeWith({
  "a/b/file": "text",
  "a/b.c": "text",
  "a/in": { link: "b/file" },
  "a/up": { link: "../z/file" },
  "a/far": { link: "../../out" },
  "a/abs": { link: "/etc/passwd" },
  "a/nowhere": { link: "none" },
  "a/self": { link: "self" },
  "a/twice": { link: "in" },
  dir: { link: "a/b" },
  dots: { link: "./a/.//b/../b" },
  through: { link: "a/b/file/x" },
  "z/file": "text",
});

describe("find", () => {
  it.each([
    ["a/b/file", "a/b/file"],
    ["a/in", "a/b/file"],
    ["a/up", "z/file"],
    ["a/twice", "a/b/file"],
    ["dir", "a/b"],
    ["dir/file", "a/b/file"],
    ["dots/file", "a/b/file"],
    ["", ""],
  ])("leads %s to %s", (path, real) => {
    expect(tree.find(path, "follow")?.path).toBe(real);
  });

  it.each([
    ...["none", "a/none", "a/b/file/x", "a/far", "a/abs", "a/nowhere", "a/self", "through", "a/in/x"],
    ...["..", "../production/a", "a/../../x", "constructor", "__proto__"],
  ])("finds nothing at %s", (path) => {
    expect(tree.find(path, "follow")).toBeUndefined();
  });

  it("takes a link for what it is where links are managed, and follows those on the way", () => {
    expect(tree.find("a/in", "manage")).toMatchObject({ type: "link", target: "b/file" });
    expect(tree.find("dir/file", "manage")).toMatchObject({ type: "file", path: "a/b/file" });
    expect(treeWith({ "a/b": { link: "c" }, "a/c": "x", d: { link: "a" } }).find("d/b", "manage")?.path).toBe("a/b");
  });

  it("follows forty links and no more", () => {
    const chain = (length: number) => {
      const planted: Record<string, Planted> = { end: "x" };
      for (let i = 0; i < length; i++) planted[`l${i}`] = { link: i === 0 ? "end" : `l${i - 1}` };
      return treeWith(planted).find(`l${length - 1}`, "follow")?.path;
    };
    expect([chain(40), chain(41)]).toEqual(["end", undefined]);
  });

  it("gives up on links that grow with each step", () => {
    expect(treeWith({ "a/x": { link: "x/x/x/x/x/x/x/x" } }).find("a/x", "follow")).toBeUndefined();
  });
});

describe("names", () => {
  it("are sorted, and those of the directory that a link leads to", () => {
    expect(tree.names("a")).toEqual(["abs", "b", "b.c", "far", "in", "nowhere", "self", "twice", "up"]);
    expect(tree.names("")).toEqual(["a", "dir", "dots", "through", "z"]);
    expect(tree.names("dir")).toEqual(["file"]);
    expect([tree.names("z/file"), tree.names("none")]).toEqual([[], []]);
  });

  it("are none in an environment with nothing in it", () => {
    expect(treeWith({}).names("")).toEqual([]);
    expect(treeWith({}).isDirectory("")).toBe(true);
  });
});

it("is made once of a version", () => {
  const environments = new FakeEnvironments();
  const version = environments.deploy("production", { a: "1" });
  expect(treeOf(version)).toBe(treeOf(version));
  expect(treeOf(environments.deploy("production", { a: "2" }))).not.toBe(treeOf(version));
});
