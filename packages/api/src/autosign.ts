import { type AutosignRule, autosignRuleSchemas, type StoredAutosignRule } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { shownValue } from "./certificates.js";
import type { ApiDeps } from "./deps.js";
import { plainChecker } from "./operation/check.js";
import { dateOf } from "./operation/parameters.js";

const checkers = Object.fromEntries(
  Object.entries(autosignRuleSchemas).map(([kind, schema]) => [kind, plainChecker<AutosignRule>(schema, "the rule")]),
);

type Kept = Pick<StoredAutosignRule, "createdAt" | "createdBy">;

/** A rule as operators see it: nothing of a secret, not even its hash, which a weak one could be found by. */
export function ruleView(rule: AutosignRule, uses: ReadonlyMap<string, number>, kept?: Kept) {
  const { profile = "puppet" } = rule;
  const origin = kept === undefined ? ("configuration" as const) : ("stored" as const);
  const common = {
    profile,
    origin,
    used: null,
    createdAt: kept?.createdAt ?? null,
    createdBy: kept?.createdBy ?? null,
  };
  if (rule.kind === "token") {
    const { sha256, ...shown } = rule;
    return { uses: 1, readmit: false, ...shown, ...common, used: uses.get(sha256) ?? 0 };
  }
  if (rule.kind === "extension") return { ...rule, ...common, value: shownValue(rule.extension, rule.value) };
  return { ...rule, ...common };
}

/** A rule that an operator wrote. @throws request-malformed for one that could not work */
export function writtenRule(
  written: unknown,
  kind: AutosignRule["kind"],
  { autosign, clock }: Pick<ApiDeps, "autosign" | "clock">,
): AutosignRule {
  const rule = checkers[kind]?.(written) as AutosignRule;
  if (rule.kind === "token" && rule.expiresAt !== undefined && dateOf("expiresAt", rule.expiresAt) <= clock.now())
    throw new GatehouseError("request-malformed", "expiresAt is no time to come.");
  try {
    autosign.check(rule);
  } catch (thrown) {
    // To the caller it is no fault of our configuration.
    if (thrown instanceof GatehouseError && thrown.code === "config-invalid")
      throw new GatehouseError("request-malformed", thrown.message, { cause: thrown });
    throw thrown;
  }
  return rule;
}
