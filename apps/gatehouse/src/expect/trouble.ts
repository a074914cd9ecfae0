import { ApiProblem } from "@gatehouse/client";
import { CommandError, EXIT } from "../command/errors.js";
import { NoNode } from "./api.js";
import type { Expectation } from "./expectation.js";

/** Why a look told nothing; the next one may tell more. */
export interface Trouble {
  readonly why: string;
  /** Nobody answered, or not as a gateway does. */
  readonly isUnreached: boolean;
  /** The node that is not there. */
  readonly node?: string;
}

/**
 * What a failed look means: a node may come yet, and a gateway may be away for a while.
 * @throws CommandError (wrong use) where the gateway does not take what is expected; what was thrown where that cannot pass
 */
export function troubleOf(thrown: unknown, { place }: Pick<Expectation, "place">): Trouble {
  if (thrown instanceof NoNode)
    return { why: `There was never a node ${thrown.node}.`, isUnreached: false, node: thrown.node };
  if (thrown instanceof CommandError && thrown.exitCode !== EXIT.usage)
    return { why: `The gateway was not reached: ${thrown.message}`, isUnreached: true };
  if (!(thrown instanceof ApiProblem)) throw thrown;
  if (thrown.code === "request-malformed")
    throw new CommandError(`${place.file}:${place.line ?? 1}: ${thrown.title}`, EXIT.usage);
  if (thrown.status === 401 || thrown.status === 403) throw thrown;
  return { why: thrown.message, isUnreached: thrown.code === undefined };
}
