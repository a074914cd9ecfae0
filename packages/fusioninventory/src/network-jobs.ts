import type { Job, JobSaid, NetInventorySpec } from "@gatehouse/core/jobs";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { FusionInventoryDeps } from "./deps.js";
import type { DeviceSaid, NetworkSaid } from "./mapping/progress.js";

type Deps = Pick<FusionInventoryDeps, "work">;

/** The version of its module from which on an agent is a GLPI agent, which ends each device and not the job. */
const GLPI_MODULE = 5;
/** What devices of a job are called in its story. */
const DEVICE = "device";

/**
 * Notes what an agent says of its job on the network, and ends the job with what ends it: the end of a discovery; of an inventory
 * the last of its devices, or the end of an agent that says one for all (FusionInventory; GLPI agents say it after each device);
 * and that the agent broke off. What names no open job of the agent says nothing.
 */
export async function noteNetworkJob(
  deps: Deps,
  { agentId }: Pick<KnownAgent, "agentId">,
  said: NetworkSaid,
): Promise<void> {
  const job = await deps.work.findNumber(agentId, said.number);
  if (job === undefined || job.work.task !== said.task || (job.state !== "sent" && job.state !== "running")) return;
  const devices = job.work.task === "netinventory" ? job.work.spec.devices : undefined;
  for (const line of linesOf(said, devices)) if ((await deps.work.say(job, line)) === "over") return;
  const end = await endOf(deps, job, said, devices?.length);
  if (end !== undefined)
    await deps.work.say(job, { step: null, about: null, status: end.end, message: end.reason, ...end });
}

function linesOf(
  { started, addresses, devices }: NetworkSaid,
  known: NetInventorySpec["devices"] | undefined,
): JobSaid[] {
  const line = (step: string, message: string): JobSaid => ({ step, about: null, status: null, message });
  return [
    ...(started === undefined ? [] : [line("start", started === "" ? "Started." : `Started by version ${started}.`)]),
    ...(addresses === undefined ? [] : [line("start", `Looks at ${addresses} addresses.`)]),
    ...devices.map((device) => lineOf(device, known)),
  ];
}

/** What was said of one device. @param known those of an inventory; undefined for a discovery */
export const lineOf = (device: DeviceSaid, known: NetInventorySpec["devices"] | undefined): JobSaid => ({
  ...{ step: known === undefined ? "discovery" : "query", about: nameOf(device, known) },
  ...{ status: device.error === undefined ? "ok" : "ko", message: device.error ?? null },
});

/** Those of an inventory by their place in the job: what the agent says of others does not count. */
function nameOf({ id }: DeviceSaid, known: NetInventorySpec["devices"] | undefined): string | null {
  if (id === undefined) return null;
  if (known === undefined) return `${DEVICE} ${id}`;
  const ip = /^[1-9]\d{0,5}$/.test(id) ? known[Number(id) - 1]?.ip : undefined;
  return ip === undefined ? `other ${id}` : `${DEVICE} ${id}, ${ip}`;
}

type End = Pick<Required<JobSaid>, "reason"> & { readonly end: "ok" | "ko" };

async function endOf(
  { work }: Deps,
  job: Job,
  { isAtEnd, hasLeft, moduleVersion, devices }: NetworkSaid,
  all: number | undefined,
): Promise<End | undefined> {
  if (hasLeft) return { end: "ko", reason: "The agent broke it off." };
  if (!isAtEnd && (all === undefined || devices.length === 0)) return undefined;
  const isForAll = isAtEnd && Number.parseInt(moduleVersion ?? "", 10) < GLPI_MODULE;
  return tallied({ work }, job, all, isForAll);
}

/**
 * How a job ended, by what was said of its devices.
 * @param all how many there are; undefined for a discovery
 * @param isForAll nothing more is said of those of which nothing was
 * @returns undefined where more is to come
 */
export async function tallied(
  { work }: Deps,
  job: Pick<Job, "id">,
  all: number | undefined,
  isForAll: boolean,
): Promise<End | undefined> {
  const { things, failed } = await work.tally(job.id, DEVICE);
  if (all === undefined) return { end: "ok", reason: `${things} ${things === 1 ? "host" : "hosts"} found.` };
  if (things < all && !isForAll) return undefined;
  const well = things - failed;
  const rest = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(things < all ? [`of ${all - things} nothing was said`] : []),
  ];
  const reason = `${well} of ${all} devices looked at${rest.map((part) => `, ${part}`).join("")}.`;
  return { end: well > 0 ? "ok" : "ko", reason };
}
