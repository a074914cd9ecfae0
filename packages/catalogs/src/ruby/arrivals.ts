import { randomBytes } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { readLines } from "./lines.js";
import type { RunFolder } from "./run-folder.js";
import { connectedWorker, type Worker } from "./worker.js";

/** Bytes of the first line, and milliseconds for it. */
const MOST_HELLO = 200;
const HELLO_PATIENCE = 10_000;
/** Connections that have not said who they are: modules' code can make some, too. */
const MOST_GREETED = 64;

/** The socket to which workers come. */
export interface Arrivals {
  /** A new token, and the worker that comes with it. */
  expect(): { readonly token: string; readonly worker: Promise<Worker> };
  /** Nobody comes with this token any more. */
  giveUp(token: string, why: Error): void;
  close(): Promise<void>;
}

interface Expected {
  readonly resolve: (worker: Worker) => void;
  readonly reject: (error: Error) => void;
}

/** Listens; who comes without a token that is expected is sent away. */
export async function listenForWorkers({ socket, own }: Pick<RunFolder, "socket" | "own">): Promise<Arrivals> {
  const expected = new Map<string, Expected>();
  const greeted = new Set<Socket>();
  const server = createServer((connection) => {
    // Who came first has had its time.
    const [first] = greeted.size >= MOST_GREETED ? greeted : [];
    if (first !== undefined) {
      greeted.delete(first);
      first.destroy();
    }
    greeted.add(connection);
    const patience = setTimeout(() => connection.destroy(), HELLO_PATIENCE);
    const done = () => {
      clearTimeout(patience);
      greeted.delete(connection);
    };
    connection.once("close", done);
    greet(connection, expected, done);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  await own(socket, 0o660);
  // It is no reason for the process to stay.
  server.unref();
  return {
    expect: () => {
      const token = randomBytes(18).toString("base64url");
      const worker = new Promise<Worker>((resolve, reject) => expected.set(token, { resolve, reject }));
      worker.catch(() => {});
      return { token, worker };
    },
    giveUp: (token, why) => {
      expected.get(token)?.reject(why);
      expected.delete(token);
    },
    close: () => {
      for (const connection of greeted) connection.destroy();
      return closed(server);
    },
  };
}

function greet(connection: Socket, expected: Map<string, Expected>, done: () => void): void {
  connection.on("error", () => {});
  const go = () => void connection.destroy();
  readLines(connection, MOST_HELLO, {
    tooLong: go,
    line: (bytes) => {
      connection.removeAllListeners("data");
      const { token, pid } = helloOf(bytes);
      const who = expected.get(token);
      if (who === undefined || pid === 0) return go();
      expected.delete(token);
      done();
      return who.resolve(connectedWorker(connection, pid));
    },
  });
}

function helloOf(bytes: Buffer): { token: string; pid: number } {
  try {
    const { token, pid } = JSON.parse(bytes.toString()) as Record<string, unknown>;
    return { token: String(token), pid: Number.isSafeInteger(pid) && Number(pid) > 1 ? Number(pid) : 0 };
  } catch {
    return { token: "", pid: 0 };
  }
}

const closed = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
