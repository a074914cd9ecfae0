import { GatehouseError } from "@gatehouse/core/errors";
import type { Job } from "@gatehouse/core/jobs";
import { keep } from "../../keep.js";
import { type PostedDeviceHead, postedDeviceHead } from "../../mapping/devices.js";
import { lineOf, tallied } from "../../network-jobs.js";
import { DEVICE_CHECK, DEVICES } from "../../processors.js";
import { json } from "../../replies.js";
import { ownTask } from "../../tasks.js";
import { onlyGet, type RestCall, type RestHandler } from "../call.js";
import { foundJob, jobOf } from "../caller.js";
import { answerToken, isAnswerToken } from "../collect/token.js";
import { syntaxOf } from "../inventory.js";
import { nothing, say } from "../said.js";

/** Bytes of what is told of one device: the largest switches have some 1,000 ports. */
const MOST_BYTES = 4 << 20;
/** Bytes that are looked through here. */
const INLINE_BYTES = 256 << 10;

type Task = keyof typeof DEVICES;

const taskIn = ({ task = "" }: RestCall): Task | undefined => {
  const own = ownTask(task)?.task;
  return own === "netdiscovery" || own === "netinventory" ? own : undefined;
};

/** Whether a call is at a remote of a task on the network. */
export const isOfNetwork = (call: RestCall): boolean => taskIn(call) !== undefined;

/**
 * setAnswer of a task on the network: one device, or what went wrong with it, posted in JSON (decisions, row 24). Answered with
 * the token of the next when it is stored.
 * @throws request-malformed, body-too-large, coding-unsupported for what is none; forbidden for a token that is none of ours;
 *   not-found for a job that is not the caller's; conflict for one that has ended
 */
export const setDevice: RestHandler = async (call) => {
  const { deps, request } = call;
  if (request.method !== "POST")
    throw new GatehouseError("method-not-allowed", "Devices are posted.", { allow: ["POST"] });
  if (syntaxOf(request.headers["content-type"]) !== "json")
    throw new GatehouseError("coding-unsupported", "Devices are JSON here.");
  if (request.body.length > MOST_BYTES)
    throw new GatehouseError("body-too-large", `A device has at most ${MOST_BYTES} bytes.`);
  const task = taskIn(call) ?? "netdiscovery";
  const { device, uuid, token } = await headIn(call, task);
  if (token !== undefined && token !== "" && !isAnswerToken(deps.answerKey, token))
    throw new GatehouseError("forbidden", "The token is none of ours.");
  const named = request.query.get("uuid");
  if (named !== null && uuid !== undefined && named !== uuid)
    throw new GatehouseError("request-malformed", "The call names two jobs.");
  const { job, agent } = await foundJob(call, [task], uuid ?? named);
  await say(call, job, lineOf(device, devicesOf(job)));
  if (device.error === undefined) {
    const deviceId = String(agent.attributes["deviceId"] ?? "");
    await keep(deps, DEVICES[task], deviceId, { agent, of: "collected", isHeld: false }, request);
  }
  return json(200, { token: answerToken(deps.answerKey) });
};

/**
 * jobsDone of a task on the network: nothing more is said of its devices.
 * @throws as {@link setDevice}
 */
export const devicesDone: RestHandler = async (call) => {
  onlyGet(call);
  const job = await jobOf(call, [taskIn(call) ?? "netdiscovery"]);
  const end = await tallied(call.deps, job, devicesOf(job)?.length, true);
  if (end !== undefined)
    await say(call, job, { step: null, about: null, status: end.end, message: end.reason, ...end });
  return nothing;
};

const devicesOf = ({ work }: Job) => (work.task === "netinventory" ? work.spec.devices : undefined);

async function headIn({ deps: { tasks }, request: { body } }: RestCall, task: Task): Promise<PostedDeviceHead> {
  if (body.length <= INLINE_BYTES) return postedDeviceHead(body, task);
  const input = { body, task };
  return tasks.run<PostedDeviceHead>(DEVICE_CHECK, input);
}
