import type { ReportStatus } from "../reports/index.js";
import type { Catalog, Compiled, CompileLog } from "./types.js";

/** What became of one attempt to make a catalog for a node. */
export interface CatalogOutcome {
  readonly nodeId: string;
  readonly certname: string;
  readonly environment: string;
  /** Undefined where the environment was never deployed. */
  readonly version: number | undefined;
  /** The facts' and the code's share: not the waiting for a worker. */
  readonly milliseconds: number;
  readonly logs: readonly CompileLog[];
  /** The catalog with what it exports, or why there is none. */
  readonly result: Omit<Compiled, "logs" | "milliseconds"> | { readonly error: string };
}

/** A resource that other nodes may collect: as it stands in its node's catalog, virtual for the node itself. */
export interface ExportedResource {
  readonly type: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly file?: string;
  readonly line?: number;
  /** Rich data (`__ptype`), as in a catalog; a sensitive one is `{"__ptype": "Sensitive", "__pvalue": …}`. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** One attempt as operators see it, or several of one outcome without another between them. */
export interface CatalogSummary {
  readonly id: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** How many attempts had this outcome. */
  readonly times: number;
  readonly environment: string;
  readonly version: number | undefined;
  /** Of the last attempt. */
  readonly milliseconds: number;
  /**
   * Undefined where it failed. The same digest is the same catalog, but for its name, its version, its ids, and what is
   * sensitive in it.
   */
  readonly digest: string | undefined;
  readonly resources: number | undefined;
  readonly warnings: number;
  readonly error: string | undefined;
}

export interface KeptCatalog extends CatalogSummary {
  /** As the last attempt gave it, with what is sensitive redacted. */
  readonly catalog: Catalog | undefined;
  readonly logs: readonly CompileLog[];
}

/** Port: the last catalogs of nodes. Bodies are kept once, whoever got them. */
export interface CatalogArchive {
  /**
   * Keeps the outcome, and in the same transaction what the node exports in place of what it exported before; a failure
   * leaves its exports as they are. What is sensitive in a catalog is redacted in what is kept, never in what is exported.
   * Of a name that no agent has, nothing is kept.
   * @throws request-malformed for a catalog of more than 64 MiB, or with more than 10,000 exported resources
   */
  keep(outcome: CatalogOutcome): Promise<void>;
  /** Newest first, at most `limit`. */
  list(nodeId: string, limit: number): Promise<CatalogSummary[]>;
  find(nodeId: string, id: string): Promise<KeptCatalog | undefined>;
  /**
   * The catalog that a reported run applied, as the report says by its uuid; one that its agent had cached, too.
   * @returns undefined where the report names none, or what it names is not kept
   */
  ofReport(reportId: string): Promise<CatalogSummary | undefined>;
  /** The reports of runs that applied it, newest first, at most `limit`. */
  reportsOf(nodeId: string, id: string, limit: number): Promise<ReportOfCatalog[]>;
  /** Active nodes whose newest attempt was made of an environment, by name: at most `limit`, and how many there are. */
  nodesOf(environment: string, limit: number): Promise<NodesOfEnvironment>;
}

/** A run of a catalog. */
export interface ReportOfCatalog {
  readonly id: string;
  readonly status: ReportStatus;
  /** When the first of it was accepted. */
  readonly firstAt: Date;
}

export interface NodesOfEnvironment {
  readonly nodes: readonly { readonly id: string; readonly name: string }[];
  readonly total: number;
}

/** A condition of a collector, as Puppet hands it to a terminus: `["tag", "==", "web"]`, `[a, "and", b]`. */
export type CollectorFilter =
  | readonly [CollectorFilter, "and" | "or", CollectorFilter]
  | readonly [field: string, operator: "==" | "!=", value: unknown];

/** Port: what collectors and puppetdb_query ask, while a catalog is compiled. */
export interface CatalogQueries {
  /**
   * Exported resources of other active nodes, by node and title; of the asking node none: its own are in its compiler.
   * @param type capitalized, such as `Nagios::Host`
   * @throws request-malformed for a filter that is none @throws conflict when more than 10,000, or more than 32 MiB,
   * are found
   */
  exported(
    type: string,
    askedBy: string,
    filter: CollectorFilter | undefined,
  ): Promise<(ExportedResource & { readonly certname: string })[]>;
  /**
   * What puppetdb_query answers.
   * @param query PQL, or PuppetDB's AST
   * @throws request-malformed naming what is not supported
   */
  puppetdb(query: string | readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}
