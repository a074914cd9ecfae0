import type { Socket } from "node:net";
import { asGatehouseError } from "@gatehouse/core/errors";
import { deferred } from "./deferred.js";
import { readLines } from "./lines.js";
import { messageOf, type Question, type WorkerAnswer, type WorkerRequest, type WorkerSaid } from "./messages.js";

/** Bytes of one line of an answer: a catalog of 20 MiB is more than agents take. `ruby/worker.rb` refuses it before. */
const MOST_LINE = 20 << 20;
/** Bytes of a question. */
const MOST_QUESTION = 256 << 10;
/** So begins what is an answer, and may be longer. */
const ANSWER = Buffer.from('{"ok":');

/** Finds what a worker has asked for, as JSON. */
export type Answering = (question: Question) => Promise<string>;

/** The connection to one worker, for its life: when it ends, the worker has ended, and nothing of it is read any more. */
export interface Worker {
  readonly pid: number;
  /** @returns the answer; rejects with {@link WorkerGone} when the worker ends before */
  ask(request: WorkerRequest, answering: Answering): Promise<WorkerAnswer>;
  /** Ends it at once, with all that it started. */
  kill(): void;
  /** When it is gone, for whatever reason. */
  readonly gone: Promise<void>;
}

/** The worker ended in mid-work. */
export class WorkerGone extends Error {
  /** What it did that no worker does; undefined where it just ended. */
  readonly misdeed: string | undefined;

  constructor(message: string, misdeed?: string) {
    super(message);
    this.misdeed = misdeed;
  }
}

interface Waiting {
  readonly answering: Answering;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

export function connectedWorker(socket: Socket, pid: number): Worker {
  let waiting: Waiting | undefined;
  let said: WorkerSaid | undefined;
  const { promise: gone, resolve: isGone } = deferred<void>();
  let isAsking = false;
  /** Of the request that it works at: modules' code may have answered the one before, and this be the answer to that. */
  let id = 0;
  const end = (why: string, misdeed?: string) => {
    socket.destroy();
    isGone();
    waiting?.reject(new WorkerGone(why, misdeed));
    waiting = undefined;
  };
  const kill = (misdeed?: string) => {
    // Once its connection is closed the id may be another process's.
    if (!socket.destroyed) killGroup(pid);
    end("it was ended", misdeed);
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
    const isTooLong = bytes.length > MOST_QUESTION && !bytes.subarray(0, ANSWER.length).equals(ANSWER);
    const message = isTooLong ? undefined : messageOf(bytes);
    if (message === undefined || isAsking) return kill("said what is no answer");
    // Who waits now has done nothing to it, and may try another.
    if (message.id !== id) return kill();
    if ("ask" in message) return void answer(message, waiting);
    said = message;
    if (said.catalog !== true) settle({ said, text: undefined });
  };
  const answer = async (question: Question, { answering }: Waiting) => {
    isAsking = true;
    const line = await lineFor(question, answering);
    isAsking = false;
    if (!socket.destroyed) socket.write(`${line}\n`);
  };
  const tooLong = () => kill(`answered with more than ${MOST_LINE >> 20} MiB`);
  readLines(socket, MOST_LINE, { line: onLine, tooLong });
  socket.on("error", () => {});
  socket.on("close", () => end("it ended"));
  return {
    pid,
    gone,
    kill: () => kill(),
    ask: (request, answering) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new WorkerGone("it had ended"));
        waiting = { answering, resolve, reject };
        socket.write(`${JSON.stringify({ ...request, id: ++id })}\n`);
      }),
  };
}

/** It never fails: a question that modules' code made up may nest deeper than a call does. */
async function lineFor(question: Question, answering: Answering): Promise<string> {
  try {
    return `{"found":${await answering(question)}}`;
  } catch (thrown) {
    return JSON.stringify({ error: asGatehouseError(thrown).message });
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
