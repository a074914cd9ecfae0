import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRequest } from "@gatehouse/http";
import { parseAgentId } from "@gatehouse/inventory";
import { uuidBytes } from "./register/uuid.js";

/** What a message's headers say, for all messages of the protocol alike. */
export interface CommonHeaders {
  readonly agentId: string | undefined;
  /** As it came; agents send one when they run with debug, proxies always. */
  readonly requestId: string | undefined;
  /** The agent's side first; none where it calls itself. */
  readonly proxies: readonly string[];
}

/** Eight digits by the text; its own example has nine. */
const REQUEST_ID = /^[0-9A-Fa-f]{1,32}$/;

/**
 * @param mostProxies that a message may have come through
 * @throws request-malformed for an id that is none; not-found for a loop, and for too many proxies
 */
export function commonHeaders(headers: RouteRequest["headers"], mostProxies: number): CommonHeaders {
  const listed = textOf(headers["glpi-proxy-id"])
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  // One more than there may be is as bad as ten thousand.
  const proxies = listed
    .slice(0, mostProxies + 1)
    .map(parseAgentId)
    .filter((id) => id !== undefined);
  if (new Set(proxies).size < proxies.length) throw new GatehouseError("not-found", "proxy-loop-detected");
  if (proxies.length > mostProxies) throw new GatehouseError("not-found", "too-many-proxy");
  return { agentId: parseAgentId(headers["glpi-agent-id"]?.toString()), requestId: requestIdOf(headers), proxies };
}

/**
 * Whose key a message is encrypted with.
 * @throws request-malformed for what is no UUID
 */
export function cryptoKeyId(headers: RouteRequest["headers"]): string {
  const id = textOf(headers["glpi-cryptokey-id"]).toLowerCase();
  if (uuidBytes(id) === undefined) throw new GatehouseError("request-malformed", "GLPI-CryptoKey-ID is no UUID.");
  return id;
}

/** Whether a message came encrypted: the front door has opened it then, or refused it. */
export const isEncrypted = (headers: RouteRequest["headers"]): boolean => headers["glpi-cryptokey-id"] !== undefined;

export function requestIdOf(headers: RouteRequest["headers"]): string | undefined {
  const id = textOf(headers["glpi-request-id"]);
  return REQUEST_ID.test(id) ? id : undefined;
}

/** What every answer repeats, so that proxies find whom it is for. */
export function echoed(headers: RouteRequest["headers"]): Record<string, string> {
  const agentId = textOf(headers["glpi-agent-id"]);
  const requestId = requestIdOf(headers);
  return {
    ...(/^[0-9A-Fa-f-]{36}$/.test(agentId) && { "GLPI-Agent-ID": agentId }),
    ...(requestId !== undefined && { "GLPI-Request-ID": requestId }),
  };
}

/** A header's text, without blanks around it; empty where there is none. */
export const textOf = (header: string | string[] | undefined): string => header?.toString().trim() ?? "";
