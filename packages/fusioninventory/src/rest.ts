import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAnswer, AgentMessage } from "@gatehouse/http";
import { parseDeviceId } from "@gatehouse/inventory";
import { json } from "./replies.js";

/** Seconds for which an answer holds; agents of today do not read it. */
const VALIDITY = 600;

/** What agents ask while they have a job, and there are none: what they name is not here, whatever they name. */
const OF_JOBS = new Set(["getJobs", "getFilePart", "setStatus", "setUserEvent", "setAnswer", "jobsDone", "setLog"]);
const NOT_OFFERED = new Set(["wait", "getCertificate"]);

/**
 * FusionInventory REST (wire/fusioninventory.md sections 1 and 2): every agent asks getConfig in every run, once for each
 * of its tasks. The answer is the same for whoever asks, known or not: there is nothing to do.
 * @throws request-malformed, not-found, not-available
 */
export function answerRest({ action = "", request: { method, query } }: AgentMessage): AgentAnswer {
  if (OF_JOBS.has(action)) throw new GatehouseError("not-found", "There is no such job.");
  if (NOT_OFFERED.has(action)) throw new GatehouseError("not-available", "This action is not offered.");
  if (action !== "getConfig") throw new GatehouseError("request-malformed", "The action is not known.");
  if (method !== "GET")
    throw new GatehouseError("method-not-allowed", "getConfig is asked for with GET.", { allow: ["GET"] });
  parseDeviceId(query.get("machineid") ?? "");
  return json(200, { configValidityPeriod: VALIDITY, schedule: [] });
}
