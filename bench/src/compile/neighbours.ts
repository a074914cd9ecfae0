import { availableParallelism } from "node:os";
import { type Load, startLoad } from "../load/load.js";
import { record } from "../load/record.js";
import type { LoadPlan } from "../load/types.js";
import { fileContent } from "../puppet/requests.js";
import { subjectOf } from "../puppet/speed.js";
import type { Findings } from "../report.js";
import { over, planFor, ratio, rotate } from "../rounds.js";
import type { CompileSettings } from "./settings.js";
import { expectFiles, newSite, sized } from "./site.js";

const LARGE = 500;

/** What file requests of others wait for, while all workers that a gateway has by itself compile without a pause. */
export async function neighbours(dir: string, load: Load, settings: CompileSettings): Promise<Findings> {
  const { gateway, client } = await newSite(dir, "neighbours");
  const compiling = startLoad();
  try {
    const place = { port: gateway.httpsPort, pid: gateway.pid, client };
    await expectFiles(place.port, client, LARGE);
    const { body } = await record(place.port, fileContent, "", client);
    const subject = (name: string) => ({ ...subjectOf(name, place), postmaster: gateway.postmaster });
    // One more than there are workers: none of them waits for its next.
    const clients = Math.max(1, availableParallelism() - 1) + 1;
    const busy: LoadPlan = {
      ...planFor(subject("catalogs"), sized(LARGE), undefined, settings),
      connections: clients,
      settleSeconds: 0,
      seconds: settings.settleSeconds + settings.seconds + 1,
    };
    const [idle, meanwhile] = await rotate(
      [subject("Idle"), subject("All workers compile")],
      async (one) => {
        const others = one.name === "Idle" ? undefined : compiling.run(busy);
        others?.catch(() => undefined);
        const result = await load.run(planFor(one, fileContent, body, settings));
        await others;
        return result;
      },
      settings,
    );
    if (idle === undefined || meanwhile === undefined) throw new Error("a subject is missing");
    const rows = [idle, meanwhile].map((one) => ({
      name: one.name,
      requestsPerSecond: over(one, (round) => round.perSecond),
      p50Milliseconds: over(one, (round) => round.p50),
      p95Milliseconds: over(one, (round) => round.p95),
      p99Milliseconds: over(one, (round) => round.p99),
    }));
    return {
      goals: [
        {
          id: "neighbours",
          what: "Others' file requests while all workers compile",
          judgedBy: "p95 over that of an idle gateway",
          unit: "",
          atMost: 1.5,
          measured: ratio(meanwhile, idle, (round) => round.p95) ?? null,
          beside: { "p50 over idle": ratio(meanwhile, idle, (round) => round.p50) ?? null },
        },
      ],
      cases: [{ id: "neighbours", title: "file_content of two clients", heading: "Gateway", rows }],
    };
  } finally {
    compiling.close();
    await gateway.stop();
  }
}
