import { HEADERS, SERVICE } from "../dsc/requests.js";
import type { RequestShape } from "../load/types.js";
import { endReport, type ReportSaid } from "./report-body.js";

/** SendReport of a run of its own. */
export const sendReport = (said: ReportSaid): RequestShape => ({
  method: "POST",
  path: `${SERVICE}/SendReport`,
  headers: HEADERS,
  body: endReport(said),
});
