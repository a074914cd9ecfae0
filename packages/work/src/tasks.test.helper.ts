// Functions for the tests of tasks; threads import the compiled file.
import { isMainThread, threadId } from "node:worker_threads";
import { GatehouseError } from "@gatehouse/core/errors";

interface Input {
  readonly body: Uint8Array;
  readonly at?: Date;
}

let calls = 0;

/** The compiled twin of this file. */
export const moduleUrl = new URL("../dist/tasks.test.helper.js", import.meta.url);

export const tasks = {
  look: ({ body, at }: Input) => {
    calls += 1;
    return { first: body[0], last: body.at(-1), size: body.byteLength, kind: body.constructor.name, at, calls };
  },
  where: () => ({ main: isMainThread, threadId, env: Object.keys(process.env) }),
  later: async ({ body }: Input) => body.byteLength,
  scribble: ({ body }: Input) => body.fill(0).byteLength,
  refuse: () => {
    throw new GatehouseError("request-malformed", "The report has no job.", { detail: "JobId" });
  },
  refuseTersely: () => {
    throw new GatehouseError("conflict", "Twice.");
  },
  stumble: () => {
    throw new TypeError("cannot read what the agent said");
  },
  throwText: () => {
    throw "just words";
  },
  throwNothing: () => {
    throw undefined;
  },
  exit: () => process.exit(7),
  spin: () => {
    for (;;) calls += 1;
  },
  eat: () => {
    const eaten: unknown[] = [];
    for (;;) eaten.push(Array.from({ length: 1_000 }, (_, n) => ({ n })));
  },
  giveFunction: () => () => "cannot be cloned",
  /** Well, but its thread dies a moment later: when its answer, which comes by another way than the news of that, is there. */
  leaveBomb: () => {
    setTimeout(() => {
      throw new Error("went off");
    }, 500);
    return "fine";
  },
};
