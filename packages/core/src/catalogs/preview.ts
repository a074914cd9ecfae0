import type { EnvironmentVersion } from "../environments/index.js";
import type { CatalogDifferences } from "./diff.js";
import type { Catalog, CompileLog } from "./types.js";

/** An agent whose catalog an operator looks at. */
export interface PreviewedAgent {
  readonly certname: string;
  /** Of its certificate. */
  readonly extensions: Readonly<Record<string, string>>;
}

/** What is to be otherwise than it is for the agent now. */
export interface PreviewWish {
  /** In the place of what the agent said last: facts by name, or an object with `name` and `values`. */
  readonly facts?: unknown;
  readonly environment?: string;
  /** Of the environment: any that is kept. */
  readonly version?: number;
}

/** A catalog that was made to be looked at, or why there is none. */
export interface Preview {
  readonly environment: string;
  /** Undefined where the environment was never deployed. */
  readonly version: number | undefined;
  readonly logs: readonly CompileLog[];
  /** What making it took; undefined where there is none. */
  readonly milliseconds: number | undefined;
  /** What is sensitive in it is redacted. */
  readonly catalog: Catalog | undefined;
  /** As the agent would be told. */
  readonly error: string | undefined;
}

/** One agent's catalogs of two versions of an environment. */
export interface PreviewedChange {
  /** What the agent gets now, which may be another environment. */
  readonly environment: string;
  /** Why there is no catalog of the version before, and of the one that is proposed. */
  readonly before: { readonly error: string | undefined };
  readonly after: { readonly error: string | undefined };
  /** The proposed version's code took longer than it may. */
  readonly isLate: boolean;
  /** What is said of the proposed version and was not said of the one before. */
  readonly logs: readonly CompileLog[];
  /** Undefined where one of the two is missing. */
  readonly differences: CatalogDifferences | undefined;
}

/** Port: catalogs for operators to look at. Nothing of them is kept, and nobody collects what they export. */
export interface CatalogPreview {
  /**
   * What an agent would get now, of what it said last unless told.
   * @throws not-found for an environment or a version that is not there; request-malformed for facts that are none, or
   * another's; overloaded; not-available
   */
  of(agent: PreviewedAgent, wish?: PreviewWish): Promise<Preview>;
  /**
   * What a version that nobody gets yet would change, of the same facts: in the place of the environment's current one.
   * What sources of files hold counts as theirs.
   * @throws overloaded, not-available
   */
  change(agent: PreviewedAgent, proposed: EnvironmentVersion): Promise<PreviewedChange>;
}
