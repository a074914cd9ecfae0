import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { anchorsOf, pages, ROOT, withoutCode } from "./pages.js";

const all = pages();
const anchors = new Map(all.map(({ name, text }) => [name, anchorsOf(text)]));

/** Links of a page that lead nowhere. */
function broken(name: string, text: string): readonly string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? name : path.posix.normalize(path.posix.join(path.posix.dirname(name), file));
    if (target.startsWith("..") || !existsSync(path.join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !(anchors.get(target)?.has(anchor) ?? false);
  });
}

/** Files that pages name and that are not in the repository, each with why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "bench/results/dsc.json": "a benchmark writes it",
};

/** Files of this repository that a page names in its prose, and that are not there. */
function missing(text: string): readonly string[] {
  const named = [...text.matchAll(/`((?:apps|bench|conformance|deploy|docs|examples|packages|tools)\/[\w./-]+)`/g)];
  return named
    .map(([, file = ""]) => file)
    .filter((file) => !/\bNAME\b/.test(file) && ELSEWHERE[file] === undefined && !existsSync(path.join(ROOT, file)));
}

describe("pages", () => {
  it.each(all)("$name: links lead somewhere, and files that are named are there", ({ name, text }) => {
    expect({ broken: broken(name, text), missing: missing(text) }).toEqual({ broken: [], missing: [] });
  });

  it("are all in the table of contents", () => {
    const contents = readFileSync(path.join(ROOT, "docs/README.md"), "utf8");
    const links = new Set([...contents.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = ""]) => `docs/${link}`));
    const pagesOfDocs = all.map(({ name }) => name).filter((name) => /^docs\/(?!adr\/|README)/.test(name));
    expect(pagesOfDocs.filter((name) => !links.has(name))).toEqual([]);
  });
});

describe("what is wrong is found", () => {
  const page = (text: string) => broken("docs/operate.md", text);
  it("links", () => {
    expect(page("[a](install.md) [b](#backup) [c](../README.md#start) [d](https://example.org/x)")).toEqual([]);
    expect(page("[a](instal.md) [b](#back-up) [c](../../elsewhere.md) [d](install.md#nowhere)")).toEqual([
      ...["instal.md", "#back-up", "../../elsewhere.md", "install.md#nowhere"],
    ]);
    expect(page("`[a](none.md)`\n```\n[b](none.md)\n```\n")).toEqual([]);
  });
  it("files", () => {
    expect(missing("`examples/dsc/Web.mof`, `packages/core` and `examples/dsc/None.mof`")).toEqual([
      "examples/dsc/None.mof",
    ]);
  });
});
