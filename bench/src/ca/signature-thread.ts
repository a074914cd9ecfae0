// Runs on a thread, started by signatures.ts.
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { quantile } from "../stats.js";
import type { Signed, SignOrder } from "./signatures.js";

/** The authority's own, unless it is told otherwise. */
const KEY_BITS = 4096;
/** Of what is signed for a host with such a key. */
const BYTES = 1100;

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: KEY_BITS });
const body = randomBytes(BYTES);

function run(seconds: number): Signed {
  const took: number[] = [];
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  let now = begun;
  while (now - begun < seconds * 1000) {
    sign("sha256", body, privateKey);
    const after = performance.now();
    took.push(after - now);
    now = after;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const sorted = Float64Array.from(took).sort();
  return {
    perSecond: took.length / ((now - begun) / 1000),
    medianMs: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    cpu: (user + system) / took.length,
  };
}

parentPort?.on("message", ({ seconds }: SignOrder) => parentPort?.postMessage(run(seconds)));
