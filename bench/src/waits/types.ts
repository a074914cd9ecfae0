/** What a crowd of agents is to do. */
export interface CrowdPlan {
  readonly port: number;
  /** PEM of what the gateway's certificate chains to; plain HTTP without it. */
  readonly ca?: string;
  /** Agents number 0 and up. */
  readonly agents: number;
  /** What each is to be told in the end. */
  readonly expected: string;
}

/** What the crowd's process says: every agent waits; every agent was woken, the last at this time (`Date.now`); it failed. */
export type CrowdSaid = { readonly waiting: number } | { readonly lastWoken: number } | { readonly error: string };

/** How an agent calls itself. */
export const deviceIdOf = (n: number): string => `bench-${String(n).padStart(6, "0")}-2026-01-01-00-00-00`;
/** The same in SQL. */
export const DEVICE_ID_OF_N = "'bench-' || lpad(n::text, 6, '0') || '-2026-01-01-00-00-00'";
