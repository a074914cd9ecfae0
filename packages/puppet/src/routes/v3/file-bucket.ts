import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { BlobRef } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { type Peer, type Reply, type RouteRequest, type RouteRow, withUpload } from "@gatehouse/http";
import { BUCKET_BYTES } from "../../config.js";
import type { PuppetV3Deps } from "../../deps.js";
import { serverError } from "../../errors.js";
import { answerFormat, bodyFormat, contentTypeOf } from "../../wire/formats.js";
import { limitPerCaller, type PerCaller } from "./per-caller.js";

const MOUNT = "/puppet/v3/file_bucket_file/";
const PATTERN = /^\/puppet\/v3\/file_bucket_file\/(?<algorithm>[^/]+)\/(?<digest>[^/]+)(?:\/(?<path>.*))?$/;
const HEX = { md5: /^[0-9a-f]{32}$/i, sha256: /^[0-9a-f]{64}$/i } as const;
/** Bytes of a file that can be compared with another. */
const MOST_COMPARED = 1 << 20;
/** Files that one node sends at once: an agent sends one after the other, and each holds a place of a report's. */
const MOST_AT_ONCE = 4;

/**
 * file_bucket_file/ALGORITHM/DIGEST[/PATH]: what agents back up before they change it, and content of environments by
 * its digest, for catalogs of the old static compiler (decisions rows 9 and 10).
 */
export const fileBucketRoutes = (deps: PuppetV3Deps): RouteRow[] => {
  const fewFiles = limitPerCaller(MOST_AT_ONCE, "files");
  const oneComparison = limitPerCaller(1, "comparisons");
  const common = { pattern: PATTERN, access: { who: "rules" } } as const;
  return [
    {
      ...common,
      id: "puppet.v3.file-bucket.head",
      method: "HEAD",
      bodyLimit: 0,
      admission: "check-in",
      handle: async (request) => {
        const { algorithm, digest, path } = keyOf(request.params);
        if ((await deps.bucket.find(algorithm, digest, path)) === undefined) throw missing(request);
        return { status: 200 };
      },
    },
    {
      ...common,
      id: "puppet.v3.file-bucket.get",
      method: "GET",
      bodyLimit: 0,
      admission: "content",
      handle: (request) => get(deps, request, oneComparison),
    },
    {
      ...common,
      id: "puppet.v3.file-bucket.put",
      method: "PUT",
      bodyLimit: deps.config.bucket?.maxBytes ?? BUCKET_BYTES,
      streamed: true,
      admission: "submission",
      handle: (request) => fewFiles(request.peer, () => put(deps, request)),
    },
  ];
};

interface Key {
  readonly algorithm: keyof typeof HEX;
  readonly digest: string;
  readonly path: string | undefined;
}

function keyOf({ algorithm = "", digest = "", path }: RouteRequest["params"]): Key {
  if (algorithm !== "md5" && algorithm !== "sha256")
    throw serverError(`Unsupported checksum type "${algorithm.slice(0, 64)}"`);
  if (!HEX[algorithm].test(digest)) throw serverError(`Invalid checksum "${digest.slice(0, 128)}"`);
  return { algorithm, digest: digest.toLowerCase(), path: path === "" ? undefined : path };
}

const missing = ({ path }: Pick<RouteRequest, "path">) =>
  new GatehouseError("not-found", `Could not find file_bucket_file ${path.slice(MOUNT.length)}`);

/** Keeps the file where its bytes have the digest that it is named by, which puppetserver does not look at. */
async function put(deps: PuppetV3Deps, { params, headers, peer, raw }: RouteRequest): Promise<Reply> {
  const { algorithm, digest, path } = keyOf(params);
  bodyFormat(headers["content-type"], ["binary"]);
  const value = peer.kind === "verified" ? peer.name : "";
  const agent = await deps.registry.recentAgent({ family: "puppet", kind: "certname", value });
  await withUpload(raw, deps.uploadDir, deps.config.bucket?.maxBytes ?? BUCKET_BYTES, async (file) => {
    const found = await digestOf(algorithm, file);
    if (found !== digest)
      throw new GatehouseError(
        "request-malformed",
        `The content's ${algorithm} is ${found}, and not the one in its name`,
      );
    await deps.bucket.put(agent?.agentId ?? null, file, path ?? "");
  });
  return { status: 200, headers: { "Content-Type": contentTypeOf("binary") } };
}

async function digestOf(algorithm: Key["algorithm"], file: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest("hex");
}

async function get(deps: PuppetV3Deps, request: RouteRequest, oneComparison: PerCaller): Promise<Reply> {
  const key = keyOf(request.params);
  const format = answerFormat(request.headers.accept, ["binary"]);
  if (request.query.has("list_all")) throw serverError("Listing remote file buckets is not allowed");
  const blob = await allowed(deps, request, key);
  if (blob === undefined) throw missing(request);
  const headers = { "Content-Type": contentTypeOf(format) };
  const other = request.query.get("diff_with");
  if (other !== null) {
    const compare = () => compared(deps, request, [blob, key], other);
    return { status: 200, headers, body: await oneComparison(request.peer, compare) };
  }
  const laid = await deps.content.open(blob);
  return { status: 200, headers, body: "bytes" in laid ? laid.bytes : { path: laid.path, size: laid.size } };
}

const administers = (peer: Peer) => peer.kind === "verified" && Object.hasOwn(peer.extensions, "pp_cli_auth");

/**
 * Content of an environment is for every node; what agents backed up for administrators only: files of other nodes are
 * among it.
 * @throws forbidden
 */
async function allowed(
  deps: PuppetV3Deps,
  { peer, path, method }: RouteRequest,
  key: Key,
): Promise<BlobRef | undefined> {
  const published = await deps.environments.fileBy(key.algorithm, key.digest);
  if (published !== undefined) return published;
  const kept = await deps.bucket.find(key.algorithm, key.digest, key.path);
  if (kept === undefined || administers(peer)) return kept;
  const message = `Forbidden request: ${path} (method :${method.toLowerCase()}). Please see the server logs for details.`;
  throw new GatehouseError("forbidden", message, { detail: "rule: what agents backed up is for administrators only" });
}

/** Equal files have nothing to say; the answer's type is the file's, as agents take it for one. */
async function compared(
  deps: PuppetV3Deps,
  request: RouteRequest,
  [blob, key]: readonly [BlobRef, Key],
  other: string,
): Promise<Buffer> {
  const with_ = keyOf({ algorithm: key.algorithm, digest: other });
  const second = await allowed(deps, request, with_);
  if (second === undefined) throw serverError(`could not find diff_with ${with_.digest}`);
  if (Math.max(blob.size, second.size) > MOST_COMPARED)
    throw serverError(`Files of more than ${MOST_COMPARED} bytes are not compared here: fetch both`);
  const [a, b] = await Promise.all([bytesOf(deps, blob), bytesOf(deps, second)]);
  const input = { body: Buffer.concat([a, b]), first: a.length, names: [key.digest, with_.digest] };
  return Buffer.from(await deps.tasks.run<string>("puppet.bucket.diff", input), "latin1");
}

async function bytesOf({ content }: Pick<PuppetV3Deps, "content">, blob: BlobRef): Promise<Buffer> {
  const laid = await content.open(blob);
  return "bytes" in laid ? laid.bytes : readFile(laid.path);
}
