import path from "node:path";
import { agentId } from "../load/agent-id.js";
import type { Load } from "../load/load.js";
import { record } from "../load/record.js";
import type { RequestShape } from "../load/types.js";
import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { Probe } from "../reports/probe.js";
import { ratio, rowOf, takeTurns, wholeCpu } from "../rounds.js";
import { startYardstick } from "../yardstick.js";
import { DEVICE, makeAgents } from "./agents.js";
import type { JobsSettings } from "./settings.js";

const YARDSTICK = new URL("./config-yardstick-server.js", import.meta.url);
/** As the agents ask it (recording fi-basic). */
const REQUEST: RequestShape = {
  method: "GET",
  path: `/plugins/fusioninventory/?action=getConfig&machineid=${DEVICE}&task%5BDeploy%5D=2.8`,
  headers: { TE: "deflate,gzip;q=0.3", "User-Agent": "FusionInventory-Agent_v2.6-3" },
  body: "",
};

/** getConfig of agents without work, beside Express with one SELECT. */
export async function configs(dir: string, load: Load, settings: JobsSettings): Promise<Findings> {
  const { agents } = settings;
  const gateway = await startGateway(path.join(dir, "configs"));
  try {
    await makeAgents(gateway.database, agents);
    const answer = await record(gateway.port, REQUEST, agentId(0));
    // The first time, its tasks and its address are noted of each.
    for (let n = 1; n < agents; n++) await record(gateway.port, REQUEST, agentId(n));
    const probe = await Probe.open(gateway.database);
    await probe.tidy();
    await probe.close();
    const yardstick = await startYardstick(YARDSTICK, dir, "select", answer, gateway.database);
    try {
      const common = { postmaster: gateway.postmaster, agents };
      const measured = await takeTurns(
        load,
        [
          { name: "Bare Express with one SELECT", port: yardstick.ready.port, pid: yardstick.pid, ...common },
          { name: "Gatehouse", port: gateway.port, pid: gateway.pid, ...common },
        ],
        REQUEST,
        answer.body,
        settings,
      );
      const [bare, ours] = measured;
      if (!bare || !ours) throw new Error("a subject is missing");
      return {
        goals: [
          {
            id: "config",
            what: "getConfig of an agent that has no work",
            judgedBy: "requests/s over those of bare Express with one prepared SELECT",
            unit: "",
            atLeast: 0.6,
            measured: ratio(ours, bare, ({ perSecond }) => perSecond) ?? null,
            beside: { "by CPU, with PostgreSQL's": ratio(bare, ours, wholeCpu) ?? null },
          },
        ],
        cases: [{ id: "config", title: `getConfig of ${agents} agents without work`, rows: measured.map(rowOf) }],
      };
    } finally {
      await yardstick.stop();
    }
  } finally {
    await gateway.stop();
  }
}
