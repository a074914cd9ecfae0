import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";

/** Bytes of a place in a file: where a body begins. */
const PLACE = 8;

/**
 * Writes bodies to a file and their places to another beside it, one after another: they may be more than fits into
 * memory.
 */
export function writeBodies(file: string, bodies: Iterable<Buffer>): void {
  const places: bigint[] = [0n];
  const out = openSync(file, "w");
  try {
    let end = 0n;
    for (const body of bodies) {
      writeSync(out, body);
      end += BigInt(body.length);
      places.push(end);
    }
  } finally {
    closeSync(out);
  }
  const index = Buffer.alloc(places.length * PLACE);
  for (const [i, place] of places.entries()) index.writeBigUInt64LE(place, i * PLACE);
  const indexFile = openSync(`${file}.places`, "w");
  try {
    writeSync(indexFile, index);
  } finally {
    closeSync(indexFile);
  }
}

/** @returns the n-th body of what {@link writeBodies} wrote, counted from 0; @throws for one that is not there */
export function readBodies(file: string): (n: number) => Buffer {
  const index = readFileSync(`${file}.places`);
  const input = openSync(file, "r");
  return (n) => {
    const [start, end] = [index.readBigUInt64LE(n * PLACE), index.readBigUInt64LE((n + 1) * PLACE)];
    const body = Buffer.allocUnsafe(Number(end - start));
    readSync(input, body, 0, body.length, Number(start));
    return body;
  };
}
