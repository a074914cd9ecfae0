import { readFileSync } from "node:fs";
import type { GroupDraft } from "@gatehouse/client";
import { load } from "js-yaml";
import { CommandError, EXIT } from "./errors.js";

/** Bytes: as much as the gateway takes. */
const MOST_BYTES = 4 << 20;

/**
 * What `group test` takes from a file: a document of `apply`, a group's spec, or a rule alone. Whether the rule fits is
 * for the gateway to tell.
 * @throws CommandError for a file that cannot be read or holds something else
 */
export function readGroupFile(file: string): GroupDraft {
  const said = parse(file);
  const spec = objectOf(said["kind"] === "Group" ? said["spec"] : said, file);
  if (spec["rule"] === undefined && spec["nodes"] === undefined) return { rule: spec };
  const { rule, nodes, parent } = spec as GroupDraft;
  return {
    ...(rule === undefined ? {} : { rule }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(parent === undefined ? {} : { parent }),
  };
}

function parse(file: string): Readonly<Record<string, unknown>> {
  try {
    const text = readFileSync(file === "-" ? 0 : file, "utf8");
    if (text.length > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`);
    return objectOf(load(text, { maxAliases: 0 }), file);
  } catch (thrown) {
    if (thrown instanceof CommandError) throw thrown;
    throw new CommandError(`${file} cannot be read: ${(thrown as Error).message}.`, EXIT.usage);
  }
}

function objectOf(value: unknown, file: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CommandError(`${file} holds neither a group nor a rule.`, EXIT.usage);
}
