import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { spread } from "../stats.js";
import type { CompileSettings } from "./settings.js";
import { expectFiles, newSite } from "./site.js";

const SMALL = 10;

/** How long it takes from the start to the first catalog, of an agent that asks when the gateway is ready. */
export async function firstCatalog(dir: string, { starts }: CompileSettings): Promise<Findings> {
  const { gateway, client } = await newSite(dir, "start");
  await gateway.stop();
  const fromStart: number[] = [];
  const fromReady: number[] = [];
  for (let i = 0; i < starts; i++) {
    const again = await startGateway(gateway.dataDir);
    try {
      const asked = performance.now();
      await expectFiles(again.httpsPort, client, SMALL);
      const waited = performance.now() - asked;
      fromReady.push(waited / 1000);
      fromStart.push((again.readyMs + waited) / 1000);
    } finally {
      await again.stop();
    }
  }
  return {
    goals: [
      {
        id: "first-catalog",
        what: `The first catalog, of ${SMALL} resources`,
        judgedBy: `from the process's start to the answer, ${starts} starts`,
        unit: "s",
        atMost: 2,
        measured: spread(fromStart),
        beside: { "from ready": spread(fromReady) },
      },
    ],
    cases: [],
  };
}
