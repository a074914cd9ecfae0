import type { Ended, JobUnderWay, Status } from "./deploy.js";
import type { DeployCheck } from "./jobs.js";

/**
 * Looks at one check after the other, and tells how each came out.
 * @param of an action's checks leave out that action alone, and are told as its own
 * @returns undefined: what they are for goes on
 */
export async function runChecks(
  { place }: JobUnderWay,
  checks: readonly DeployCheck[],
  say: (status: Status) => Promise<void>,
  of: "job" | "action" = "job",
): Promise<Ended> {
  for (const [checknum, check] of checks.entries()) {
    const { name, otherwise } = check;
    const fault = await place.fault(check);
    const told = (status: Status["status"], msg: string) =>
      say({ msg: `check #${checknum + 1}, ${msg}`, checknum, ...(status === undefined ? {} : { status }) });
    if (fault === undefined) {
      await told("ok", `${name} passed`);
      continue;
    }
    switch (otherwise) {
      case "startnow":
        await told("ok", `${name} passed as it starts now, ${fault}`);
        return undefined;
      case "warning":
      case "info":
      case "ignore":
        await told(otherwise, `${name} ${otherwise}, ${fault}`);
        break;
      case "skip":
        if (of === "job") await say({ status: "ok", checknum, msg: "job skipped" });
        return { outcome: "skipped", why: fault };
      default:
        if (of === "action") await told("info", `failure on ${name}, ${fault}`);
        else await told("ko", `failure on ${name}, ${fault}`);
        return { outcome: "ko", why: fault };
    }
  }
  return undefined;
}
