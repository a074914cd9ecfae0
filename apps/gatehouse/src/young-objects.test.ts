import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const COMMAND = fileURLToPath(new URL("../bin/gatehouse.mjs", import.meta.url));

/** At its end the process makes what V8 takes for long-lived, and says how many megabytes are old without having lived. */
const PROBE = `data:text/javascript,${encodeURIComponent(`
  import { getHeapSpaceStatistics } from "node:v8";
  const old = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space").space_used_size / 1e6;
  process.on("exit", () => {
    const before = old(), kept = new WeakMap();
    let most = 0;
    for (let i = 0; i < 1000000; i++) {
      kept.set({ i }, { of: [i, i, i, i, i, i, i, i] });
      if (i % 1000 === 0) most = Math.max(most, old() - before);
    }
    console.error("old:" + most);
  });
`)}`;

async function oldIn(...args: string[]): Promise<number> {
  const { stderr } = await promisify(execFile)(process.execPath, ["--import", PROBE, ...args]);
  return Number(/old:(.*)/.exec(stderr)?.[1] ?? Number.NaN);
}

describe("objects of a gateway", () => {
  it("are young when they are made, which V8 does not do by itself", async () => {
    const [ours, plain] = await Promise.all([oldIn(COMMAND, "--help"), oldIn("--eval", "0")]);
    // Where this fails, V8 does so no more, and the flag may go.
    expect(plain).toBeGreaterThan(10);
    expect(ours).toBeLessThan(2);
  });
});
