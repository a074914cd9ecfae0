import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface WaitsSettings extends Settings {
  /** Agents that wait at once. */
  readonly waiting: number;
  /** Times that all of them come, over HTTP; over TLS once, each handshake costs milliseconds. */
  readonly waves: number;
  /** Seconds that they wait before they are woken: each gets a sign of life meanwhile. */
  readonly waitSeconds: number;
}

const FULL: WaitsSettings = { ...FULL_ROUNDS, connections: 10_000, waiting: 10_000, waves: 3, waitSeconds: 30 };

/** Runs through everything in a short time; its numbers mean nothing. */
const QUICK: WaitsSettings = { ...FULL, ...QUICK_ROUNDS, connections: 200, waiting: 200, waves: 1, waitSeconds: 1 };

export const waitsSettings = (quick: boolean): WaitsSettings => (quick ? QUICK : FULL);
