import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { InventoryAgentError } from "../../inventory/errors.js";
import { lost, type RestClient } from "../client.js";

/** Bytes of a part, as served and unpacked, at the most. */
const MOST_BYTES = 64 << 20;
const unzip = promisify(gunzip);

/** Where a mirror has a part: `h/hh/hash` below it. */
export const partUrl = (mirror: string, sha512: string): string =>
  `${mirror}${mirror.endsWith("/") ? "" : "/"}${sha512.slice(0, 1)}/${sha512.slice(0, 2)}/${sha512}`;

/**
 * A part from one mirror. Where the connection breaks, the rest is asked for once more with Range.
 * @returns its bytes as served
 * @throws InventoryAgentError where the mirror has it not, or other bytes
 */
export async function partFrom(client: RestClient, mirror: string, sha512: string): Promise<Buffer> {
  const url = partUrl(mirror, sha512);
  const got: Buffer[] = [];
  const broken = await read(client, url, got);
  if (broken !== undefined) {
    if (got.length === 0) throw broken;
    const again = await read(client, url, got);
    if (again !== undefined) throw again;
  }
  const bytes = Buffer.concat(got);
  if (createHash("sha512").update(bytes).digest("hex") !== sha512) throw fault("has another SHA-512 than asked for");
  return bytes;
}

/** What a part stands for: agents take plain ones too. @throws InventoryAgentError for what only looks like gzip */
export async function unpacked(part: Buffer): Promise<Buffer> {
  if (part[0] !== 0x1f || part[1] !== 0x8b) return part;
  try {
    return await unzip(part, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    throw fault("cannot be unpacked", cause);
  }
}

const fault = (words: string, cause?: unknown) =>
  new InventoryAgentError("protocol", "getFilePart", `A part ${words}`, undefined, cause);

/** Adds what comes to what was got. @returns what broke it off; undefined when it came to its end */
async function read(client: RestClient, url: string, got: Buffer[]): Promise<InventoryAgentError | undefined> {
  let length = got.reduce((sum, chunk) => sum + chunk.length, 0);
  const request = {
    operation: "getFilePart",
    url,
    ...(length === 0 ? {} : { headers: { Range: `bytes=${length}-` } }),
  };
  const started = performance.now();
  const response = await client.open(request);
  client.told("getFilePart", response, started);
  const { statusCode = 0, headers } = response;
  if (statusCode !== 200 && statusCode !== 206) {
    response.resume();
    throw new InventoryAgentError("status", "getFilePart", `communication error: ${statusCode}`);
  }
  // A server that knows no ranges begins anew.
  if (statusCode === 200) {
    got.length = 0;
    length = 0;
  } else if (!headers["content-range"]?.startsWith(`bytes ${length}-`)) {
    response.destroy();
    throw fault("has another range than asked for");
  }
  try {
    for await (const chunk of response) {
      got.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > MOST_BYTES) throw fault("is too large");
    }
    return undefined;
  } catch (cause) {
    if (cause instanceof InventoryAgentError) throw cause;
    return lost(request, cause);
  }
}
