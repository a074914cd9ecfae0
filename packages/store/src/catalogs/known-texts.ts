import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { isCleanJson } from "../clean.js";
import type { Header } from "./bodies.js";

/** Texts that are remembered, each by 32 bytes and what it is a key to. */
const MOST = 20_000;
/** Bytes that the header may take in a text. */
const MOST_HEADER = 4096;

/** What the header comes after: no text within a JSON string has it, its quotes would be escaped. */
const BEFORE = '],"name":';
const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const HEADER = new RegExp(
  String.raw`^"name":(?<name>${STRING}),"version":(?<version>[^,{}[\]]+|${STRING}),"code_id":(?<code_id>${STRING}|null),"catalog_uuid":(?<catalog_uuid>${STRING}),`,
);

/** A catalog's text, without having read it. */
export interface KnownText {
  readonly header: Header;
  /** Of the body that it has. */
  readonly digest: Buffer;
}

/**
 * The bodies of texts that were read before: most catalogs are the last ones again, but for what is new in each of them,
 * and reading, cleaning and writing one takes longer than all the rest.
 */
export class KnownTexts {
  readonly #digests = new LRUCache<string, Buffer>({ maxSize: MOST, sizeCalculation: () => 1 });

  /** @param json as Puppet writes a catalog @returns undefined for one that was not read, or is written otherwise */
  find(json: Buffer): KnownText | undefined {
    const parts = partsOf(json);
    const digest = parts && this.#digests.get(keyOf(json, parts));
    return digest && { header: parts.header, digest };
  }

  /** @param digest of the body that was made of it */
  learn(json: Buffer, digest: Buffer): void {
    const parts = partsOf(json);
    if (parts !== undefined) this.#digests.set(keyOf(json, parts), digest);
  }
}

interface Parts {
  /** Where the header begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly header: Header;
}

function partsOf(json: Buffer): Parts | undefined {
  const at = json.indexOf(BEFORE);
  if (at < 0) return undefined;
  const from = at + 2;
  const found = HEADER.exec(json.toString("utf8", from, from + MOST_HEADER));
  if (found?.groups === undefined || !isCleanJson(found[0])) return undefined;
  const { name = "", version = "", code_id = "", catalog_uuid = "" } = found.groups;
  const header = `{"name":${name},"version":${version},"code_id":${code_id},"catalog_uuid":${catalog_uuid}}`;
  try {
    return { from, to: from + Buffer.byteLength(found[0]), header: JSON.parse(header) };
  } catch {
    // A module has written it: whoever reads all of it says so.
    return undefined;
  }
}

const keyOf = (json: Buffer, { from, to }: Parts) =>
  createHash("sha256").update(json.subarray(0, from)).update(json.subarray(to)).digest("base64");
