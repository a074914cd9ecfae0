import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAnswer, AgentMessage, ReadyAnswer } from "@gatehouse/http";
import type { FusionInventoryDeps } from "../deps.js";
import { wait } from "../wait/wait.js";
import { type RestHandler, taskOf } from "./call.js";
import { jobsDone, setAnswer } from "./collect/answers.js";
import { getConfig } from "./config.js";
import { setStatus } from "./deploy/status.js";
import { setUserEvent } from "./deploy/user-event.js";
import { setLog } from "./esx.js";
import { postInventory } from "./inventory.js";
import { getJobs } from "./jobs.js";
import { getFilePart } from "./parts.js";

const notOffered: RestHandler = async () => {
  throw new GatehouseError("not-available", "This action is not offered.");
};

/** Of the inventory's remote it is the inventory itself. */
const answer: RestHandler = (call) => (call.task === "inventory" ? postInventory(call.deps, call) : setAnswer(call));

/** By the query's `action`. */
const handlers: ReadonlyMap<string, RestHandler> = new Map([
  ["getConfig", getConfig],
  ["getJobs", getJobs],
  ["getFilePart", getFilePart],
  ["setStatus", setStatus],
  ["setUserEvent", setUserEvent],
  ["setAnswer", answer],
  ["jobsDone", jobsDone],
  ["setLog", setLog],
  ["wait", wait],
  ["getCertificate", notOffered],
]);

/** FusionInventory REST: what names an action in its query (wire/fusioninventory.md section 1). */
export function createRest(deps: FusionInventoryDeps): (message: AgentMessage) => Promise<AgentAnswer | ReadyAnswer> {
  return async (message) => {
    const handler = handlers.get(message.action ?? "");
    if (handler === undefined) throw new GatehouseError("request-malformed", "The action is not known.");
    return handler({ ...message, deps, task: taskOf(message.request.path) });
  };
}
