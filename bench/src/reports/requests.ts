import { HEADERS, SERVICE } from "../dsc/requests.js";
import type { RequestShape } from "../load/types.js";
import { endReport, type ReportSaid } from "./report-body.js";

/** A checksum of no configuration here: a report of it is a report all the same. */
export const UNPUBLISHED = "442AE22669DE125B06376FB5B4569BDC6EA0B08AE16588C85670207F94B6EF1D";

/** SendReport of a run of its own. */
export const sendReport = (said: ReportSaid): RequestShape => ({
  method: "POST",
  path: `${SERVICE}/SendReport`,
  headers: HEADERS,
  body: endReport(said),
});
