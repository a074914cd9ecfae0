import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAnswer, AgentMessage, ReadyAnswer } from "@gatehouse/http";
import { judged } from "@gatehouse/inventory";
import type { FusionInventoryDeps } from "../deps.js";
import { createHandOver } from "../hand-over.js";
import { wait } from "../wait/wait.js";
import { type RestCall, type RestHandler, taskOf } from "./call.js";
import { callerOf } from "./caller.js";
import { getCertificate } from "./certificate.js";
import { jobsDone, setAnswer } from "./collect/answers.js";
import { getConfig } from "./config.js";
import { setStatus } from "./deploy/status.js";
import { setUserEvent } from "./deploy/user-event.js";
import { setLog } from "./esx.js";
import { postInventory } from "./inventory.js";
import { getJobs } from "./jobs.js";
import { devicesDone, isOfNetwork, setDevice } from "./network/answers.js";
import { getFilePart } from "./parts.js";

/** By the task of its path: at the inventory's it is the inventory itself. */
const answer: RestHandler = (call) => {
  if (call.task === "inventory") return postInventory(call.deps, call);
  return isOfNetwork(call) ? setDevice(call) : setAnswer(call);
};
const done: RestHandler = (call) => (isOfNetwork(call) ? devicesDone(call) : jobsDone(call));

/** By the query's `action`. */
const handlers: ReadonlyMap<string, RestHandler> = new Map([
  ["getConfig", getConfig],
  ["getJobs", getJobs],
  ["getFilePart", getFilePart],
  ["setStatus", setStatus],
  ["setUserEvent", setUserEvent],
  ["setAnswer", answer],
  ["jobsDone", done],
  ["setLog", setLog],
  ["wait", wait],
  ["getCertificate", getCertificate],
]);

/** FusionInventory REST: what names an action in its query (wire/fusioninventory.md section 1). */
export function createRest(deps: FusionInventoryDeps): (message: AgentMessage) => Promise<AgentAnswer | ReadyAnswer> {
  const handOver = createHandOver();
  const others = new Map(Object.entries(deps.config.handOver));
  return async (message) => {
    const call: RestCall = { ...message, deps, task: taskOf(message.request.path) };
    const other = others.get(call.task ?? "");
    if (other !== undefined) {
      await refuseOthers(call);
      return handOver(message.request, other);
    }
    const handler = handlers.get(message.action ?? "");
    if (handler === undefined) throw new GatehouseError("request-malformed", "The action is not known.");
    return handler(call);
  };
}

/** What goes to another server is under the policy as what is answered here; a call may name a job and no agent. */
async function refuseOthers(call: RestCall): Promise<void> {
  const { deps, request, proof } = call;
  const machineId = request.query.get("machineid");
  if (machineId !== null && (await callerOf(call)) !== undefined) return;
  const deviceId = machineId ?? proof.agent ?? "";
  if ((await judged(deps, { known: undefined, deviceId }, proof, deps.access(request))) === "held")
    throw new GatehouseError("forbidden", "The agent is not let in yet.");
}
