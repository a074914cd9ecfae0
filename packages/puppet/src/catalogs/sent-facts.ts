import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { asGatehouseError } from "@gatehouse/core/errors";
import type { PuppetV3Deps } from "../deps.js";
import { serverError } from "../errors.js";
import { readSaidFacts } from "../facts.js";
import type { SaidFacts } from "../wire/facts.js";

const inflateAsync = promisify(inflate);

/** Bytes, inflated: what is stored of a node may have 1 MiB. */
const MOST_BYTES = 2 << 20;

/** What agents of each version call JSON; PSON is JSON to who reads it (wire/puppet.md sections 3.2 and 7). */
const PLAIN = new Set(["application/json", "json", "pson", "text/pson"]);
const COMPRESSED = "b64_zlib_pson";

/** Facts as they came with a request for a catalog. */
export interface SentFacts extends SaidFacts {
  /** To be handed in: JSON. */
  readonly body: Buffer;
}

/**
 * The facts in a request for a catalog: URL-encoded inside their value, which is encoded again as part of a form or a
 * query (wire/puppet.md section 3.2).
 * @returns undefined where none were sent
 * @throws PuppetError with puppetserver's texts, status 500
 */
export async function sentFacts(
  deps: Pick<PuppetV3Deps, "tasks">,
  parameters: URLSearchParams,
  certname: string,
): Promise<SentFacts | undefined> {
  const text = parameters.get("facts");
  if (text === null || text === "") return undefined;
  const format = parameters.get("facts_format");
  if (format === null || format === "") throw serverError(`Facts but no fact format provided for ${certname}`);
  const body = await bytesOf(text, format);
  if (body.length > MOST_BYTES) throw tooLarge();
  const said = await readSaidFacts(deps, body).catch((thrown) => {
    const error = asGatehouseError(thrown);
    throw error.code === "request-malformed" ? serverError(error.message) : error;
  });
  if (said.name !== certname)
    throw serverError(
      `Catalog for "${certname}" was requested with fact definition for the wrong node ("${said.name.slice(0, 255)}").`,
    );
  return { ...said, body };
}

async function bytesOf(text: string, format: string): Promise<Buffer> {
  if (PLAIN.has(format)) return unescaped(text);
  if (format !== COMPRESSED) throw serverError(`Unsupported facts format ${format.slice(0, 100)}`);
  // A `+` that was not encoded has become a space.
  const packed = Buffer.from(unescaped(text).toString("latin1").replaceAll(" ", "+"), "base64");
  try {
    return await inflateAsync(packed, { maxOutputLength: MOST_BYTES + 1 });
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooLarge();
    throw serverError("Could not intern from b64_zlib_pson: it is no base64 of zlib");
  }
}

/** CGI.unescape, as puppetserver reads them: agents of version 4 write a space as `+`. PSON may hold bytes of any kind. */
function unescaped(text: string): Buffer {
  const spaced = text.replaceAll("+", " ");
  try {
    return Buffer.from(decodeURIComponent(spaced));
  } catch {
    const bytes = Buffer.from(spaced).toString("latin1");
    const decoded = bytes.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(decoded, "latin1");
  }
}

const tooLarge = () => serverError(`Facts of more than ${MOST_BYTES} bytes are not taken`);
