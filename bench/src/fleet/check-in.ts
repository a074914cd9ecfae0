import { openApi } from "../api.js";
import { getDscAction } from "../dsc/requests.js";
import { newSite, type Site } from "../dsc/site.js";
import { agentId } from "../load/agent-id.js";
import type { Load } from "../load/load.js";
import { record } from "../load/record.js";
import type { Findings } from "../report.js";
import { ratio, rowOf, type Subject, takeTurns, wholeCpu } from "../rounds.js";
import { madeGroups } from "./made-groups.js";
import { describeNodes } from "./rows.js";
import type { FleetSettings } from "./settings.js";

/** A check-in of a node without groups, and of one that groups give its configuration: two gateways of the same nodes. */
export async function checkIns(dir: string, load: Load, settings: FleetSettings): Promise<Findings> {
  const plain = await newSite(dir, "plain", settings.agents);
  let grouped: Site | undefined;
  try {
    grouped = await newSite(dir, "grouped", settings.agents);
    for (const { gateway } of [plain, grouped]) await describeNodes(gateway.database);
    await putGroups(grouped, settings.groups);
    const request = getDscAction(plain.checksum);
    const answer = await record(plain.gateway.port, request, agentId(0));
    const subject = (name: string, { gateway }: Site): Subject => ({
      name,
      port: gateway.port,
      pid: gateway.pid,
      postmaster: gateway.postmaster,
      agents: settings.agents,
    });
    const subjects = [subject("No groups", plain), subject(`${settings.groups} groups`, grouped)];
    const measured = await takeTurns(load, subjects, request, answer.body, settings);
    const [without, with500] = measured;
    if (!without || !with500) throw new Error("a subject is missing");
    return {
      goals: [
        {
          id: "check-in-assigned",
          what: `A check-in with ${settings.groups} groups, over one without any`,
          judgedBy: "CPU per request with PostgreSQL's",
          unit: "",
          atMost: 1.2,
          measured: ratio(with500, without, wholeCpu) ?? null,
          beside: { "server alone": ratio(with500, without, (round) => round.serverCpu) ?? null },
        },
      ],
      cases: [{ id: "check-in-assigned", title: "GetDscAction without and with groups", rows: measured.map(rowOf) }],
    };
  } finally {
    await Promise.all([plain.gateway.stop(), grouped?.gateway.stop()]);
  }
}

/** The same answer comes of it: whoever is assigned a configuration is assigned the one that all registered. */
async function putGroups({ gateway }: Site, count: number): Promise<void> {
  const api = openApi(gateway, 1);
  try {
    for (const { name, settings, ...group } of madeGroups(count)) {
      const given = "dsc.configurations" in settings ? { "dsc.configurations": ["Web"] } : {};
      await api.put(`/groups/${name}`, { ...group, settings: given });
    }
    const { body } = await api.get<{ settings: { setting: string; from: { by: string }[] }[] }>(
      "/nodes/SRV-000000/explain",
    );
    if (!body.settings.some(({ from }) => from.some(({ by }) => by === "group")))
      throw new Error("no group gives the node anything");
  } finally {
    api.close();
  }
}
