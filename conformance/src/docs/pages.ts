import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A page of the documentation. */
export interface Page {
  /** In the repository, such as `docs/operate.md`. */
  readonly name: string;
  readonly text: string;
}

/** A fenced block of a page. */
export interface Block {
  /** The word after the fence; empty without one. */
  readonly syntax: string;
  /** Without the indentation of a list that it stands in. */
  readonly text: string;
}

/** Folders whose pages are read by people who use a gateway, and single pages. */
const PLACES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "examples"];

/** All pages, those of lower folders last, so that a reader's way through them is about the test's. */
export function pages(): readonly Page[] {
  const names = PLACES.flatMap((place) => (place.endsWith(".md") ? [place] : pagesBelow(place)));
  return names.map((name) => ({ name, text: readFileSync(path.join(ROOT, name), "utf8") }));
}

/** Pages whose commands are run: not those that are written from the command itself, nor the records of decisions. */
export const pagesToRun = (): readonly Page[] => pages().filter(({ name }) => !/^docs\/(?:reference|adr)\//.test(name));

function pagesBelow(folder: string): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort((a, b) => a.split("/").length - b.split("/").length || a.localeCompare(b));
}

export function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^( *)```(\w*)[^\n]*\n(.*?)^\1```/gms)].map(([, indent = "", syntax = "", inner = ""]) => ({
    syntax,
    text: inner.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** What starts a command in a clone, where nothing is installed. */
const IN_A_CLONE = /^npm run -s gatehouse -- /;

/**
 * The `gatehouse` commands of a page's blocks in their order, as `gatehouse …` whichever way they are called there; lines
 * that go on (`\` at the end) as one.
 */
export function commandsOf(text: string): readonly string[] {
  return blocksOf(text)
    .filter(({ syntax }) => syntax === "" || syntax === "sh")
    .flatMap(({ text: inner }) => inner.replaceAll(/\\\n\s*/g, "").split("\n"))
    .map((line) => line.replace(/^\$ /, "").replace(IN_A_CLONE, "gatehouse ").trim())
    .filter((line) => line.startsWith("gatehouse "));
}

/** Files that a page shows with their names: `# NAME` is their first line. */
export function filesOf(text: string): readonly { readonly name: string; readonly text: string }[] {
  return blocksOf(text).flatMap(({ syntax, text: inner }) => {
    const [, name] = /^# ([\w.-]+\.ya?ml)\n/.exec(inner) ?? [];
    return syntax === "yaml" && name !== undefined ? [{ name, text: inner }] : [];
  });
}

/** Text without blocks and code, in which nothing is a link. */
export const withoutCode = (text: string): string =>
  text.replaceAll(/^( *)```.*?^\1```/gms, "").replaceAll(/`[^`\n]*`/g, "");

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const prose = text.replaceAll(/^( *)```.*?^\1```/gms, "");
  for (const [, heading = ""] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = plain
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    let free = anchor;
    for (let n = 1; anchors.has(free); n += 1) free = `${anchor}-${n}`;
    anchors.add(free);
  }
  return anchors;
}
