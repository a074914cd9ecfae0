import { readFileSync } from "node:fs";
import type { GroupDraft } from "@gatehouse/client";
import type { SourceFile } from "../apply/files.js";
import { CommandError, EXIT } from "./errors.js";

/** Loaded when it is wanted: all other commands would start more slowly. */
const reading = async () => ({
  ...(await import("../apply/files.js")),
  ...(await import("../apply/value.js")),
  ...(await import("../apply/yaml.js")),
});

/**
 * What `group test` takes from a file: a document of `apply`, a group's spec, or a rule alone. Whether the rule fits is
 * for the gateway to tell.
 * @throws CommandError for a file that holds something else; DocumentsError for one that cannot be read
 */
export async function readGroupFile(file: string): Promise<GroupDraft> {
  const { newBudget, readDocuments, readSources, textOf } = await reading();
  const sources: readonly SourceFile[] =
    file === "-"
      ? [{ shown: "standard input", folder: ".", text: textOf(readFileSync(0)) ?? "" }]
      : readSources(file).files;
  const [said, ...more] = sources.flatMap((source) => readDocuments(source, newBudget()));
  if (more.length > 0) throw new CommandError(`${file} holds several documents: one is tested.`, EXIT.usage);
  const value = objectOf(said?.value, file);
  const spec = objectOf(value["kind"] === "Group" ? value["spec"] : value, file);
  if (spec["rule"] === undefined && spec["nodes"] === undefined) return { rule: spec };
  const { rule, nodes, parent } = spec as GroupDraft;
  return {
    ...(rule === undefined ? {} : { rule }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(parent === undefined ? {} : { parent }),
  };
}

function objectOf(value: unknown, file: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CommandError(`${file} holds neither a group nor a rule.`, EXIT.usage);
}
