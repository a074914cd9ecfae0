import type { CompileLog } from "@gatehouse/core/catalogs";

/** Whose catalog, and of what. */
export interface Asked {
  readonly certname: string;
  readonly environment: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What the node is classified with. */
  readonly classes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** What a server made of it. */
export interface Answered {
  /** As it is sent; undefined where there is none. */
  readonly catalog: string | undefined;
  /** What agents print. */
  readonly error: string | undefined;
  /** Where it has the environment: paths in its catalogs begin so. */
  readonly folder: string;
  readonly logs: readonly CompileLog[];
}

/** A server that compiles. */
export interface CodeServer {
  /** Takes a folder for an environment, in place of what it had for it. */
  deploy(environment: string, folder: string): Promise<void>;
  /** @throws when the node has no certificate yet */
  catalog(asked: Asked): Promise<Answered>;
  close(): Promise<void>;
}

/** Names in certificates that code sees as `$trusted`. */
export const EXTENSIONS = { pp_role: "web", pp_environment: "test" } as const;
