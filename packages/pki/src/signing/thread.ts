import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Answer, Order } from "./messages.js";
import type { Sign, Signing } from "./sign.js";

export interface SigningThreadOptions {
  /** Signatures that may wait; 1000 unless told. */
  readonly most?: number;
  /** Milliseconds for one signature, the thread's start included; 30,000 unless told. */
  readonly timeoutMs?: number;
  /** Milliseconds without a signature after which the thread ends; 10,000 unless told. */
  readonly idleMs?: number;
  /** Another script to run, for tests. */
  readonly script?: string | URL;
}

export interface SigningThread {
  readonly sign: Sign;
  /** Ends the thread; what waits fails, and so does what comes later. */
  close(): Promise<void>;
}

/** A thread is compiled JavaScript, also when this file is run as TypeScript; the path is right from `src` and `dist`. */
const SCRIPT = new URL("../../dist/signing/worker.js", import.meta.url);
/** What a client may do while a queue drains: a signature with RSA 4096 takes about 10 ms. */
const RETRY_SECONDS = 10;

interface Job {
  readonly what: Signing;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (why: GatehouseError) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Ids of the keys that it was given. */
  readonly keys: Set<string>;
}

const failed = (detail: string) => new GatehouseError("internal", "The signature could not be made.", { detail });

/**
 * Signs on one thread, one thing after the other. The thread is started by the first job and given each key once; when
 * it dies, the job it was at fails and the next one starts another. An idle thread does not keep the process alive, and
 * ends after a while: it takes 10 MB, and has the keys in its memory.
 */
export function signInThread(options: SigningThreadOptions = {}): SigningThread {
  const { most = 1000, timeoutMs = 30_000, idleMs = 10_000, script = SCRIPT } = options;
  const queue: Job[] = [];
  let thread: Thread | undefined;
  let current: { job: Job; timer: NodeJS.Timeout } | undefined;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;

  function start(): Thread {
    const worker = new Worker(script instanceof URL ? fileURLToPath(script) : script, {
      // It signs: it needs none of our secrets but the keys that it is sent, and no flags meant for the main thread.
      env: {},
      execArgv: [],
    });
    const started: Thread = { worker, keys: new Set() };
    // What one says that was given up is nobody's: its job has failed, and the next is another thread's.
    const hear = (what: () => void) => {
      if (thread === started) what();
    };
    const dead = (detail: string) =>
      hear(() => {
        thread = undefined;
        settle(({ reject }) => reject(failed(detail)));
      });
    const answered = (answer: Answer) =>
      settle(({ resolve, reject }) =>
        "signature" in answer ? resolve(answer.signature) : reject(failed(answer.failure)),
      );
    worker.on("message", (answer: Answer) => hear(() => answered(answer)));
    worker.on("messageerror", () => hear(() => answered({ failure: "the answer could not be read" })));
    worker.on("error", (error: Error) => dead(error.message));
    worker.on("exit", (code) => dead(`the thread ended with ${code}`));
    return started;
  }

  /** Ends the thread, and hears no more of it. */
  function discard(): void {
    const { worker } = thread ?? {};
    thread = undefined;
    worker?.terminate().catch(() => undefined);
  }

  function settle(how: (job: Job) => void): void {
    if (current === undefined) return;
    const { job, timer } = current;
    current = undefined;
    clearTimeout(timer);
    thread?.worker.unref();
    how(job);
    next();
  }

  function next(): void {
    if (current !== undefined) return;
    clearTimeout(idle);
    const job = queue.shift();
    if (job === undefined) {
      idle = setTimeout(discard, idleMs).unref();
      return;
    }
    thread ??= start();
    const { worker, keys } = thread;
    const { key, body } = job.what;
    const timer = setTimeout(() => {
      discard();
      settle(({ reject }) => reject(failed(`no signature within ${timeoutMs / 1000} s`)));
    }, timeoutMs);
    current = { job, timer };
    worker.ref();
    const order: Order = { keyId: key.id, pem: keys.has(key.id) ? undefined : key.pem, body };
    keys.add(key.id);
    worker.postMessage(order);
  }

  return {
    sign: (what) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new GatehouseError("internal", "The gateway is stopping."));
        if (queue.length >= most) {
          const busy = "Too many certificates wait to be signed.";
          return reject(new GatehouseError("overloaded", busy, { retryAfterSeconds: RETRY_SECONDS }));
        }
        queue.push({ what, resolve, reject });
        next();
      }),
    async close() {
      closed = true;
      for (const { reject } of queue.splice(0)) reject(new GatehouseError("internal", "The gateway is stopping."));
      await thread?.worker.terminate();
    },
  };
}
