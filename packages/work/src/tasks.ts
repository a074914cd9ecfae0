import { GatehouseError } from "@gatehouse/core/errors";
import type { Tasks } from "@gatehouse/core/submissions";
import { errorOf, failureOf } from "./failures.js";
import { type Job, lookUp, type TaskFunctions } from "./task-functions.js";
import { Thread } from "./thread.js";

export interface TasksOptions {
  /** File URL of a compiled module that exports `tasks`, the same functions as `inline`; threads import it. */
  readonly module: URL | string;
  readonly inline: TaskFunctions;
  /** Names of functions that are worked on by a thread whatever the size of the body. */
  readonly aside?: readonly string[];
  /** A body of at most this many bytes is worked on right here; 256 KiB unless told. */
  readonly inlineBytes?: number;
  /** Milliseconds that work on a thread may take; 30,000 unless told. */
  readonly timeoutMs?: number;
  /** MiB of heap that a thread may take; 256 unless told. */
  readonly heapMb?: number;
  /** Threads at work at once; 1 unless told. */
  readonly threads?: number;
}

export interface TaskThreads extends Tasks {
  /** Waits for work under way, then ends the threads; work for a thread is refused from now on. */
  close(): Promise<void>;
}

/**
 * Runs pure functions by name: over few bytes inline, over many on a thread that is killed when it takes too long or
 * too much memory. The time counts from the job's turn, not from its call; the caller's body is left as it is.
 *
 * `run` throws the function's own GatehouseErrors with their code, message and detail, and internal for the rest: with
 * the foreign error's text as detail, when there is no such function, or when the work did not end or ended its thread.
 * @throws when `module` is no URL
 */
export function createTasks(options: TasksOptions): TaskThreads {
  const { inline, aside = [], inlineBytes = 256 * 1024, timeoutMs = 30_000, heapMb = 256, threads = 1 } = options;
  const module = new URL(options.module).href;
  const free = Array.from({ length: threads }, () => new Thread(module, { timeoutMs, heapMb }));
  const all = [...free];
  const queue: ((thread: Thread) => void)[] = [];
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  async function onThread(job: Job): Promise<unknown> {
    const thread = free.pop() ?? (await new Promise<Thread>((resolve) => queue.push(resolve)));
    try {
      const answer = await thread.run(job);
      if ("failure" in answer) throw errorOf(answer.failure);
      return answer.value;
    } finally {
      const next = queue.shift();
      if (next === undefined) free.push(thread);
      else next(thread);
    }
  }

  async function handOver(job: Job): Promise<unknown> {
    if (closed) throw new GatehouseError("internal", "The gateway is stopping.", { detail: job.name });
    const work = onThread(job);
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  }

  async function inlined(work: (input: unknown) => unknown, { input }: Job): Promise<unknown> {
    const { buffer, byteOffset, byteLength } = input.body;
    try {
      // No Buffer, as on a thread: a function that relies on one would fail with large bodies only.
      return await work({ ...input, body: new Uint8Array(buffer, byteOffset, byteLength) });
    } catch (thrown) {
      throw thrown instanceof GatehouseError ? thrown : errorOf(failureOf(thrown), thrown);
    }
  }

  return {
    async run<T>(name: string, input: { readonly body: Uint8Array }): Promise<T> {
      const work = lookUp(inline, name);
      const job = { name, input };
      return (await (input.body.byteLength > inlineBytes || aside.includes(name)
        ? handOver(job)
        : inlined(work, job))) as T;
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      await Promise.all(all.map((thread) => thread.close()));
    },
  };
}
