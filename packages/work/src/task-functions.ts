import { GatehouseError } from "@gatehouse/core/errors";
import type { Failure } from "@gatehouse/core/submissions";

/** Pure functions by name, each of an input with a body. What they take and give must survive a structured clone. */
export type TaskFunctions = Readonly<Record<string, (input: never) => unknown>>;

/** What a thread is told to do. */
export interface Job {
  readonly name: string;
  readonly input: { readonly body: Uint8Array };
}

/** What a thread answers: a thrown error would lose its class on the way. */
export type Answer = { readonly value: unknown } | { readonly failure: Failure };

/** The function of this name; what every object has, such as `toString`, is no function of ours. @throws internal */
export function lookUp(functions: TaskFunctions, name: string): (input: unknown) => unknown {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (typeof found !== "function") throw new GatehouseError("internal", "There is no such work.", { detail: name });
  return found as (input: unknown) => unknown;
}
