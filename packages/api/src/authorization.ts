import type { AuthorizationRule, AuthorizationRules } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ApiDeps, ProtocolForOperators } from "./deps.js";
import { plainChecker } from "./operation/check.js";

/** A rule as it is asked, wherever it is from. */
export interface AuthorizationRuleView {
  readonly name: string;
  readonly protocol: string;
  readonly origin: "default" | "configuration" | "stored";
  /** The lowest is asked first. */
  readonly sortOrder: number;
  /** Upper case; `any` for all. */
  readonly methods: readonly string[];
  readonly path: string;
  /** In words. */
  readonly who: string;
  /** Of a kept one; null for others. */
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  /** Why a kept one denies all that it is for, whatever it says; null for one that is good. */
  readonly fault: string | null;
}

/** The rules that operators keep, beside those that they cannot change here. */
export interface AuthorizationForOperators extends Omit<AuthorizationRules, "identities" | "revision"> {
  /** Every rule in the order in which they are asked, with what any gateway has changed. */
  rules(): Promise<readonly AuthorizationRuleView[]>;
  /** @throws request-malformed for what is no call of a protocol that has rules */
  explain(call: {
    /** `METHOD /path?query` */
    readonly call: string;
    /** Of the caller's certificate; without it the caller has none. */
    readonly certname?: string | undefined;
    readonly extensions?: Readonly<Record<string, string>> | undefined;
  }): Promise<{ allowed: boolean; why: string; rule: AuthorizationRuleView | null }>;
  /** Takes in at once what was changed otherwise than by `put` and `remove`, after its commit. Never throws. */
  refresh(): Promise<void>;
}

const checkers = new WeakMap<object, (spec: unknown) => unknown>();

/**
 * A rule that somebody wanted to keep.
 * @throws request-malformed for one that could not work; conflict for the name of one that the configuration has
 */
export async function checkAuthorizationRule(
  { authorization, protocols }: Pick<ApiDeps, "authorization" | "protocols">,
  { name, protocol, spec }: AuthorizationRule,
): Promise<void> {
  const rules = rulesOf(protocols, protocol);
  const check = checkers.get(rules.schema) ?? plainChecker(rules.schema as Record<string, unknown>, "the rule");
  checkers.set(rules.schema, check);
  check(spec);
  rules.check(name, spec);
  await refuseConfigured(authorization, name);
}

/** @throws conflict for the name of a rule that the configuration has: the file wins */
export async function refuseConfigured(
  authorization: Pick<AuthorizationForOperators, "rules">,
  name: string,
): Promise<void> {
  if (!(await authorization.rules()).some((rule) => rule.origin === "configuration" && rule.name === name)) return;
  throw configuredElsewhere();
}

export const configuredElsewhere = (): GatehouseError =>
  new GatehouseError("conflict", "The rule of this name stands in the gateway's configuration: change it there.");

function rulesOf(protocols: readonly ProtocolForOperators[], wanted: string) {
  const rules = protocols.find(({ id }) => id === wanted)?.authorizationRules;
  if (rules !== undefined) return rules;
  const known = protocols.filter((each) => each.authorizationRules !== undefined).map(({ id }) => id);
  throw new GatehouseError("request-malformed", `Rules are kept for ${known.join(", ")}: protocol is none of these.`);
}
