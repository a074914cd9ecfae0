import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { spread } from "../stats.js";
import type { CompileSettings } from "./settings.js";
import { expectFiles, newSite } from "./site.js";

const SMALL = 10;

/** How long the first agent waits, that asks at the moment in which the gateway is ready. */
export async function firstCatalog(dir: string, { starts }: CompileSettings): Promise<Findings> {
  const { gateway, client } = await newSite(dir, "start");
  await gateway.stop();
  const first: number[] = [];
  const fromSpawn: number[] = [];
  for (let i = 0; i < starts; i++) {
    const again = await startGateway(gateway.dataDir);
    try {
      const asked = performance.now();
      await expectFiles(again.httpsPort, client, SMALL);
      const waited = performance.now() - asked;
      first.push(waited / 1000);
      fromSpawn.push((again.readyMs + waited) / 1000);
    } finally {
      await again.stop();
    }
  }
  return {
    goals: [
      {
        id: "first-catalog",
        what: `The first catalog, of ${SMALL} resources`,
        judgedBy: `from ready to the answer, ${starts} starts`,
        unit: "s",
        atMost: 2,
        measured: spread(first),
        beside: { "from the process's start": spread(fromSpawn) },
      },
    ],
    cases: [],
  };
}
