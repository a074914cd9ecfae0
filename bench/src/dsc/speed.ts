import { agentId } from "../load/agent-id.js";
import type { Load } from "../load/load.js";
import { record } from "../load/record.js";
import type { RequestShape } from "../load/types.js";
import type { Findings } from "../report.js";
import { type Measured, ratio, rowOf, type Subject, takeTurns, wholeCpu } from "../rounds.js";
import { startYardstick } from "../yardstick.js";
import { configurationContent, getDscAction } from "./requests.js";
import type { DscSettings } from "./settings.js";
import { newSite, type Site } from "./site.js";

const YARDSTICK = new URL("./yardstick-server.js", import.meta.url);

/** Check-in and download, each beside the yardsticks. */
export async function speed(dir: string, load: Load, settings: DscSettings): Promise<Findings> {
  const site = await newSite(dir, "speed", settings.agents);
  try {
    const action = await besideYardsticks("action", getDscAction(site.checksum), dir, load, settings, site);
    const content = await besideYardsticks("content", configurationContent, dir, load, settings, site);
    return {
      goals: [
        {
          id: "get-dsc-action",
          what: "GetDscAction of a known, unchanged node",
          judgedBy: "requests/s over B",
          unit: "",
          atLeast: 0.6,
          aim: 0.8,
          ...ratios(action, 1),
        },
        {
          id: "configuration-64k",
          what: "A configuration of 64 kB",
          judgedBy: "requests/s over A",
          unit: "",
          atLeast: 0.6,
          ...ratios(content, 0),
        },
      ],
      cases: [
        { id: "get-dsc-action", title: "GetDscAction, known and unchanged", rows: action.map(rowOf) },
        { id: "configuration-64k", title: "ConfigurationContent, 64 kB", rows: content.map(rowOf) },
      ],
    };
  } finally {
    await site.gateway.stop();
  }
}

/** The ratio by requests, and by CPU time turned round, so that more is better in both. */
function ratios(measured: readonly Measured[], yardstick: 0 | 1) {
  const [gateway, other] = [measured[2], measured[yardstick]];
  if (gateway === undefined || other === undefined) throw new Error("a subject is missing");
  return {
    measured: ratio(gateway, other, (round) => round.perSecond) ?? null,
    beside: {
      "by server CPU": ratio(other, gateway, (round) => round.serverCpu) ?? null,
      "with PostgreSQL's": ratio(other, gateway, wholeCpu) ?? null,
    },
  };
}

async function besideYardsticks(
  name: string,
  request: RequestShape,
  dir: string,
  load: Load,
  settings: DscSettings,
  { gateway }: Site,
): Promise<Measured[]> {
  const answer = await record(gateway.port, request, agentId(0));
  const a = await startYardstick(YARDSTICK, dir, `${name}-a`, answer, null);
  const b = await startYardstick(YARDSTICK, dir, `${name}-b`, answer, gateway.database);
  const common = { postmaster: gateway.postmaster, agents: settings.agents };
  const subjects: Subject[] = [
    { name: "A: bare Express", port: a.ready.port, pid: a.pid, ...common },
    { name: "B: A and one prepared SELECT", port: b.ready.port, pid: b.pid, ...common },
    { name: "Gatehouse", port: gateway.port, pid: gateway.pid, ...common },
  ];
  try {
    return await takeTurns(load, subjects, request, answer.body, settings);
  } finally {
    await Promise.all([a.stop(), b.stop()]);
  }
}
