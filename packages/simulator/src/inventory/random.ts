import { createHash } from "node:crypto";

/** Whole numbers from 0 to below `n`, always the same ones for the same seed. */
export type Draw = (n: number) => number;

/** @returns numbers that follow from the text alone (mulberry32): made-up machines, nothing secret */
export function drawOf(seed: string): Draw {
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0);
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

/** @returns one of them */
export function oneOf<T>(draw: Draw, choices: readonly [T, ...T[]]): T {
  return choices[draw(choices.length)] ?? choices[0];
}
