import type { Log } from "@gatehouse/http";
import type { Listener } from "./listener.js";

/**
 * Has every listener read its certificates anew. One that cannot goes on with those that it has.
 * @returns whether all could
 */
export async function reloadListeners(listeners: readonly Listener[], log: Log): Promise<boolean> {
  let all = true;
  for (const listener of listeners) {
    if (!listener.secure) continue;
    const { url, fingerprint } = listener;
    try {
      await listener.reload();
      const changed = listener.fingerprint !== fingerprint;
      log.info("certificates read again", { listener: url, fingerprint: listener.fingerprint, changed });
    } catch (thrown) {
      all = false;
      log.error("certificates could not be read again: those before go on", {
        listener: url,
        reason: (thrown as Error).message,
      });
    }
  }
  return all;
}

/**
 * Calls `reload` at each SIGHUP, as daemons do; one that comes while it runs has it run once more.
 * @returns takes it back
 */
export function onHangup(reload: () => Promise<unknown>): () => void {
  // There it means that the console is being closed.
  if (process.platform === "win32") return () => undefined;
  let running = false;
  let again = false;
  const handler = () => {
    again = true;
    if (running) return;
    running = true;
    const run = async () => {
      while (again) {
        again = false;
        await reload().catch(() => undefined);
      }
      running = false;
    };
    void run();
  };
  process.on("SIGHUP", handler);
  return () => process.off("SIGHUP", handler);
}
