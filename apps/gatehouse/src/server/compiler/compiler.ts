import { availableParallelism, userInfo } from "node:os";
import {
  createRubyCompiler,
  type FoundRuby,
  type NoRuby,
  type RubyCompiler,
  type StartedRuby,
} from "@gatehouse/catalogs";
import type { CatalogQueries, CatalogSource, CodeReader } from "@gatehouse/core/catalogs";
import type { ContentStore } from "@gatehouse/core/content";
import type { EnvironmentVersion, KnownEnvironments } from "@gatehouse/core/environments";
import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import type { CompilerFacts } from "@gatehouse/core/health";
import type { Log } from "@gatehouse/http";
import { ENVIRONMENTS } from "@gatehouse/puppet";
import type { CompilerConfig } from "../../config/compiler.js";
import { startCompilerRuby } from "./start-ruby.js";

export interface CompilerParts {
  readonly config: CompilerConfig;
  /** What agents call the gateway by, the first of them for code; the machine's own name where there is none. */
  readonly serverNames: readonly string[];
  /** What was started already: it takes a second. Closed with the compiler. */
  readonly ruby?: Promise<StartedRuby | NoRuby> | undefined;
  readonly content: Pick<ContentStore, "open">;
  readonly environments: Pick<KnownEnvironments, "names" | "current">;
  readonly hasCode: (version: EnvironmentVersion) => Promise<boolean>;
  readonly queries: CatalogQueries;
  readonly log: Log;
}

/** The gateway's compiler of Puppet code, where there is a Ruby for it. */
export interface GatewayCompiler extends CodeReader {
  /** The compiler, or why there is none; looked for when first asked, if it was not started. */
  source(): Promise<CatalogSource | NoRuby>;
  /** Makes a version ready for its first catalog, where it has code. @throws what its code fails with */
  warm(version: EnvironmentVersion): Promise<void>;
  facts(): CompilerFacts;
  /** The environments whose catalogs take a compiler. */
  neededBy(): Promise<string[]>;
  /** Looks for Ruby, and warms the versions that agents get; nobody waits for it. */
  start(): void;
  /** Environments may have moved, by another gateway or an apply: where it was started, warms what is new. */
  moved(): void;
  /** Before {@link stop}: agents that wait are told to come again; what is being made is made. */
  drain(): void;
  stop(): Promise<void>;
}

type Compiler = RubyCompiler & { readonly found: FoundRuby };

export function createGatewayCompiler(parts: CompilerParts): GatewayCompiler {
  const { config, environments, hasCode, log } = parts;
  let known: Compiler | NoRuby | undefined;
  let running: Promise<Compiler | NoRuby> | undefined;
  let isStopped = false;
  const get = () => {
    running ??= begin(parts).then((found) => {
      known = found;
      return found;
    });
    return running;
  };
  const compiler = async (): Promise<Compiler> => {
    const found = await get();
    if ("missing" in found) throw new GatehouseError("not-available", found.missing);
    return found;
  };
  const warm = async (version: EnvironmentVersion) => {
    if (!config.enabled || isStopped || !(await hasCode(version))) return;
    const found = await get();
    if (!("missing" in found)) await found.warm(version);
  };
  const seen = new WeakSet<EnvironmentVersion>();
  const warmAll = async () => {
    for (const name of await environments.names()) {
      const version = await environments.current(name);
      if (version === undefined || seen.has(version)) continue;
      seen.add(version);
      const failed = (thrown: unknown) =>
        log.warn("an environment was not warmed", { environment: name, reason: asGatehouseError(thrown).message });
      await warm(version).catch(failed);
    }
  };
  const warmCurrent = () => {
    get()
      .then((found) => ("missing" in found ? undefined : warmAll()))
      .catch((thrown: unknown) => {
        const { code, detail } = asGatehouseError(thrown);
        // Everybody says so who asks it; when it is back, this is asked for again.
        if (code !== "database-unavailable") log.warn("environments are not warmed", { reason: detail });
      });
  };
  return {
    source: get,
    warm,
    classes: async (version) => (await compiler()).classes(version),
    facts() {
      if (!config.enabled) return { state: "disabled" };
      if (known === undefined) return { state: "starting" };
      if ("missing" in known) return { state: "missing", reason: known.missing };
      const { rubyVersion, path, library, libraryVersion } = known.found;
      const { workers, busy, waiting, lost, restarts, problem, confinement } = known.status();
      return {
        ...{ state: "ready", ruby: rubyVersion, path, user: userOf(config), library: `${library} ${libraryVersion}` },
        ...{ workers, busy, waiting, lost, restarts },
        ...(confinement === undefined ? {} : { confinement }),
        ...(problem === undefined ? {} : { problem }),
      };
    },
    async neededBy() {
      const names: string[] = [];
      for (const name of await environments.names()) {
        const version = await environments.current(name);
        if (version !== undefined && (await hasCode(version).catch(() => false))) names.push(name);
      }
      return names;
    },
    start: warmCurrent,
    moved() {
      if (running !== undefined && !isStopped) warmCurrent();
    },
    drain() {
      isStopped = true;
      if (known !== undefined && !("missing" in known)) known.drain();
    },
    async stop() {
      isStopped = true;
      // Where nobody has asked yet, what was started for it is all there is to end.
      const found = await (running ?? parts.ruby?.catch(() => undefined));
      if (found !== undefined && !("missing" in found)) await found.close();
    },
  };
}

/** Whom modules' code runs as: only root can be somebody else. */
function userOf({ user }: CompilerConfig): string {
  const uid = process.getuid?.();
  if (uid === 0) return user;
  try {
    return userInfo().username;
  } catch {
    // In a container, an account may have no name.
    return `uid ${uid}`;
  }
}

/** @returns the reason where there is none: a gateway without it serves everything else */
async function begin({
  config,
  serverNames,
  ruby: early,
  content,
  queries,
  log,
}: CompilerParts): Promise<Compiler | NoRuby> {
  const { workers, timeoutSeconds, recycleAfter, queue } = config;
  try {
    const ruby = await (early ?? startCompilerRuby(config, serverNames, log));
    if ("missing" in ruby) {
      if (config.enabled) log.info("Puppet code is not compiled", { reason: ruby.missing });
      return ruby;
    }
    const { found } = ruby;
    const { rubyVersion, library, libraryVersion } = found;
    const compiler = createRubyCompiler({
      ...{ ruby, content, queries, log, timeoutSeconds, recycleAfter, queue },
      workers: workers ?? Math.max(1, availableParallelism() - 1),
      shownDir: ENVIRONMENTS,
    });
    log.info("Puppet code is compiled", { ruby: rubyVersion, library: `${library} ${libraryVersion}` });
    return Object.assign(compiler, { found });
  } catch (thrown) {
    const { message, detail } = asGatehouseError(thrown);
    log.error("the compiler of Puppet code does not start", { reason: detail ?? message });
    return { missing: detail ?? message };
  }
}
