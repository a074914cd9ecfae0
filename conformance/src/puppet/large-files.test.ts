import { createHash, randomBytes } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunSite, startRunSite } from "./run-site.js";

const MIB = 1 << 20;
const LARGE = 384 * MIB;
/** What heaps and buffers may grow by, whatever the size of the file: 60 to 140 MiB were seen, for 96 MiB as for this. */
const MOST_GROWTH = 256 * MIB;

describe.skipIf(process.platform !== "linux")("a file of 384 MiB", () => {
  let site: RunSite;
  let folder: string;
  let digest: string;
  let peer: { cert: string; key: string };
  beforeAll(async () => {
    site = await startRunSite();
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-large-"));
    mkdirSync(path.join(folder, "modules/site/files"), { recursive: true });
    digest = writeLarge(path.join(folder, "modules/site/files/large.bin"));
    const made: { certificate: string; key: string } = await site.house.ca("generate", "large.example.org");
    peer = { cert: made.certificate, key: made.key };
    // One run warms up what any use of the gateway takes.
    await site.deploy("warm", { "modules/site/files/one.txt": "one\n" });
    await sha256Of("warm", "one.txt");
  });
  afterAll(async () => {
    await site?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  function writeLarge(file: string): string {
    const hash = createHash("sha256");
    const part = randomBytes(MIB);
    const fd = openSync(file, "w");
    for (let i = 0; i < LARGE / MIB; i++) {
      part.writeUInt32BE(i);
      writeSync(fd, part);
      hash.update(part);
    }
    closeSync(fd);
    return hash.digest("hex");
  }

  /** Bytes: the most that the gateway's process has held so far. */
  const peak = () => {
    const [, kB] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${site.house.first.pid}/status`, "utf8")) ?? [];
    return Number(kB) * 1024;
  };

  function sha256Of(environment: string, name: string): Promise<string> {
    const { hostname, port } = new URL(site.house.first.https);
    const target = `/puppet/v3/file_content/modules/site/${name}?environment=${environment}`;
    return new Promise((resolve, reject) => {
      const options = { ...peer, hostname, port, path: target, agent: false, rejectUnauthorized: false };
      https
        .get({ ...options, headers: { Accept: "application/octet-stream" } }, (response) => {
          const hash = createHash("sha256");
          response.on("data", (chunk: Buffer) => hash.update(chunk));
          response.on("error", reject);
          response.on("end", () => resolve(hash.digest("hex")));
        })
        .on("error", reject);
    });
  }

  it("is deployed, and served to several agents at once, in flat memory", async () => {
    const before = peak();
    await site.done("puppet", "deploy", "production", folder);
    const served = await Promise.all(
      ["large.bin", "large.bin", "large.bin"].map((name) => sha256Of("production", name)),
    );
    expect(served).toEqual([digest, digest, digest]);
    expect(peak() - before).toBeLessThan(MOST_GROWTH);
  });
});
