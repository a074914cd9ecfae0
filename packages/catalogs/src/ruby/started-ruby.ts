import type { FoundRuby } from "./find-ruby.js";
import type { Log } from "./log.js";
import { type Processes, startProcesses } from "./processes.js";
import { accountOf, createRunFolder, type RunFolder, refuseUnreadable } from "./run-folder.js";
import { type ServerFacts, serverFacts } from "./server-facts.js";

export interface RubyOptions {
  readonly found: FoundRuby;
  readonly log: Log;
  /** Whether Ruby may compile what it runs to machine code, where it can. */
  readonly jit: boolean;
  /** Whom modules' code runs as, where this process is root. */
  readonly user: string;
  /** That one worker may take, besides what all share. */
  readonly memoryMb: number;
  /** Files for modules' code to read, as `keys/NAME` in its working folder. */
  readonly keys: Readonly<Record<string, string>>;
  /** A hiera.yaml of the whole server. */
  readonly hiera?: string | undefined;
  /** Where code is laid out; the system's folder for temporary files unless told. The account must be able to enter it. */
  readonly dir?: string | undefined;
  readonly serverFacts?: ServerFacts | undefined;
}

/** Ruby with the library in its memory, and the folders of its life: of no environment yet. */
export interface StartedRuby {
  readonly found: FoundRuby;
  readonly folder: RunFolder;
  readonly processes: Processes;
  readonly memoryBytes: number;
  /** The user that modules' code runs as; undefined where it is this process's own. */
  readonly uid: number | undefined;
  /** What code is told of the server. */
  readonly facts: ServerFacts & { readonly serverversion: string };
  /** Ends all processes, and removes the folders; once, however often it is called. */
  close(): Promise<void>;
}

/**
 * Starts the parent process, and waits for nothing of it: it takes a second, in which a gateway opens its database.
 * @throws config-invalid for accounts, keys and a hiera.yaml that are none
 */
export async function startRuby(options: RubyOptions): Promise<StartedRuby> {
  const { found, jit, hiera, log } = options;
  const account = await accountOf(options.user);
  if (hiera !== undefined) await refuseUnreadable(hiera, account);
  const folder = await createRunFolder(account, options.keys, options.dir);
  const memoryBytes = options.memoryMb << 20;
  const facts = { serverversion: found.libraryVersion, ...(options.serverFacts ?? (await serverFacts())) };
  const { servername } = facts;
  const processes = await startProcesses({ found, jit, folder, account, memoryBytes, servername, hiera, log }).catch(
    async (thrown: unknown) => {
      // It has keys in it.
      await folder.remove();
      throw thrown;
    },
  );
  let closing: Promise<void> | undefined;
  const close = () => processes.close().then(() => folder.remove());
  return {
    found,
    folder,
    processes,
    memoryBytes,
    uid: account?.uid,
    facts,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
