import { GatehouseError } from "@gatehouse/core/errors";
import { parseJobId } from "../names.js";
import { parseReport } from "../wire/parse.js";
import { parseTime } from "./time.js";

/**
 * What must be wrong with a report for its sender to be told so (wire/dsc.md 1.5): everything else is stored first.
 * @param body as it came; bytes that are no UTF-8 are read as U+FFFD (a recorded Linux LCM sends freed memory)
 * @returns the run's name: lower case, without braces
 * @throws request-malformed for an empty body, no JSON, JSON over the limits, a JobId that is missing or no GUID,
 *   and times that are given and no dates
 */
export function checkReport(body: Uint8Array): { jobId: string } {
  const { JobId, StartTime, EndTime } = parseReport(body);
  const jobId = parseJobId(JobId);
  for (const [name, time] of Object.entries({ StartTime, EndTime })) {
    if (time && time.trim() !== "" && parseTime(time) === undefined) {
      throw new GatehouseError("request-malformed", `The ${name} is not a date.`);
    }
  }
  return { jobId };
}
