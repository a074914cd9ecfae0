import { createHash } from "node:crypto";
import { attempt } from "../../inventory/agent.js";
import { InventoryAgentError } from "../../inventory/errors.js";
import type { TaskContext } from "../run.js";
import type { DeployFile } from "./jobs.js";
import { partFrom, unpacked } from "./parts.js";
import type { DeployPlace } from "./place.js";

/** Rounds over all parts that are missing: the first, and five more (recording fi-deploy-parts-missing). */
const ROUNDS = 6;

/**
 * Gets a file from its mirrors and puts it together.
 * @param say told what the server is told: of a round that begins, and of one that has to be repeated
 * @returns whether it is there, and is what was promised
 */
export async function download(
  context: TaskContext,
  place: DeployPlace,
  file: DeployFile,
  say: (message: string) => Promise<void>,
): Promise<boolean> {
  // Those that came before one that is missing wait for it; the others are written and gone.
  const waiting = new Map<number, Buffer>();
  const hash = createHash("sha512");
  const into = await place.file(file.name);
  let next = 0;
  for (let round = 1; round <= ROUNDS && next < file.parts.length; round += 1) {
    if (round > 1) await say(`retrying ${file.name}`);
    await say(`fetching ${file.name}`);
    for (let n = next; n < file.parts.length; n += 1) {
      if (n < next || waiting.has(n)) continue;
      const part = await fromAny(context, file, n);
      if (part !== undefined) waiting.set(n, part);
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        waiting.delete(next);
        next += 1;
        const plain = await unpacked(ready);
        hash.update(plain);
        await into.write(plain);
      }
    }
  }
  if (file.parts.length === 0) await say(`fetching ${file.name}`);
  const isWhole = next === file.parts.length && hash.digest("hex") === file.sha512;
  await into.end(isWhole);
  if (next === file.parts.length && !isWhole) {
    const words = `${file.name} has another SHA-512 than promised`;
    context.run.errors.push(new InventoryAgentError("protocol", "getFilePart", words));
  }
  return isWhole;
}

/** From the first mirror that has it. @returns undefined where none has */
async function fromAny({ client, run }: TaskContext, { parts, mirrors }: DeployFile, n: number) {
  for (const mirror of mirrors) {
    const part = await attempt(run, "getFilePart", () => partFrom(client, mirror, parts[n] ?? ""));
    if (part === undefined) continue;
    run.parts += 1;
    run.partBytes += part.length;
    return part;
  }
  return undefined;
}
