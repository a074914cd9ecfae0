import { setTimeout as sleep } from "node:timers/promises";
import { type Launcher, lockHeld } from "./launch.js";
import type { Layout } from "./layout.js";
import type { Binaries } from "./locate.js";
import { logMark, logTail } from "./log-tail.js";
import type { Postmaster } from "./postmaster.js";
import { hasCode, refusal } from "./refusal.js";
import { ownProcess, type ServerProcess } from "./server-process.js";
import { openSession, type Session } from "./session.js";
import { serverArguments } from "./settings.js";
import type { Address, EmbeddedOptions } from "./types.js";

const pollMs = 15;
const recoveryNoticeMs = 5_000;
const recoveryLimitMs = 600_000;
/** Answers that waiting does not change: somebody edited pg_hba.conf, or dropped our user or database. */
const hopeless = ["28000", "28P01", "3D000"];

/** What came of one attempt: a server, or the news that another one holds the cluster at this moment. */
export type Attempt = { readonly server: ServerProcess; readonly session: Session } | "held";

/** The parts that an attempt to start needs. */
export interface StartParts {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly launcher: Launcher;
  readonly address: Address;
  readonly options: EmbeddedOptions;
}

/**
 * Starts the server and waits until it takes connections; after a crash that includes its recovery.
 * @param stale the pid file's entry, proven not to be a live server of this cluster
 * @throws start-refused with the log's last lines as detail
 */
export async function startServer(parts: StartParts, stale: Postmaster | undefined): Promise<Attempt> {
  const { layout, binaries, launcher, address, options } = parts;
  const mark = logMark(layout.log);
  const child = launcher.serve(serverArguments(layout.cluster, address, options), disregard(stale));
  const server = ownProcess(child, layout.cluster, binaries);
  let reason: string | undefined;
  const exited = server.exited.then((words) => {
    reason = words;
  });
  const begun = Date.now();
  let noticed = false;
  while (reason === undefined) {
    const session = await openSession(address).catch(async (thrown: unknown) => {
      if (!hasCode(thrown, ...hopeless)) return undefined;
      await server.stop();
      throw failed(layout, String(thrown), mark);
    });
    if (session !== undefined) return { server, session };
    const waited = Date.now() - begun;
    if (waited > recoveryLimitMs) {
      await server.stop();
      throw failed(layout, "it did not get ready within 10 minutes", mark);
    }
    if (waited > recoveryNoticeMs && !noticed) {
      noticed = true;
      options.say?.("waiting for the embedded database to recover");
    }
    await Promise.race([sleep(pollMs), exited]);
  }
  const held = child.exitCode === lockHeld || /lock file "|pre-existing shared memory/.test(logTail(layout.log, mark));
  if (held) return "held";
  throw failed(layout, reason, mark);
}

// PostgreSQL passes over a pid file that names this variable's pid. Deleting the file ourselves could hit the
// one that another start has just written.
function disregard(stale: Postmaster | undefined): Record<string, string> {
  return stale === undefined ? {} : { PG_GRANDPARENT_PID: String(stale.pid) };
}

function failed(layout: Layout, reason: string, mark: number) {
  const tail = logTail(layout.log, mark);
  return refusal(
    `The embedded PostgreSQL in ${layout.dataDir} does not start: read postgres.log there, or set DATABASE_URL.`,
    tail === "" ? reason : `${reason}\n${tail}`,
  );
}
