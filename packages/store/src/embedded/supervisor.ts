import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, chooseAccount, handOver, letThrough, ownerOf, refuseUnreachable } from "./account.js";
import { type Handle, makeHandle, removeSocketDir } from "./handle.js";
import { ensureCluster, readPassword } from "./initdb.js";
import { makeLauncher } from "./launch.js";
import { type Layout, prepareLayout, prepareSocketDir, refuseOtherVersion } from "./layout.js";
import { linkLibraries } from "./libraries.js";
import { type Binaries, locateBinaries } from "./locate.js";
import { rotateLog } from "./log-tail.js";
import { readPostmaster } from "./postmaster.js";
import { asRefusal } from "./refusal.js";
import { adoptedProcess, type ServerProcess } from "./server-process.js";
import type { Session } from "./session.js";
import { chooseAddress } from "./settings.js";
import { type StartParts, startServer } from "./start-server.js";
import { inUse, waitOrTakeOver } from "./takeover.js";
import type { Address, EmbeddedDatabase, EmbeddedOptions } from "./types.js";

/** What a start finds out about the machine; given by tests that want another answer. */
export interface Machine {
  readonly binaries?: Binaries;
  readonly account?: (layout: Layout) => Account;
}

const heldLimitMs = 5_000;
const heldPauseMs = 100;

/** {@link startEmbedded} with its findings about the machine replaceable. */
export async function superviseDatabase(options: EmbeddedOptions, machine: Machine = {}): Promise<EmbeddedDatabase> {
  const folder = path.resolve(options.dataDir);
  try {
    const binaries = machine.binaries ?? locateBinaries();
    refuseOtherVersion(folder, binaries);
    const layout = prepareLayout(folder);
    const account = (machine.account ?? ((found) => chooseAccount(found)))(layout);
    linkLibraries(layout, binaries);
    handOver(account, layout);
    if (options.within !== undefined) letThrough(account, options.within);
    refuseUnreachable(account, layout);
    const launcher = makeLauncher(layout, binaries, account);
    await ensureCluster(layout, launcher, options.durable !== false, options.say ?? (() => {}));
    refuseOtherVersion(folder, binaries);
    const address = await chooseAddress(layout.socketDir, readPassword(layout));
    const prepare = () => {
      if (address.host.startsWith("/")) prepareSocketDir(address.host, account.kind === "user" ? account : undefined);
      rotateLog(layout.log);
      handOver(account, layout);
    };
    const running = await obtain({ layout, binaries, launcher, address, options }, prepare).catch((thrown: unknown) => {
      removeSocketDir(address);
      throw thrown;
    });
    return { ...running, uid: ownerOf(account) };
  } catch (thrown) {
    throw asRefusal(thrown, folder);
  }
}

// Between any look at the pid file and the next step another start may come first, so both are repeated in turn.
async function obtain(parts: StartParts, prepare: () => void): Promise<Handle> {
  const { layout, binaries, address } = parts;
  const { dataDir, cluster } = layout;
  const begun = Date.now();
  for (;;) {
    const found = readPostmaster(cluster);
    if (found?.state === "live") {
      parts.options.say?.("another database process is still in the data folder, waiting for it");
      const taken = await waitOrTakeOver(found, { dataDir, cluster, password: address.password });
      if (taken === undefined) continue;
      const server = adoptedProcess(taken.pid, cluster, binaries);
      return finish(server, taken.session, taken.address, true);
    }
    prepare();
    const attempt = await startServer(parts, found);
    if (attempt !== "held") {
      if (await attempt.session.tryLock()) return finish(attempt.server, attempt.session, address, false);
      await attempt.session.close();
      await attempt.server.stop();
      throw inUse(dataDir, "its lock was taken before ours");
    }
    if (Date.now() - begun > heldLimitMs) throw inUse(dataDir, "a process holds postgres.lock or postmaster.pid");
    await sleep(heldPauseMs);
  }
}

async function finish(server: ServerProcess, session: Session, address: Address, adopted: boolean) {
  try {
    const fresh = await session.ensureDatabase();
    return makeHandle({ server, session, address, adopted, fresh });
  } catch (thrown) {
    await session.close();
    await server.stop();
    throw thrown;
  }
}
