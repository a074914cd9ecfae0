import type { HealthCheck } from "@gatehouse/core/health";
import { failed, ok } from "./check.js";
import type { Probed } from "./probe.js";

const NOT_OURS = "Another program may answer there, or a proxy in between that changes answers.";

/**
 * Where an LCM's service document is.
 * @param prefixes `dsc.prefixes`
 */
export function serviceDocument(prefixes: readonly string[]): string {
  const prefix = prefixes.find((text) => text !== "/" && !text.includes("*")) ?? prefixes[0] ?? "/";
  // Without a prefix the root is not the protocol's own: the metadata is.
  return prefix === "/" ? "/$metadata" : `${prefix.replaceAll("*", "doctor").replace(/\/+$/, "")}/`;
}

/** What an LCM says in every request. */
export const LCM_HEADERS = { Accept: "application/json", ProtocolVersion: "2.0" } as const;

/** Whether an answer is one that an LCM takes for a pull server's. */
export function pullServerCheck(id: string, url: string, { status, headers }: Probed): HealthCheck {
  const version = headers["protocolversion"];
  if (status !== 200)
    return failed(
      id,
      `${url} answers ${status} to an LCM.`,
      status === 503 ? "The gateway is overloaded or stopping: look at its log." : NOT_OURS,
    );
  if (version !== "2.0")
    return failed(
      id,
      `${url} answers without ProtocolVersion 2.0${version === undefined ? "" : ` (it says ${String(version)})`}.`,
      NOT_OURS,
    );
  return ok(id, `${url} answers as a pull server.`);
}
