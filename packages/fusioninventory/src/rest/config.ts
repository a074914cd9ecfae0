import { parseDeviceId } from "@gatehouse/inventory";
import { json } from "../replies.js";
import { onlyGet, type RestHandler } from "./call.js";

/** Seconds for which an answer holds; agents of today do not read it. */
const VALIDITY = 600;

/**
 * getConfig: every agent asks it in every run, once for each of its tasks (wire/fusioninventory.md section 2).
 * @throws request-malformed without a machineid
 */
export const getConfig: RestHandler = async (call) => {
  onlyGet(call);
  parseDeviceId(call.request.query.get("machineid") ?? "");
  return json(200, { configValidityPeriod: VALIDITY, schedule: [] });
};
