import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface CaSettings extends Settings {
  /** Hosts that send a request for a certificate at once. */
  readonly hosts: number;
  /** Certificates of the large authority, and how many of them are revoked. */
  readonly certificates: number;
  readonly revoked: number;
  /** Revocations of each kind that count. */
  readonly revocations: number;
  /** What else the gateway does meanwhile: requests a second. */
  readonly lightLoad: number;
}

const FULL: CaSettings = {
  ...FULL_ROUNDS,
  connections: 32,
  hosts: 16,
  certificates: 100_000,
  revoked: 10_000,
  revocations: 15,
  lightLoad: 100,
};

/** Runs through everything in a minute; its numbers mean nothing. */
const QUICK: CaSettings = { ...FULL, ...QUICK_ROUNDS, certificates: 5_000, revoked: 500, revocations: 2 };

export const caSettings = (quick: boolean): CaSettings => (quick ? QUICK : FULL);
