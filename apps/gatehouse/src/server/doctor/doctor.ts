import type { Doctor, HealthCheck } from "@gatehouse/core/health";
import { authorityChecks } from "./authority.js";
import { examined } from "./check.js";
import { clockCheck } from "./clock.js";
import { compilerCheck } from "./compiler.js";
import { databaseChecks } from "./database.js";
import { diskCheck } from "./disk.js";
import { backlogChecks } from "./inbox.js";
import { instanceKeyCheck } from "./instance-key.js";
import { jobsCheck } from "./jobs.js";
import { listenerChecks } from "./listeners.js";
import type { DoctorParts } from "./parts.js";
import { schedulerChecks } from "./scheduler.js";

const DAY_MS = 86_400_000;
const WHEN_IT_ANSWERS = "It can be looked at when the database answers again.";

/** The doctor of a running gateway. Its checks run side by side, and never throw. */
export function createDoctor(parts: DoctorParts): Doctor {
  return {
    examine: async () => {
      // Once for both that need it: the clock is compared in the moment of the answer.
      const facts = (async () => ({ found: await parts.facts(), at: parts.now() }))();
      const now = parts.now();
      const lists: HealthCheck[][] = await Promise.all([
        databaseChecks({ ...parts, facts: async () => (await facts).found }),
        examined("clock", WHEN_IT_ANSWERS, async () => {
          const { found, at } = await facts;
          return clockCheck(found, at);
        }),
        examined("disk", "Look at the data folder by hand.", () => diskCheck(parts.dataDir)),
        examined("instance-key", "Look at the key's file by hand.", () => instanceKeyCheck(parts.keyFile)),
        listenerChecks(parts.listeners(), parts, now),
        examined("authority", WHEN_IT_ANSWERS, async () => authorityChecks(await parts.authority(), now)),
        examined("compiler", WHEN_IT_ANSWERS, async () => compilerCheck(parts.compiler(), await parts.compilerNeeds())),
        examined("inbox", WHEN_IT_ANSWERS, async () => backlogChecks(await parts.backlog(), now)),
        examined("jobs", WHEN_IT_ANSWERS, async () => jobsCheck(await parts.jobs(new Date(now.getTime() - DAY_MS)))),
        examined("scheduler", WHEN_IT_ANSWERS, () => schedulerChecks(parts, now)),
      ]);
      return lists.flat();
    },
  };
}
