import { availableParallelism } from "node:os";
import { newClient } from "../ca/identity.js";
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
/** Catalogs that a gateway makes for one node at once. */
const OF_ONE_NODE = 2;

/** What file requests of others wait for, while all workers that a gateway has by itself compile without a pause. */
export async function neighbours(dir: string, load: Load, settings: CompileSettings): Promise<Findings> {
  const { gateway, client } = await newSite(dir, "neighbours");
  // One more than there are workers: none of them waits for its next.
  const clients = Math.max(1, availableParallelism() - 1) + 1;
  const compiling = Array.from({ length: Math.ceil(clients / OF_ONE_NODE) }, startLoad);
  try {
    const place = { port: gateway.httpsPort, pid: gateway.pid, client };
    await expectFiles(place.port, client, LARGE);
    const { body } = await record(place.port, fileContent, "", client);
    const subject = (name: string) => ({ ...subjectOf(name, place), postmaster: gateway.postmaster });
    const busy: LoadPlan[] = [];
    for (const [i] of compiling.entries()) {
      const certname = `busy${i}.bench.example`;
      const one = { ...subject("catalogs"), tls: await newClient(gateway, certname) };
      busy.push({
        ...planFor(one, sized(LARGE, certname), undefined, settings),
        connections: Math.min(OF_ONE_NODE, clients - i * OF_ONE_NODE),
        settleSeconds: 0,
        seconds: settings.settleSeconds + settings.seconds + 1,
      });
    }
    const [idle, meanwhile] = await rotate(
      [subject("Idle"), subject("All workers compile")],
      async (one) => {
        const others = one.name === "Idle" ? undefined : Promise.all(busy.map((plan, i) => compiling[i]?.run(plan)));
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
    for (const one of compiling) one.close();
    await gateway.stop();
  }
}
