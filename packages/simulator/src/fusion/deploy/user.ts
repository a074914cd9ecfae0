import { attempt } from "../../inventory/agent.js";
import { callUrl } from "../query.js";
import type { Ended, JobUnderWay, Status } from "./deploy.js";

/**
 * Asks the person at the machine what the package has for this moment, and tells the server what came of it
 * (wire/fusioninventory.md section 4: Windows only; elsewhere nobody is asked).
 * @param type such as `before`
 * @returns how the person ended the job; undefined: it goes on
 */
export async function asked(
  { context, remote, job }: JobUnderWay,
  type: string,
  currentStep: NonNullable<Status["currentStep"]>,
): Promise<Ended> {
  const { client, deviceId, machine, run } = context;
  for (const question of job.userInteractions.filter((one) => one.type === type)) {
    const said = machine.person?.(question);
    if (said === undefined) continue;
    const [here = "continue", behavior = here] = String(question[said.event] ?? "continue:continue:").split(":");
    await attempt(run, "setUserEvent", () =>
      client.json({
        operation: "setUserEvent",
        url: callUrl(remote, "setUserEvent", {
          ...{ machineid: deviceId, part: "job", uuid: job.uuid },
          ...{ type, behavior, event: said.event, user: said.user, currentStep },
        }),
      }),
    );
    if (here === "continue") continue;
    // The agent leaves it at that: the event was its last word of the job.
    return { outcome: here === "postpone" ? "skipped" : "ko", why: `${here} by ${said.user}` };
  }
  return undefined;
}
