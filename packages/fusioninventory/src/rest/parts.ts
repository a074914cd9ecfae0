import type { LaidBlob } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { isTrusted } from "@gatehouse/core/nodes";
import type { AgentMessage, ReadyAnswer, Reply } from "@gatehouse/http";
import { policyWith } from "@gatehouse/inventory";
import parseRange from "range-parser";
import type { FusionInventoryDeps } from "../deps.js";
import { onlyGet, type RestHandler } from "./call.js";

/** `h/hh/` and the hash, or the hash alone. */
const PART = /^(?:\/?([0-9a-f])\/([0-9a-f]{2})\/)?([0-9a-f]{128})$/;

/**
 * getFilePart: a part of a package's file by the digest of its bytes as served, with `h/hh/` before it or not, and with a slash
 * before that or not (wire/fusioninventory.md section 4).
 * @throws as {@link servePart}
 */
export const getFilePart: RestHandler = (call) => {
  onlyGet(call);
  return servePart(call.deps, call, call.request.query.get("file") ?? "");
};

/**
 * The bytes of a part: whole, or the range that is asked for. They never change under their name, so they are kept for ever by
 * whoever may. Who knows a part's digest read a job or a package; where nobody is let in without a proof, that is asked for here
 * too.
 * @param name such as `0/06/067d…`
 * @throws request-malformed for what is no digest; not-found for a part of no package; unauthenticated
 */
export async function servePart(
  deps: Pick<FusionInventoryDeps, "access" | "packages" | "content">,
  { request, proof }: Pick<AgentMessage, "request" | "proof">,
  name: string,
): Promise<ReadyAnswer> {
  const needsProof = policyWith(deps.access(request), {}).unproven === "refuse";
  if (needsProof && !isTrusted(proof.trust, "key"))
    throw new GatehouseError("unauthenticated", "Agents have to prove who they are here.");
  const sha512 = digestIn(name);
  const part = await deps.packages.partBy(sha512);
  if (part === undefined) throw new GatehouseError("not-found", "There is no such part.");
  const headers = {
    "Content-Type": "application/octet-stream",
    "Cache-Control": `${needsProof ? "private" : "public"}, max-age=31536000, immutable`,
    "Accept-Ranges": "bytes",
    ETag: `"${sha512}"`,
  };
  if (isKnown(request.headers["if-none-match"], headers.ETag))
    return { ready: { status: 304, headers, isLasting: true } };
  return { ready: ranged(await deps.content.open(part), headers, request) };
}

/** @throws request-malformed */
function digestIn(name: string): string {
  const [, first, both, sha512] = PART.exec(name) ?? [];
  const isRight = first === undefined || (first === sha512?.[0] && both === sha512.slice(0, 2));
  if (sha512 === undefined || !isRight)
    throw new GatehouseError("request-malformed", "A part is named by its SHA-512: 128 digits of lower-case hex.");
  return sha512;
}

/** One range, as RFC 9110 section 14 has it; several are answered with the whole, as it allows. */
function ranged(
  blob: LaidBlob,
  headers: Record<string, string>,
  { method, headers: asked }: AgentMessage["request"],
): Reply {
  const { range, "if-range": only } = asked;
  const whole: Reply = { status: 200, headers, isLasting: true, body: bodyOf(blob, 0, blob.size) };
  if (range === undefined || method !== "GET" || (only !== undefined && only !== headers["ETag"])) return whole;
  // The library knows no end that is longer than the whole (RFC 9110, section 14.1.2).
  if (Number(/^bytes=-(\d+)$/.exec(range)?.[1]) > blob.size) return whole;
  const ranges = parseRange(blob.size, range, { combine: true });
  if (ranges === -1) {
    const text = JSON.stringify({ status: "error", message: "The part has no such bytes." });
    const json = { "Content-Type": "application/json", "Content-Range": `bytes */${blob.size}` };
    return { status: 416, headers: json, body: text };
  }
  if (ranges === -2 || ranges.type !== "bytes" || ranges[0] === undefined || ranges.length !== 1) return whole;
  const [{ start, end }] = ranges;
  const of = { ...headers, "Content-Range": `bytes ${start}-${end}/${blob.size}` };
  return { status: 206, headers: of, isLasting: true, body: bodyOf(blob, start, end - start + 1) };
}

const bodyOf = (blob: LaidBlob, start: number, size: number): NonNullable<Reply["body"]> =>
  "bytes" in blob ? blob.bytes.subarray(start, start + size) : { path: blob.path, start, size };

const isKnown = (said: string | undefined, etag: string): boolean =>
  said?.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag) ?? false;
