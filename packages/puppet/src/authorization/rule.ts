/** Verbs that a rule may name; `any` stands for all of them. */
export const ruleMethods = ["get", "post", "put", "delete", "head", "any"] as const;
export type RuleMethod = (typeof ruleMethods)[number];

type OneOrMany<T> = T | readonly T[];

/**
 * Whom an entry is for: a certname (exact, `*.example.org`, `*` for every node, `/regex/`, or `$1` for what the path's
 * regex captured), the extensions of the certificate (each must have the value, or one of the values), or both.
 */
export type RuleEntry =
  | string
  | { readonly certname?: string; readonly extensions?: Readonly<Record<string, OneOrMany<string>>> };

/** A rule as auth.conf has it (wire/puppet.md section 5): an auth.conf can be pasted, as YAML. */
export interface Rule {
  /** Unique; a rule with the name of a default one takes its place. */
  readonly name: string;
  /** 1 to 999; the first rule that matches decides. The default ones have 500. */
  readonly "sort-order": number;
  readonly "match-request": {
    readonly path: string;
    /** path: what begins with it; regex: what it is found in. */
    readonly type: "path" | "regex";
    readonly method?: OneOrMany<RuleMethod>;
    readonly "query-params"?: Readonly<Record<string, OneOrMany<string>>>;
  };
  readonly allow?: OneOrMany<RuleEntry>;
  readonly deny?: OneOrMany<RuleEntry>;
  readonly "allow-unauthenticated"?: boolean;
}

export const many = <T>(value: OneOrMany<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
