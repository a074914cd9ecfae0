import { attempt, requireSuccess } from "../inventory/agent.js";
import { glpiContent, legacyContent, type Provider } from "../inventory/content.js";
import type { Machine } from "../inventory/machine.js";
import { USER_AGENT } from "./client.js";
import type { TaskContext } from "./run.js";
import { yamlOf } from "./yaml.js";

const provider = (server: string): Provider => ({
  ...{ versionClient: USER_AGENT, name: "FusionInventory", version: "2.6-3", args: `--config=none --server=${server}` },
});

/** The machine's inventory to the XML backend. */
export async function sendByXml({ backend, run }: TaskContext, server: string, machine: Machine): Promise<void> {
  const sent = await attempt(run, "inventory", async () => {
    await backend.inventory(legacyContent(machine, provider(server)));
    return true;
  });
  if (sent === true) run.inventory = "xml";
}

/** The machine's inventory to the remote that the schedule names: in JSON or YAML, as the document plans (decisions, row 24). */
export async function sendByRest(
  { client, deviceId, run }: TaskContext,
  remote: string,
  machine: Machine,
  syntax: "json" | "yaml",
): Promise<void> {
  const message = {
    action: "inventory",
    deviceid: deviceId,
    itemtype: "Computer",
    content: glpiContent(machine, provider(remote)),
  };
  const sent = await attempt(run, "inventory", async () => {
    const headers = { "Content-Type": `application/${syntax}` };
    const body = Buffer.from(syntax === "json" ? JSON.stringify(message) : yamlOf(message), "utf8");
    requireSuccess(await client.ask({ operation: "inventory", method: "POST", url: remote, headers, body }));
    return true;
  });
  if (sent === true) run.inventory = "rest";
}
