import type { Catalog, CatalogDifferences, CompileLog } from "@gatehouse/client";
import { inline, printable, section } from "./output.js";

/** What every catalog has, and nobody declared. */
const ALWAYS = new Set(["Stage[main]", "Class[Settings]", "Class[main]"]);

/** A catalog's resources, in the order in which they are applied. */
export function catalogText({ name, environment, code_id: version, resources }: Catalog): string {
  const declared = resources.filter(({ type, title }) => !ALWAYS.has(`${type}[${title}]`));
  const from =
    version === null ? `${environment}, of which nothing was deployed` : `${environment}, version ${version}`;
  const head = `${printable(name)}: ${declared.length} resources, environment ${printable(from)}\n`;
  return `${[head, ...declared.map(resourceText)].join("\n")}`;
}

function resourceText({ type, title, parameters }: Catalog["resources"][number]): string {
  const said = Object.entries((parameters ?? {}) as Readonly<Record<string, unknown>>);
  const lines = said.map(([name, value]) => `  ${printable(name)}: ${printable(inline(value))}\n`);
  return `${printable(type)}[${printable(title)}]\n${lines.join("")}`;
}

/**
 * What a compiler said, below a heading; nothing where it said nothing.
 * @param error what is said elsewhere, and not again here
 */
export function logText(heading: string, logs: readonly CompileLog[], error: string | null = null): string {
  const others = logs.filter(({ level, message }) => level !== "err" || error?.includes(message) !== true);
  const lines = others.map(({ level, message, file, line }) => {
    const place = file === undefined ? "" : ` (${printable(file)}${line === undefined ? "" : `:${line}`})`;
    return `${level}: ${printable(message)}${place}\n`;
  });
  return lines.length === 0 ? "" : section(heading, lines.join(""));
}

type Differences = Pick<CatalogDifferences, "added" | "removed" | "changed" | "edges">;
type Difference = Differences["changed"][number];

/** What came, what went and what changed; nothing where nothing differs. */
export function differencesText({ added, removed, changed, edges }: Differences): string {
  const edgeLines = (sign: string, all: Differences["edges"]["added"]) =>
    all.map(({ source, target }) => `${sign} ${printable(source)} -> ${printable(target)}\n`);
  const moved = [...edgeLines("-", edges.removed), ...edgeLines("+", edges.added)].join("");
  const parts = [
    ...removed.map((resource) => differenceText("-", resource)),
    ...added.map((resource) => differenceText("+", resource)),
    ...changed.map((resource) => differenceText(" ", resource)),
    ...(moved === "" ? [] : [section("Containment:", moved)]),
  ];
  return parts.join("");
}

function differenceText(sign: string, { type, title, parameters }: Difference): string {
  const lines = parameters.flatMap((parameter) =>
    (["before", "after"] as const)
      .filter((side) => Object.hasOwn(parameter, side))
      .map(
        (side) =>
          `${side === "before" ? "-" : "+"}   ${printable(parameter.name)}: ${printable(inline(parameter[side]))}\n`,
      ),
  );
  return `${sign} ${printable(type)}[${printable(title)}]\n${lines.join("")}`;
}
