import { agentId } from "../load/agent-id.js";
import type { Load } from "../load/load.js";
import { record } from "../load/record.js";
import type { Findings } from "../report.js";
import { ratio, rowOf, type Subject, takeTurns, wholeCpu } from "../rounds.js";
import { getDscAction } from "./requests.js";
import type { DscSettings } from "./settings.js";
import { newSite, type Site } from "./site.js";

/** A check-in with few nodes in the database and with many: two gateways, each with a database of its own. */
export async function growth(dir: string, load: Load, settings: DscSettings): Promise<Findings> {
  const { fewNodes, manyNodes } = settings;
  const few = await newSite(dir, "few", fewNodes);
  let many: Site | undefined;
  try {
    many = await newSite(dir, "many", manyNodes);
    const request = getDscAction(few.checksum);
    const answer = await record(few.gateway.port, request, agentId(0));
    const subject = (name: string, { gateway }: Site, agents: number): Subject => ({
      name,
      port: gateway.port,
      pid: gateway.pid,
      postmaster: gateway.postmaster,
      agents,
    });
    const measured = await takeTurns(
      load,
      [
        subject(`${fewNodes} nodes`, few, fewNodes),
        subject(`${manyNodes} nodes`, many, manyNodes),
        subject(`${manyNodes} nodes, ${fewNodes} of them ask`, many, fewNodes),
      ],
      request,
      answer.body,
      settings,
    );
    const [small, large, part] = measured;
    if (!small || !large || !part) throw new Error("a subject is missing");
    return {
      goals: [
        {
          id: "growth",
          what: `A check-in at ${manyNodes} nodes, over one at ${fewNodes}`,
          judgedBy: "CPU per request with PostgreSQL's",
          unit: "",
          atMost: 1.2,
          measured: ratio(large, small, wholeCpu) ?? null,
          beside: {
            "server alone": ratio(large, small, (round) => round.serverCpu) ?? null,
            "PostgreSQL alone": ratio(large, small, (round) => round.postgresCpu) ?? null,
            [`${fewNodes} ask`]: ratio(part, small, wholeCpu) ?? null,
          },
        },
      ],
      cases: [{ id: "growth", title: "GetDscAction with few and with many nodes", rows: measured.map(rowOf) }],
    };
  } finally {
    await Promise.all([few.gateway.stop(), many?.gateway.stop()]);
  }
}
