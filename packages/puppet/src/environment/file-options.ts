import { serverError } from "../errors.js";
import { type ChecksumType, checksumTypeOf } from "./checksums.js";
import type { SearchOptions } from "./fileset.js";
import { fnmatch } from "./fnmatch.js";
import type { MetadataOptions } from "./metadata.js";

/** The digest algorithm of servers from 7 on. */
export const DEFAULT_CHECKSUM: ChecksumType = "sha256";

/** Patterns of one request, and characters of one: agents send four short ones. */
const MOST_PATTERNS = 100;
const LONGEST_PATTERN = 256;
/** Characters that are looked at for the patterns of one search: some 100 ms. The agents' four take one for each name. */
const MOST_STEPS = 20_000_000;

/** How one thing is to be told of. @throws PuppetError with puppetserver's texts */
export function metadataOptionsOf(parameters: URLSearchParams): MetadataOptions {
  const links = parameters.get("links") ?? "manage";
  if (links !== "manage" && links !== "follow" && links !== "ignore")
    throw serverError(":links can only be set to :manage or :follow");
  const checksumType = checksumTypeOf(parameters.get("checksum_type") ?? DEFAULT_CHECKSUM);
  const sourcePermissions = parameters.get("source_permissions") ?? "ignore";
  if (sourcePermissions !== "use" && sourcePermissions !== "use_when_creating" && sourcePermissions !== "ignore")
    throw serverError(`Unsupported source_permission ${sourcePermissions.slice(0, 100)}`);
  return { links: links === "ignore" ? "manage" : links, checksumType, sourcePermissions };
}

/** How a search goes, and how what it finds is told of. @throws PuppetError with puppetserver's texts */
export function searchOptionsOf(parameters: URLSearchParams): MetadataOptions & SearchOptions {
  const links = parameters.get("links") ?? "manage";
  if (links !== "manage" && links !== "follow") throw serverError(`Invalid :links value '${links.slice(0, 100)}'`);
  const recurse = parameters.get("recurse") ?? "false";
  if (/^\d+$/.test(recurse))
    throw serverError("Fileset recurse parameter must not be a number anymore, please use recurselimit");
  const patterns = parameters.getAll("ignore");
  if (patterns.length > MOST_PATTERNS || patterns.some(({ length }) => length > LONGEST_PATTERN))
    throw serverError(`No more than ${MOST_PATTERNS} patterns of ${LONGEST_PATTERN} characters can be ignored`);
  return {
    ...metadataOptionsOf(parameters),
    recurse: recurse !== "false",
    recurselimit: numberOf(parameters, "recurselimit", "infinite") ?? Number.POSITIVE_INFINITY,
    maxFiles: numberOf(parameters, "max_files", "-1") ?? 0,
    ignore: testsOf(patterns),
  };
}

/** Tests that share the steps of one search: who sends the patterns chooses how many each of them takes. */
function testsOf(patterns: readonly string[]) {
  let left = MOST_STEPS;
  const spend = (steps: number) => {
    left -= steps;
    if (left < 0) throw serverError("The patterns to ignore take too long: send fewer, or with fewer stars");
  };
  return patterns.map((pattern) => fnmatch(pattern, spend));
}

/** @param none the word for no limit */
function numberOf(parameters: URLSearchParams, name: string, none: string): number | undefined {
  const text = parameters.get(name);
  if (text === null || text === none) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw serverError(`The parameter ${name} must be a number, not '${text.slice(0, 100)}'`);
}
