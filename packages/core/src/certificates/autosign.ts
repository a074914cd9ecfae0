/** Profiles whose requests a rule may sign; who administers is never made by one. */
export const autosignProfiles = ["puppet", "inventory"] as const;
export type AutosignProfile = (typeof autosignProfiles)[number];

/** Which requests are signed without a person: rules in order, the first that matches signs. */
export interface AutosignPolicy {
  readonly rules: readonly AutosignRule[];
}

interface RuleBase {
  /** What operators see it called, in notes and in the inventory. */
  readonly name: string;
  /** `puppet` unless told. */
  readonly profile?: AutosignProfile;
}

/** Where a rule asks for more than the name, these patterns can narrow it: exact names, `*.domain`, `*`. */
interface Narrowed {
  readonly names?: readonly string[];
}

/** Everything: for labs. */
export interface AllRule extends RuleBase {
  readonly kind: "all";
}

export interface NameRule extends RuleBase {
  readonly kind: "name";
  readonly certname: string;
}

/** `*.domain` as Puppet means it: hosts at any depth, and the bare domain. */
export interface GlobRule extends RuleBase {
  readonly kind: "glob";
  readonly pattern: string;
}

/** A secret that the host tells in challengePassword or pp_preshared_key of its request. */
export interface TokenRule extends RuleBase, Narrowed {
  readonly kind: "token";
  /** SHA-256 of the secret, hex: the policy need not hold the secret itself. Its uses are counted under it. */
  readonly sha256: string;
  /** 1 unless told; null for as many as there are hosts. */
  readonly uses?: number | null;
  /** ISO 8601. */
  readonly expiresAt?: string;
  /** A re-created host may have its name again: the certificate of the one before is revoked. */
  readonly readmit?: boolean;
}

/** An extension that the request must ask for, by short name or OID. A name is no secret: narrow it. */
export interface ExtensionRule extends RuleBase, Narrowed {
  readonly kind: "extension";
  readonly extension: string;
  /** Asterisks stand for any text. */
  readonly value: string;
}

/** Puppet's policy executable: certname as argument, PEM on stdin, exit 0 signs. */
export interface ExecutableRule extends RuleBase, Narrowed {
  readonly kind: "executable";
  readonly path: string;
  /** 10 unless told. */
  readonly timeoutSeconds?: number;
}

export type AutosignRule = AllRule | NameRule | GlobRule | TokenRule | ExtensionRule | ExecutableRule;

/** Nothing is signed without a person. */
export const nothingSigned: AutosignPolicy = { rules: [] };

const name = { type: "string", minLength: 1, maxLength: 100, description: "What operators see it called." };
const profile = { enum: autosignProfiles, default: "puppet" };
const pattern = { type: "string", minLength: 1, maxLength: 255 };
const names = {
  type: "array",
  description: "Only for these: exact names, `*.domain`, `*`.",
  items: pattern,
  minItems: 1,
  maxItems: 1000,
};
const rule = (
  kind: AutosignRule["kind"],
  properties: Readonly<Record<string, object>>,
  required: readonly string[],
) => ({
  type: "object",
  additionalProperties: false,
  required: ["name", "kind", ...required],
  properties: { name, kind: { const: kind }, profile, ...properties },
});

/** JSON Schema of an {@link AutosignRule}, by its kind. */
export const autosignRuleSchemas = {
  all: rule("all", {}, []),
  name: rule("name", { certname: pattern }, ["certname"]),
  glob: rule("glob", { pattern }, ["pattern"]),
  token: rule(
    "token",
    {
      names,
      sha256: { type: "string", pattern: "^[0-9a-f]{64}$", description: "SHA-256 of the secret, hex." },
      uses: { type: ["integer", "null"], minimum: 1, default: 1, description: "null: any number of hosts." },
      expiresAt: { type: "string", format: "date-time", maxLength: 40 },
      readmit: {
        type: "boolean",
        default: false,
        description: "A re-created host may have its name again; the certificate of the one before is revoked.",
      },
    },
    ["sha256"],
  ),
  extension: rule(
    "extension",
    { names, extension: pattern, value: { type: "string", maxLength: 1000, description: "`*` stands for any text." } },
    ["extension", "value"],
  ),
  executable: rule(
    "executable",
    {
      names,
      path: { type: "string", minLength: 1, maxLength: 4096 },
      timeoutSeconds: { type: "number", exclusiveMinimum: 0, maximum: 60, default: 10 },
    },
    ["path"],
  ),
} as const;

/** A rule that operators keep in the database. */
export interface StoredAutosignRule {
  readonly rule: AutosignRule;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** Port: the rules that operators keep in the database; those of the configuration come before them. */
export interface AutosignRules {
  /** In the order in which they were added. */
  list(): Promise<StoredAutosignRule[]>;
  /** Adds a rule, or puts it in the place of the one of its name. */
  put(rule: AutosignRule, by: string): Promise<StoredAutosignRule>;
  /** @returns false when there was none */
  remove(name: string): Promise<boolean>;
  /** By name: an identity of each, which a put leaves, and another one once it was removed and is put again. */
  identities(): Promise<ReadonlyMap<string, string>>;
  /** How often each token was used, by its hash. */
  uses(): Promise<ReadonlyMap<string, number>>;
}
