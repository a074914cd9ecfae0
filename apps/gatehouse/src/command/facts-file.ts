import { createReadStream } from "node:fs";
import { reasonOf } from "../apply/files.js";
import { CommandError, EXIT } from "./errors.js";

/** Bytes: the gateway takes facts of 1 MiB. */
const MOST_BYTES = 4 << 20;

/**
 * Facts from a file, or from standard input (`-`), in JSON or YAML: whether they can be facts is for the gateway to tell.
 * @throws CommandError for what cannot be read, or is no object
 */
export async function readFactsFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await textOf(file);
  const said: unknown = await parsed(file, text);
  if (typeof said === "object" && said !== null && !Array.isArray(said)) return said as Record<string, unknown>;
  throw new CommandError(`${file} holds no facts: they are an object, such as facter --json prints.`, EXIT.usage);
}

async function textOf(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) break;
      chunks.push(chunk);
    }
  } catch (thrown) {
    throw new CommandError(`${file}: ${reasonOf(thrown)}`, EXIT.usage);
  }
  if (bytes > MOST_BYTES) throw new CommandError(`${file} has more than ${MOST_BYTES >> 20} MiB.`, EXIT.usage);
  return Buffer.concat(chunks).toString();
}

async function parsed(file: string, text: string): Promise<unknown> {
  try {
    if (/^\s*\{/.test(text)) return JSON.parse(text);
    // Loaded when it is wanted. Ruby's tags say nothing of what is inside.
    const { parse } = await import("yaml");
    return parse(text, { logLevel: "error" });
  } catch (thrown) {
    const [reason] = (thrown instanceof Error ? thrown.message : String(thrown)).split("\n");
    throw new CommandError(`${file} is neither JSON nor YAML: ${reason}`, EXIT.usage);
  }
}
