/** What a field of a node is compared with. */
export type Scalar = string | number | boolean;

/** One word about one field of a node; true when any of the field's values fits. */
export type Comparison =
  | { readonly field: string; readonly eq: Scalar }
  | { readonly field: string; readonly in: readonly Scalar[] }
  | { readonly field: string; readonly prefix: string }
  /** `*` stands for any text, `?` for one character. */
  | { readonly field: string; readonly glob: string }
  | { readonly field: string; readonly lt: number }
  | { readonly field: string; readonly lte: number }
  | { readonly field: string; readonly gt: number }
  | { readonly field: string; readonly gte: number }
  | { readonly field: string; readonly versionLt: string }
  | { readonly field: string; readonly versionLte: string }
  | { readonly field: string; readonly versionGt: string }
  | { readonly field: string; readonly versionGte: string }
  | { readonly field: string; readonly exists: boolean };

/** Which nodes are meant: a value of JSON or YAML, no text with a grammar of its own. */
export type Rule =
  | { readonly and: readonly Rule[] }
  | { readonly or: readonly Rule[] }
  | { readonly not: Rule }
  | { readonly everything: true }
  | Comparison;

/** Something that does not fit, and where: a JSON pointer such as `/and/1/field`, empty for the whole. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** The end of a sentence about an unknown word: `; did you mean X?`, or a full stop. */
export type Nearest = (word: string, known: readonly string[]) => string;

/** What rules see of a node. Objects may come from JSON: their keys are data, `__proto__` too. */
export interface Subject {
  readonly id: string;
  /** The ids of nodes that were merged into it: they lead to it. */
  readonly mergedIds: readonly string[];
  readonly name: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The families of its agents, each once. */
  readonly protocols: readonly string[];
  /** What its agents are called, by the kind of alias. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** By kind: `address`, `mac`, `serial`, `uuid`, `name`. */
  readonly evidence: Readonly<Record<string, readonly string[]>>;
  /** The traits of all its agents, taken together. */
  readonly versions: readonly string[];
  readonly tags: readonly string[];
  readonly installedTasks: readonly string[];
  readonly enabledTasks: readonly string[];
  readonly extensions: readonly Readonly<Record<string, unknown>>[];
  /** One object for each source of facts. */
  readonly facts: readonly Readonly<Record<string, unknown>>[];
}

/** Which comparison of a rule settled it, for people. */
export interface Verdict {
  readonly matches: boolean;
  /** The comparison's place in the rule, a JSON pointer. */
  readonly path: string;
  /** Such as `labels.role eq "web": it is "db"`. */
  readonly because: string;
}
