import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface CompileSettings extends Settings {
  /** Seconds of all catalogs in turn, before puppetserver is measured: its JRuby gets faster for minutes. */
  readonly warmSeconds: number;
  /** Of Ruby, and of puppetserver's JRuby: as many as clients. */
  readonly workers: number;
  /** Starts of the gateway. */
  readonly starts: number;
}

/** Two clients, as the goals have it. */
const FULL: CompileSettings = { ...FULL_ROUNDS, connections: 2, workers: 2, warmSeconds: 180, starts: 7 };

/** Runs through everything in two minutes, with puppetserver's start; its numbers mean nothing. */
const QUICK: CompileSettings = { ...FULL, ...QUICK_ROUNDS, warmSeconds: 3, starts: 2 };

export const compileSettings = (quick: boolean): CompileSettings => (quick ? QUICK : FULL);
