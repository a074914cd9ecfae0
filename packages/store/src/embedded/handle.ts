import { rmdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerProcess } from "./server-process.js";
import { connectionUrl, openSession, type Session } from "./session.js";
import type { Address, EmbeddedDatabase } from "./types.js";

/** What a running database consists of. */
export interface Running {
  readonly server: ServerProcess;
  readonly session: Session;
  readonly address: Address;
  readonly adopted: boolean;
  readonly fresh: boolean;
}

/** All of it that does not depend on whom it runs as. */
export type Handle = Omit<EmbeddedDatabase, "uid">;

const relockAttempts = 60;
const relockPauseMs = 500;

/** Makes the handle of a running database and keeps the lock as long as the server runs. */
export function makeHandle(running: Running): Handle {
  const { server, address, adopted, fresh } = running;
  const listeners: ((reason: string) => void)[] = [];
  let session = running.session;
  let stopping: Promise<void> | undefined;
  let lost: string | undefined;
  let gone = false;

  const lose = (reason: string) => {
    if (stopping !== undefined || lost !== undefined) return;
    lost = reason;
    for (const listener of listeners) listener(reason);
  };
  void server.exited.then((reason) => {
    gone = true;
    lose(`PostgreSQL ended: ${reason}`);
  });

  // After a crash of one backend PostgreSQL ends every session, ours too, and goes on: the lock has to be renewed.
  const keepLock = async () => {
    await session.ended;
    for (let attempt = 0; attempt < relockAttempts; attempt += 1) {
      if (stopping === undefined) await Promise.race([sleep(relockPauseMs), server.exited]);
      if (gone || stopping !== undefined) return;
      const next = await openSession(address).catch(() => undefined);
      if (next === undefined) continue;
      const locked = await next.tryLock().catch(() => false);
      // A stop that began meanwhile has closed the former session only.
      if (locked && stopping === undefined) {
        session = next;
        void keepLock();
        return;
      }
      await next.close();
    }
    lose("the lock on the data folder was lost");
  };
  void keepLock();

  const stop = async () => {
    await session.close();
    await server.stop();
    removeSocketDir(address);
  };
  return {
    url: connectionUrl(address),
    version: running.session.version,
    adopted,
    fresh,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    onExit: (listener) => {
      listeners.push(listener);
      if (lost !== undefined) listener(lost);
    },
  };
}

/** Removes the socket folder when it is empty, which it is unless a server uses it. */
export function removeSocketDir(address: Address): void {
  if (!address.host.startsWith("/")) return;
  try {
    rmdirSync(address.host);
  } catch {
    // Another start may already use it again.
  }
}
