import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import type { InventoryAnswer } from "./connection.js";
import { InventoryAgentError } from "./errors.js";

/** What an answer may have, inflated. */
const LIMIT = { maxOutputLength: 64 * 1024 * 1024 };
const unzlib = promisify(inflate);
const ungzip = promisify(gunzip);

/**
 * The text of an answer, as a GLPI agent reads it: a Content-Type `application/x-…` is believed to the letter, anything
 * else is text (wire/glpi.md section 2).
 *
 * @throws InventoryAgentError kind "coding" for a label that does not hold or is not known (brotli), and for an HTTP
 * Content-Encoding, which these agents do not undo and so read as garbage
 */
export async function glpiText(answer: InventoryAnswer): Promise<string> {
  const type = answer.contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!type.startsWith("application/x-")) return answer.body.toString("utf8");
  if (type === "application/x-compress-zlib") return undo(answer, unzlib, "zlib");
  if (type === "application/x-compress-gzip") return undo(answer, ungzip, "gzip");
  throw new InventoryAgentError("coding", answer.operation, `Unsupported content type ${type}`, answer);
}

/**
 * The text of an answer, as FusionInventory 2.6 reads it: by its bytes, whatever the Content-Type.
 *
 * @throws InventoryAgentError kind "coding" for gzip, which crashes that agent (recording fi-gzip-answer), and for what
 * is neither zlib nor text with an element
 */
export async function fusionText(answer: InventoryAnswer): Promise<string> {
  const { body, operation } = answer;
  if (body[0] === 0x78) return undo(answer, unzlib, "zlib");
  if (body[0] === 0x1f && body[1] === 0x8b)
    throw new InventoryAgentError(
      "coding",
      operation,
      `Can't locate object method "new" via package "File::Temp"`,
      answer,
    );
  const text = body.toString("utf8");
  if (!text.includes("<"))
    throw new InventoryAgentError("coding", operation, `unknown content format: ${startOf(text)}`, answer);
  return text.slice(text.indexOf("<"));
}

/**
 * The text of an answer, as the OCS agent reads it: zlib or nothing, whatever the Content-Type (recording
 * ocs-plain-answer).
 *
 * @throws InventoryAgentError kind "coding" for anything else
 */
export const ocsText = (answer: InventoryAnswer): Promise<string> => undo(answer, unzlib, "zlib", "Deflating problem");

async function undo(
  answer: InventoryAnswer,
  unpack: (bytes: Buffer, limit: typeof LIMIT) => Promise<Buffer>,
  coding: string,
  words = `The answer is labelled ${coding} and is not`,
): Promise<string> {
  try {
    return (await unpack(answer.body, LIMIT)).toString("utf8");
  } catch (cause) {
    throw new InventoryAgentError("coding", answer.operation, words, answer, cause);
  }
}

/** @returns the first characters of a text, for a message */
export const startOf = (text: string): string => text.slice(0, 120);
