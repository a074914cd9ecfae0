import { superviseDatabase } from "./supervisor.js";
import type { EmbeddedDatabase, EmbeddedOptions } from "./types.js";

export { hasEmbedded, reachEmbedded } from "./reach.js";
export { asRefusal } from "./refusal.js";
export type { EmbeddedDatabase, EmbeddedOptions } from "./types.js";

/**
 * Starts a real PostgreSQL in the data folder, for this process alone: makes the cluster when there is none,
 * takes over a server that a killed gateway left behind, and on Linux ties the server's life to ours.
 *
 * Call it on the main thread: Linux ends the server together with the thread that started it.
 * The handle keeps the process alive until `stop()`.
 *
 * @throws start-refused when there is no PostgreSQL for this machine, the folder belongs to another version or
 *   is in use by another gateway, or the server does not start; `detail` has the last lines of its log
 */
export function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  return superviseDatabase(options);
}
