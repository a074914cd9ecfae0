import type { Job } from "@gatehouse/core/jobs";
import type { FusionInventoryDeps } from "../deps.js";

/** Ends a job that nobody could do as it stands. In an answer it would make the agent drop all the others. */
export async function failed({ work }: Pick<FusionInventoryDeps, "work">, job: Job, reason: string): Promise<void> {
  await work.say(job, { step: null, about: null, status: "ko", message: reason, end: "ko", reason });
}
