import type { RouteRequest } from "@gatehouse/http";
import type { AccessBase, UnprovenPolicy } from "@gatehouse/inventory";

const unprovenByServer = new WeakMap<object, UnprovenPolicy>();

export const setUnproven = (server: object, unproven: UnprovenPolicy): void => {
  unprovenByServer.set(server, unproven);
};

/**
 * What counts, before any group, for who proves nothing and calls the listener behind a request.
 * @param unproven of the configuration
 */
export const accessBy =
  (unproven: UnprovenPolicy) =>
  ({ raw }: Pick<RouteRequest, "raw">): AccessBase => {
    const { server } = raw.socket as unknown as { server?: object };
    return { unproven, atLeast: (server && unprovenByServer.get(server)) ?? "allow" };
  };
