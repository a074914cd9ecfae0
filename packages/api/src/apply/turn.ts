import { setTimeout as pause } from "node:timers/promises";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ApplyPorts } from "./kind.js";

/** What `work` does on ports of one transaction, whole or not at all; what it throws comes back as it is. */
export type Atomically = <T>(work: (ports: ApplyPorts) => Promise<T>) => Promise<T>;

/** Milliseconds that an apply waits for its turn, and between two looks. */
const TURN_MS = 60_000;
const LOOK_MS = 100;

const NOT_YET = Symbol("another apply is under way");

/** Ends a transaction that is not to be kept. */
class Undone extends Error {
  readonly result: unknown;

  constructor(result: unknown) {
    super("undone on purpose");
    this.result = result;
  }
}

/**
 * What `work` does in a transaction while no other apply is under way, here or on another gateway.
 * @param keep false: it is undone at the end
 * @throws conflict when the turn does not come, or what `work` throws
 */
export async function inTurn<T>(
  atomically: Atomically,
  keep: boolean,
  work: (ports: ApplyPorts) => Promise<T>,
): Promise<T> {
  const end = performance.now() + TURN_MS;
  // A turn is not waited for in the transaction: it would hold a connection, and a statement has its time.
  while (performance.now() < end) {
    const done = await undoing(atomically, async (ports) => {
      if (!(await ports.applied.takeTurn())) throw new Undone(NOT_YET);
      const result = await work(ports);
      if (!keep) throw new Undone(result);
      return result;
    });
    if (done !== NOT_YET) return done as T;
    await pause(LOOK_MS);
  }
  throw new GatehouseError("conflict", "Another apply is under way; try again when it has ended.");
}

async function undoing(atomically: Atomically, work: (ports: ApplyPorts) => Promise<unknown>): Promise<unknown> {
  try {
    return await atomically(work);
  } catch (thrown) {
    if (thrown instanceof Undone) return thrown.result;
    throw thrown;
  }
}
