import { promisify } from "node:util";
import { brotliCompress, constants, deflate, gzip } from "node:zlib";
import type { BodyCoding } from "./coding.js";
import type { BodySyntax } from "./decode.js";

const packers = {
  zlib: promisify(deflate),
  gzip: promisify(gzip),
  brotli: (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
};

/** What GLPI Agent reads as what it is; FusionInventory and OCS agents do not look at it (wire/glpi.md section 2). */
const TYPES: Readonly<Record<Exclude<BodyCoding, "plain">, string>> = {
  zlib: "application/x-compress-zlib",
  gzip: "application/x-compress-gzip",
  brotli: "application/x-compress-br",
};

/** An answer in the coding of who gets it. Never with a Content-Encoding: GLPI Agent does not undo one. */
export async function encodeAgentBody(
  text: string,
  syntax: BodySyntax,
  coding: BodyCoding,
): Promise<{ readonly body: Buffer; readonly contentType: string }> {
  const bytes = Buffer.from(text);
  if (coding === "plain") return { body: bytes, contentType: `application/${syntax}` };
  return { body: await packers[coding](bytes), contentType: TYPES[coding] };
}
