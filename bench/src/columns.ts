import type { Spread } from "./stats.js";

/** Every quantity that a table may show, in this order, with its title and digits. A table has what its rows have. */
export const COLUMNS = {
  microseconds: ["µs", 1],
  seconds: ["s", 2],
  requestsPerSecond: ["Requests/s", 0],
  signedPerSecond: ["Signed/s", 0],
  registrationsPerSecond: ["Registrations/s", 0],
  reportsPerSecond: ["Reports/s", 0],
  serverCpuMicroseconds: ["Server CPU µs", 0],
  loopCpuMicroseconds: ["of it event loop", 0],
  postgresCpuMicroseconds: ["PostgreSQL CPU µs", 0],
  serverCpuAllProcessed: ["Server CPU µs, all processed", 0],
  postgresCpuAllProcessed: ["PostgreSQL CPU µs, all processed", 0],
  processedPercent: ["Processed meanwhile %", 0],
  catchUpSeconds: ["Then caught up in s", 2],
  overheadMilliseconds: ["Over one signature ms", 1],
  answerMilliseconds: ["Answered after ms", 0],
  servedMilliseconds: ["List served after ms", 0],
  p50Milliseconds: ["p50 ms", 1],
  p95Milliseconds: ["p95 ms", 1],
  p99Milliseconds: ["p99 ms", 1],
  mostMilliseconds: ["Longest ms", 1],
  othersLongestMilliseconds: ["The others at the longest ms", 0],
  loopLagMilliseconds: ["Longest loop delay ms", 1],
  clientCpuMicroseconds: ["Client CPU µs", 0],
} as const;

/** One line of a table: medians and ranges over the rounds; null for what this machine cannot tell. */
export type Row = { readonly name: string } & { readonly [Column in keyof typeof COLUMNS]?: Spread | null };
