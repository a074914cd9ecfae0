import { setTimeout as sleep } from "node:timers/promises";
import { type Postmaster, readPostmaster, tokenIsAlive } from "./postmaster.js";
import { refusal } from "./refusal.js";
import { openSession, type Session } from "./session.js";
import type { Address } from "./types.js";

/** A server that an earlier gateway left running and that is ours now. */
export interface TakenOver {
  readonly pid: number;
  readonly address: Address;
  readonly session: Session;
}

const pollMs = 50;
/** How long a server without gateway may take to begin to go: it has got its signal, or never will. */
const graceMs = 3_000;
/** How long one that can be neither reached nor used may take before we give up. */
const patienceMs = 30_000;
/** How long the lock of a gateway that is already dead may linger in the server. */
const lingerMs = 5_000;

/** The refusal for a folder that another gateway uses. */
export function inUse(dataDir: string, detail?: string) {
  return refusal(
    `The data folder ${dataDir} is in use by another gateway: stop that one, or choose another folder.`,
    detail,
  );
}

/**
 * Deals with a live server on our cluster: waits until it is gone, or takes it over when it stays and no gateway
 * uses it any more.
 * @returns undefined when the cluster is free
 * @throws start-refused when another gateway uses it, or when it stays but cannot be reached
 */
export async function waitOrTakeOver(
  found: Postmaster,
  where: { readonly dataDir: string; readonly cluster: string; readonly password: string | undefined },
): Promise<TakenOver | undefined> {
  const begun = Date.now();
  for (;;) {
    const now = readPostmaster(where.cluster);
    if (now?.pid !== found.pid || now.state !== "live") return undefined;
    const waited = Date.now() - begun;
    const address = addressOf(now, where.password);
    const session = address && (await openSession(address).catch(() => undefined));
    if (session !== undefined && address !== undefined) {
      if (tokenIsAlive(session.owner) || !(await session.tryLock().catch(() => false))) {
        const taken = inUse(where.dataDir, `server ${now.pid}, started by ${session.owner}`);
        const owned = tokenIsAlive(session.owner);
        await session.close();
        if (owned || waited > lingerMs) throw taken;
      } else if (await stays(session)) {
        return { pid: now.pid, address, session };
      }
    } else if (waited > patienceMs) {
      throw refusal(
        `PostgreSQL process ${now.pid} still runs in ${where.dataDir} and does not answer: stop it, then start again.`,
      );
    }
    await sleep(pollMs);
  }
}

// A server that shuts down ends our session first, so there is no need to ask for its pid meanwhile.
async function stays(session: Session): Promise<boolean> {
  const timer = new AbortController();
  const timeout = sleep(graceMs, true, { signal: timer.signal }).catch(() => false);
  const stayed = await Promise.race([timeout, session.ended.then(() => false)]);
  timer.abort();
  return stayed;
}

/** How to reach a server that runs; undefined while it does not say. */
export function addressOf(found: Postmaster, password: string | undefined): Address | undefined {
  if (found.port === 0) return undefined;
  if (password !== undefined) return { host: "127.0.0.1", port: found.port, password };
  return found.socketDir === "" ? undefined : { host: found.socketDir, port: found.port };
}
