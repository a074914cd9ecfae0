import { execFile } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";

const run = promisify(execFile);

/** Unpacks a file into a folder, by the ending of its name. @throws Error for an ending that it does not know */
export async function unpackInto(file: string, dir: string): Promise<void> {
  if (/\.(?:tar|tar\.gz|tgz)$/i.test(file)) {
    await run("tar", ["-xf", file, "-C", dir]);
    return;
  }
  if (!/\.gz$/i.test(file)) throw new Error("cannot uncompress this kind of archive");
  await pipeline(createReadStream(file), createGunzip(), createWriteStream(file.slice(0, -3)));
}
