import type { Socket } from "node:net";
import { deferred } from "./deferred.js";
import { readLines } from "./lines.js";

/** Bytes of one line of an answer: a catalog of 20 MiB is more than agents take. */
const MOST_LINE = 64 << 20;

/** What a worker is asked to do. */
export type WorkerRequest = { readonly op: "compile" | "load" | "classes" } & Readonly<Record<string, unknown>>;

/** A worker's answer: the line that says how it went, and a catalog's text. */
export interface WorkerAnswer {
  readonly said: WorkerSaid;
  readonly text: Buffer | undefined;
}

export interface WorkerSaid {
  readonly ok: boolean;
  readonly message?: string;
  readonly logs?: readonly unknown[];
  readonly exported?: readonly unknown[];
  readonly files?: readonly unknown[];
  readonly milliseconds?: number;
  /** A line with the catalog follows. */
  readonly catalog?: boolean;
  /** It ends after this answer. */
  readonly last?: boolean;
  /** Bytes that it holds. */
  readonly rss?: number;
}

/** What a worker asks while it compiles. */
export type Question =
  | { readonly ask: "exported"; readonly type: string; readonly filter: unknown }
  | { readonly ask: "puppetdb"; readonly query: unknown };

/** The connection to one worker, for its life: when it ends, the worker has ended, and nothing of it is read any more. */
export interface Worker {
  readonly pid: number;
  /** @returns the answer; rejects with {@link WorkerGone} when the worker ends before */
  ask(request: WorkerRequest, answering: (question: Question) => Promise<unknown>): Promise<WorkerAnswer>;
  /** Ends it at once, with all that it started. */
  kill(): void;
  /** When it is gone, for whatever reason. */
  readonly gone: Promise<void>;
}

/** The worker ended in mid-work. */
export class WorkerGone extends Error {}

interface Waiting {
  readonly answering: (question: Question) => Promise<unknown>;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

export function connectedWorker(socket: Socket, pid: number): Worker {
  let waiting: Waiting | undefined;
  let said: WorkerSaid | undefined;
  const { promise: gone, resolve: isGone } = deferred<void>();
  const end = (why: string) => {
    socket.destroy();
    isGone();
    waiting?.reject(new WorkerGone(why));
    waiting = undefined;
  };
  const kill = () => {
    // Once its connection is closed the id may be another process's.
    if (!socket.destroyed) killGroup(pid);
    end("it was ended");
  };
  const settle = (answer: WorkerAnswer) => {
    const { resolve } = waiting ?? {};
    waiting = undefined;
    said = undefined;
    resolve?.(answer);
  };
  const onLine = (bytes: Buffer) => {
    // Nobody asked: a module has found the socket, and plays with it.
    if (waiting === undefined) return kill();
    if (said !== undefined) return settle({ said, text: bytes });
    const message = parsed(bytes);
    if (message === undefined) return kill();
    if ("ask" in message) return void answer(message as Question, waiting);
    said = message as WorkerSaid;
    if (said.catalog !== true) settle({ said, text: undefined });
  };
  const answer = async (question: Question, { answering }: Waiting) => {
    const reply = await answering(question).then(
      (found) => ({ found }),
      (thrown: Error) => ({ error: thrown.message }),
    );
    if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
  };
  readLines(socket, MOST_LINE, { line: onLine, tooLong: kill });
  socket.on("error", () => {});
  socket.on("close", () => end("it ended"));
  return {
    pid,
    gone,
    kill,
    ask: (request, answering) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new WorkerGone("it had ended"));
        waiting = { answering, resolve, reject };
        socket.write(`${JSON.stringify(request)}\n`);
      }),
  };
}

function parsed(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The worker leads a group of its own: what modules' code has started goes with it. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
