import type { RequestShape } from "../load/types.js";
import { CONFIGURATION } from "./fleet.js";

/** Where an agent's own calls go. */
export const SERVICE = "/PSDSCPullServer.svc/Nodes(AgentId='{agent}')";
/** Of a call with a JSON body. */
export const HEADERS = {
  Accept: "application/json",
  "Content-Type": "application/json; charset=utf-8",
  ProtocolVersion: "2.0",
};

/** GetDscAction as a node sends it that has this configuration already. */
export function getDscAction(checksum: string): RequestShape {
  const body = JSON.stringify({ ClientStatus: [{ Checksum: checksum, ChecksumAlgorithm: "SHA-256" }] });
  return { method: "POST", path: `${SERVICE}/GetDscAction`, headers: HEADERS, body };
}

/** The download of the configuration. */
export const configurationContent: RequestShape = {
  method: "GET",
  path: `${SERVICE}/Configurations(ConfigurationName='${CONFIGURATION}')/ConfigurationContent`,
  headers: { Accept: "*/*", ProtocolVersion: "2.0" },
  body: "",
};
