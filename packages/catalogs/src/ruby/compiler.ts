import {
  type CatalogQueries,
  type CatalogRequest,
  type CollectorFilter,
  CompileFailed,
  type CompileLog,
  catalogSettings,
  type ManifestClasses,
} from "@gatehouse/core/catalogs";
import { type Clock, systemClock } from "@gatehouse/core/clock";
import type { ContentStore } from "@gatehouse/core/content";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { asGatehouseError, type GatehouseError } from "@gatehouse/core/errors";
import { failure } from "../failure.js";
import { type Compiled, compiled } from "./compiled.js";
import { type Generation, Generations } from "./generations.js";
import { layOut } from "./layout.js";
import type { Log } from "./log.js";
import type { Question, WorkerAnswer, WorkerRequest } from "./messages.js";
import { once } from "./once.js";
import type { Confinement } from "./parent.js";
import { Pool, type PoolStatus } from "./pool.js";
import type { StartedRuby } from "./started-ruby.js";

/** Milliseconds between two looks for versions that nobody uses. */
const SWEEP = 30_000;
/** Environments of which a request is kept to warm the next version with: facts have 14 kB and more. */
const MOST_SAMPLES = 100;
/** Why a question has no answer: these are for who wrote the code. */
const OF_THE_CODE: ReadonlySet<string> = new Set(["request-malformed", "conflict"]);

export interface CompilerOptions {
  /** Closed with the compiler. */
  readonly ruby: StartedRuby;
  readonly content: Pick<ContentStore, "open">;
  readonly queries: CatalogQueries;
  readonly log: Log;
  readonly clock?: Clock;
  /** That work at a time. */
  readonly workers: number;
  readonly timeoutSeconds: number;
  /** Catalogs after which a worker is replaced. */
  readonly recycleAfter: number;
  /** Catalogs that may wait. */
  readonly queue: number;
  /** Where catalogs and messages say that environments are: no path of this machine gets out. */
  readonly shownDir: string;
}

export interface CompilerStatus extends PoolStatus {
  /** Versions that are laid out. */
  readonly generations: number;
  /** Of the parent process. */
  readonly restarts: number;
  readonly parentPid: number | undefined;
  /** Why the parent process did not start the last time; undefined where it did. */
  readonly problem: string | undefined;
  /** What keeps modules' code from other processes of its user; undefined until the parent process has started. */
  readonly confinement: Confinement | undefined;
}

/** Compiles Puppet code, in Ruby processes apart from this one. */
export interface RubyCompiler {
  /**
   * @throws CompileFailed (catalog-failed) for what the code does wrong, its message as agents print it; overloaded when
   * too many wait; internal where no process starts
   */
  compile(request: CatalogRequest): Promise<Compiled>;
  /** The classes of a version, by manifest; a broken one has an error. */
  classes(version: EnvironmentVersion): Promise<readonly ManifestClasses[]>;
  /**
   * Lays a version out and has a worker read it: what agents get until now is compiled with it once, and forgotten.
   * @throws as {@link compile}
   */
  warm(version: EnvironmentVersion): Promise<void>;
  status(): CompilerStatus;
  /** Before {@link close}: who waits and who comes is told to come again, what is being made is made. */
  drain(): void;
  /** Ends all processes, and removes what was laid out. */
  close(): Promise<void>;
}

/** A compiler of what is started: it forks a worker when the first catalog is asked for, and ends all with {@link RubyCompiler.close}. */
export function createRubyCompiler(options: CompilerOptions): RubyCompiler {
  const { ruby, content, queries, log, clock = systemClock, shownDir, recycleAfter, queue, workers } = options;
  const { folder, processes, facts } = ruby;
  const pool = new Pool<Generation>({
    fork: async ({ environment, layout }) =>
      processes.fork({ environment, path: (await layout).path, shown: shownDir.replace(/\/+$/, "") }),
    endingOf: (worker) => processes.endingOf(worker),
    timeoutMilliseconds: options.timeoutSeconds * 1000,
    retainedBytes: ruby.memoryBytes / 2,
    ...{ workers, queue, recycleAfter },
  });
  const generations = new Generations({
    layOut: (version, place) => layOut(version, content, folder, place),
    release: (generation) => pool.release(generation),
    clock,
  });
  const sweep = setInterval(() => {
    generations.sweep().catch((error: Error) => log.warn("versions are not removed", { error: error.message }));
  }, SWEEP);
  sweep.unref();
  /** What was compiled last of each environment, for the next version to begin with. */
  const samples = new Map<string, CatalogRequest>();

  const run = async (
    version: EnvironmentVersion,
    request: WorkerRequest,
    what: string,
    { certname = "", signal }: Partial<Pick<CatalogRequest, "certname" | "signal">> = {},
  ) => {
    let fault: GatehouseError | undefined;
    const answering = once((question: Question) =>
      answerTo(queries, certname, question).catch((thrown: unknown) => {
        const error = asGatehouseError(thrown);
        if (!OF_THE_CODE.has(error.code)) fault = error;
        throw error;
      }),
    );
    const answer = await generations.with(version, (served) =>
      pool.run({ served, certname, request, answering, what, signal }),
    );
    // Whatever the code made of it: a catalog without what it asked for would be a wrong one.
    if (fault !== undefined) throw fault;
    if (answer.said.ok) return answer;
    throw new CompileFailed(answer.said.message ?? "", logsOf(answer));
  };
  const compile = async (request: CatalogRequest, version: EnvironmentVersion) => {
    const what = `the catalog of ${request.certname}`;
    const answer = await run(version, compilation(request, version, facts), what, request);
    const { exported = [], milliseconds = 0 } = answer.said;
    if (answer.text === undefined) throw failure(`${what} is none`);
    const logs = logsOf(answer);
    return compiled(answer.text, { exported, logs, milliseconds });
  };
  return {
    compile: async (request) => {
      const { environment, environmentName } = request;
      if (environment === undefined)
        throw failure(
          `Could not find a directory environment named '${environmentName}' anywhere in the path: it was never deployed.`,
        );
      const made = await compile(request, environment);
      if (request.isTrial === true) return made;
      samples.delete(environment.name);
      samples.set(environment.name, { ...request, signal: undefined });
      const [oldest = ""] = samples.size > MOST_SAMPLES ? samples.keys() : [];
      samples.delete(oldest);
      return made;
    },
    classes: async (version) => {
      const { said } = await run(version, { op: "classes" }, `the classes of ${version.name}`);
      return said.files ?? [];
    },
    warm: async (version) => {
      const sample = samples.get(version.name);
      if (sample === undefined) await run(version, { op: "load" }, `the code of ${version.name}`);
      else await compile({ ...sample, environment: version }, version);
    },
    status: () => ({
      ...pool.status(),
      generations: generations.size,
      restarts: processes.restarts,
      parentPid: processes.parentPid,
      problem: processes.problem,
      confinement: processes.confinement,
    }),
    drain: () => pool.drain(),
    close: async () => {
      clearInterval(sweep);
      pool.close();
      await generations.close();
      await ruby.close();
    },
  };
}

function compilation(request: CatalogRequest, version: EnvironmentVersion, facts: object): WorkerRequest {
  const { certname, settings, trusted } = request;
  return {
    op: "compile",
    certname,
    ...(request.factsText === undefined ? { facts: request.facts } : { factsText: request.factsText }),
    trusted,
    classes: settings[catalogSettings.classes] ?? {},
    parameters: settings[catalogSettings.parameters] ?? {},
    codeId: version.version === 0 ? null : version.codeId,
    serverFacts: facts,
  };
}

const logsOf = ({ said }: WorkerAnswer): readonly CompileLog[] => said.logs ?? [];

async function answerTo(queries: CatalogQueries, certname: string, question: Question): Promise<string> {
  const found = await (question.ask === "exported"
    ? queries.exported(question.type, certname, (question.filter ?? undefined) as CollectorFilter | undefined)
    : queries.puppetdb(question.query as string | readonly unknown[]));
  return JSON.stringify(found);
}
