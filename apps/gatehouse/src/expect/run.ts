import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Session } from "../command/context.js";
import { CommandError, EXIT } from "../command/errors.js";
import { Api } from "./api.js";
import type { Expectations } from "./expectation.js";
import { type Pace, realPace } from "./pace.js";
import { beginRecordings } from "./recordings.js";
import type { Result, Results } from "./result.js";
import { watch } from "./watch.js";

/** How a run goes, besides what is expected. */
export interface RunOptions {
  readonly signal: AbortSignal;
  readonly settled?: (result: Result) => void;
  readonly warn: (text: string) => void;
  readonly pace?: Pace;
}

/**
 * Watches a gateway until every expectation is settled; what is recorded for that stops with it.
 * @throws ApiProblem, CommandError when the gateway cannot be asked at all, or refuses to be
 */
export async function runExpectations(
  session: Pick<Session, "ask">,
  expected: Expectations,
  { signal, settled, warn, pace = realPace }: RunOptions,
): Promise<Results> {
  const api = new Api(session);
  // What counts from the start counts by the clock that times what agents send, and not by ours.
  const status: { readonly database?: { readonly now?: unknown } } | null = await orInterrupted(
    api.ask((client) => client.GET("/status")),
    signal,
  );
  const startedAt = status?.database?.now;
  // Other programs speak JSON, too.
  if (typeof startedAt !== "string") throw new CommandError("What answers does not speak this API: is it a gateway?");
  const began = pace.now();
  const recordings = await beginRecordings(api, expected);
  try {
    const results = await watch(expected.expectations, {
      ...{ api, pace, startedAt, signal },
      unrecorded: (expectation) => recordings.unrecorded(expectation),
      ...(settled === undefined ? {} : { settled }),
    });
    return { startedAt, seconds: Math.round(pace.now() - began) / 1000, results };
  } finally {
    for (const fault of await recordings.stop()) warn(fault);
  }
}

/** @throws CommandError when the signal comes first */
async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    const stop = () => reject(new CommandError("It was interrupted before anything was looked at."));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    over.abort();
  }
}

/** 0: all met; 3: what is not met is so for want of the gateway alone; 1: something else is not. */
export function exitCodeOf({ results }: Results): number {
  const unmet = results.filter(({ met }) => !met);
  if (unmet.length === 0) return EXIT.ok;
  return unmet.every(({ isUnreached }) => isUnreached) ? EXIT.unreachable : EXIT.failed;
}

/**
 * Whether results can be written there, before anybody waits for them. What stands there is of another run.
 * @throws CommandError (wrong use)
 */
export function clear(file: string): void {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error("it is a folder");
    accessSync(path.dirname(path.resolve(file)), constants.W_OK);
    writeFileSync(file, "");
  } catch (thrown) {
    throw new CommandError(`${file} cannot be written: ${(thrown as Error).message}.`, EXIT.usage);
  }
}
