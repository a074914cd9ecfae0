import { readFileSync } from "node:fs";
import type { SourceFile } from "../apply/files.js";
import { CommandError, EXIT } from "./errors.js";

/** Loaded when it is wanted: all other commands would start more slowly. */
const reading = async () => ({
  ...(await import("../apply/files.js")),
  ...(await import("../apply/value.js")),
  ...(await import("../apply/yaml.js")),
});

/**
 * One mapping from a file in YAML or JSON, or from standard input: `-`.
 * @throws CommandError for a file that holds something else; DocumentsError for one that cannot be read
 */
export async function readSpecFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { newBudget, readDocuments, readSources, textOf } = await reading();
  const sources: readonly SourceFile[] =
    file === "-"
      ? [{ shown: "standard input", folder: ".", text: textOf(readFileSync(0)) ?? "" }]
      : readSources(file).files;
  const [said, ...more] = sources.flatMap((source) => readDocuments(source, newBudget()));
  const value = said?.value;
  if (more.length === 0 && typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new CommandError(`${file} does not hold one mapping, such as \`host: esx1\`.`, EXIT.usage);
}
