import type { IncomingMessage } from "node:http";
import type { Mount } from "../../config/types.js";

const mountsByServer = new WeakMap<object, readonly Mount[]>();

export const setMounts = (server: object, mounts: readonly Mount[]): void => {
  mountsByServer.set(server, mounts);
};

/** What the listener behind a request mounts. */
export function mountsOf(req: IncomingMessage): readonly Mount[] {
  const { server } = req.socket as unknown as { server?: object };
  return (server && mountsByServer.get(server)) ?? [];
}
