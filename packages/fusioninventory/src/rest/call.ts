import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAnswer, AgentMessage, ReadyAnswer } from "@gatehouse/http";
import type { FusionInventoryDeps } from "../deps.js";

/** One call of FusionInventory REST. */
export interface RestCall extends AgentMessage {
  readonly deps: FusionInventoryDeps;
  /** As the path names it, in lower case, such as `deploy`; undefined for the server's own paths. */
  readonly task: string | undefined;
}

/**
 * What answers an action.
 * @throws GatehouseError: its sender gets the code's status and a JSON message
 */
export type RestHandler = (call: RestCall) => Promise<AgentAnswer | ReadyAnswer>;

/** The task in a path such as `/plugins/fusioninventory/b/deploy`. */
export const taskOf = (path: string): string | undefined =>
  /^\/(?:plugins|marketplace)\/(?:glpiinventory|fusioninventory)(?:\/b)?\/([a-z]{2,32})$/.exec(path)?.[1];

/** @throws method-not-allowed for any other than GET */
export function onlyGet({ action = "", request: { method } }: RestCall): void {
  if (method !== "GET")
    throw new GatehouseError("method-not-allowed", `${action.slice(0, 50)} is asked for with GET.`, { allow: ["GET"] });
}
