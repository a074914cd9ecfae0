import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startGateway } from "../process/gateway.js";
import { type Memory, memoryOf } from "../process/memory.js";
import type { Findings } from "../report.js";
import { spread } from "../stats.js";
import type { DscSettings } from "./settings.js";

/** Time from the spawn to the ready line in a new folder and in one that was used, and memory when idle. */
export async function start(dir: string, settings: DscSettings): Promise<Findings> {
  const first: number[] = [];
  const again: number[] = [];
  const idle: (Memory | undefined)[] = [];
  for (let i = 0; i < settings.starts; i++) {
    const folder = path.join(dir, `start-${i}`);
    const made = await startGateway(folder);
    first.push(made.readyMs / 1000);
    await made.stop();
    const known = await startGateway(folder);
    again.push(known.readyMs / 1000);
    await sleep(settings.idleSeconds * 1000);
    idle.push(memoryOf(known.pid));
    await known.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const memory = (of: (found: Memory) => number) => {
    const found = idle.flatMap((one) => (one === undefined ? [] : [of(one)]));
    return found.length === 0 ? null : spread(found);
  };
  const judgedBy = "spawn to ready line";
  return {
    goals: [
      {
        id: "memory",
        what: "Memory of the idle gateway",
        judgedBy: "RSS, PostgreSQL apart",
        unit: "MB",
        atMost: 150,
        measured: memory(({ rss }) => rss),
        beside: { PSS: memory(({ pss }) => pss) },
      },
      { id: "ready", what: "Ready on an existing database", judgedBy, unit: "s", atMost: 3, measured: spread(again) },
      { id: "first-ready", what: "Ready at the first start", judgedBy, unit: "s", atMost: 8, measured: spread(first) },
    ],
    cases: [],
  };
}
