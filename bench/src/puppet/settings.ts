import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface PuppetSettings extends Settings {
  /** Seconds of all requests in turn, before puppetserver is measured: its JRuby gets faster for minutes. */
  readonly warmSeconds: number;
  /** Files of the environment's plugins. */
  readonly plugins: number;
  /** Resources of the declared catalog, and of each report. */
  readonly resources: number;
}

/** Two clients, as the goals have it. */
const FULL: PuppetSettings = { ...FULL_ROUNDS, connections: 2, warmSeconds: 180, plugins: 2_000, resources: 50 };

/** Runs through everything in two minutes, with puppetserver's start; its numbers mean nothing. */
const QUICK: PuppetSettings = { ...FULL, ...QUICK_ROUNDS, warmSeconds: 3 };

export const puppetSettings = (quick: boolean): PuppetSettings => (quick ? QUICK : FULL);
