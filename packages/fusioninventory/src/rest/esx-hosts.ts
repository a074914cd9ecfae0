import { hostOf } from "@gatehouse/inventory";
import type { FusionInventoryDeps } from "../deps.js";
import type { MessageHead } from "../mapping/messages.js";
import type { Sender } from "../sender.js";

/**
 * Whose an inventory is that comes while its agent is at ESX jobs: FusionInventory's names the collector as the sender of each of
 * their hosts (recording fi-esx). One of a machine with another name than the collector's is of such a host, and is told in the
 * story of the job where there is one only.
 */
export async function ofEsxJob(
  { work }: Pick<FusionInventoryDeps, "work">,
  { deviceId, evidence }: Pick<MessageHead, "deviceId" | "evidence">,
  sender: Sender,
): Promise<Sender> {
  if (!sender.agent.hasWork || sender.isHeld) return sender;
  const names = evidence.flatMap(({ kind, value }) => (kind === "name" ? [value] : []));
  const [name] = names;
  const isOwn = sender.of === "unsure" && names.some((one) => isSameHost(one, hostOf(deviceId)));
  if (name === undefined || isOwn) return sender;
  const jobs = await work.handedOver(sender.agent.agentId, "esx");
  const [job, ...others] = jobs;
  if (job === undefined) return sender;
  if (others.length === 0) {
    const about = `host ${name.slice(0, 255)}`;
    await work.say(job, { step: "inventory", about, status: "ok", message: "Its inventory came." });
  }
  return { ...sender, of: "collected" };
}

/** With its domain or without. */
const isSameHost = (a: string, b: string): boolean => {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  return one === other || one.split(".", 1)[0] === other.split(".", 1)[0];
};
