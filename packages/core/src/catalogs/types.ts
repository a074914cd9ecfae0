import type { ResolvedSettings } from "../assignment/index.js";
import type { EnvironmentVersion } from "../environments/index.js";
import { GatehouseError } from "../errors/index.js";
import type { FactTree } from "../facts/index.js";
import type { ExportedResource } from "./archive.js";

/** What groups and nodes carry for catalogs. */
export const catalogSettings = {
  environment: "puppet.environment",
  classes: "puppet.classes",
  parameters: "puppet.parameters",
  resources: "puppet.resources",
} as const;

/** One resource of a catalog, in the form of the wire (rich JSON, format 2). */
export interface CatalogResource {
  readonly type: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly file?: string;
  readonly line?: number;
  readonly exported: boolean;
  /** With format 2 an agent builds a real type only for `compilable_type`. */
  readonly kind: "compilable_type" | "defined_type" | "unknown";
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly sensitive_parameters?: readonly string[];
}

/** A catalog in the form of the wire (wire/puppet.md section 3.3). Its keys are in the wire's order. */
export interface Catalog {
  readonly tags: readonly string[];
  readonly name: string;
  readonly version: number | string | null;
  readonly code_id: string | null;
  readonly catalog_uuid: string;
  readonly catalog_format: 1 | 2;
  readonly environment: string;
  readonly resources: readonly CatalogResource[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
  readonly classes: readonly string[];
}

/** What a source of catalogs is told. */
export interface CatalogRequest {
  readonly certname: string;
  /** Undefined for a name that no agent has. */
  readonly nodeId: string | undefined;
  /** The environment that the node gets; undefined where it was never deployed. */
  readonly environment: EnvironmentVersion | undefined;
  readonly environmentName: string;
  /** Without those that only the presented certificate may state. */
  readonly facts: FactTree;
  /**
   * The same as the agent has just sent it, JSON with `name` and `values`: a number that is written 1.0 is one of Puppet's
   * floats, and cannot be told from 1 in {@link facts}. Names that only the server may fill are passed over.
   */
  readonly factsText?: string | undefined;
  /** From the presented certificate (wire/puppet.md, end of section 4). */
  readonly trusted: FactTree;
  /** What the node's groups and its operator give it. */
  readonly settings: ResolvedSettings;
  /** An operator tries it: what follows for agents is not to be learned from it. */
  readonly isTrial?: boolean;
  /** Aborted when nobody waits for the catalog any more: what was not begun by then is not made. */
  readonly signal?: AbortSignal | undefined;
}

/** What the compiler, or the code that it ran, said. */
export interface CompileLog {
  readonly level: "debug" | "info" | "notice" | "warning" | "err" | "alert" | "emerg" | "crit";
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** A catalog as its source made it. */
export interface Compiled {
  readonly catalog: Catalog;
  /** The catalog's text, with rich data, where it is written already: what passes on unchanged is not written again. */
  readonly json?: Buffer;
  readonly exported: readonly ExportedResource[];
  readonly logs: readonly CompileLog[];
  /** The source's own work: no waiting. */
  readonly milliseconds: number;
}

/** The code failed; its logs say what it said before. */
export class CompileFailed extends GatehouseError {
  readonly logs: readonly CompileLog[];

  constructor(message: string, logs: readonly CompileLog[]) {
    super("catalog-failed", message);
    this.logs = logs;
  }
}

/** The code took longer than it may; it will with the next node as well, and nobody else is compiled for meanwhile. */
export class CompileLate extends GatehouseError {
  constructor(message: string) {
    super("catalog-failed", message);
  }
}

/** Port: where catalogs come from. */
export interface CatalogSource {
  /**
   * @throws GatehouseError `internal` is ours; `catalog-failed` is the code's own failure, its message for the agent;
   * `overloaded` where too many wait already; `not-available` where this gateway cannot make it
   */
  compile(request: CatalogRequest): Promise<Compiled>;
}

/** The classes of one manifest, or why there are none (wire/puppet.md section 3.9). */
export interface ManifestClasses {
  readonly path: string;
  readonly classes?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: string;
}

/** Port: what only a compiler can tell of an environment's code. */
export interface CodeReader {
  /** By manifest, sorted by its path. @throws not-available where there is no compiler, overloaded, internal */
  classes(version: EnvironmentVersion): Promise<readonly ManifestClasses[]>;
}
