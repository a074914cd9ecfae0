import type { KnownAuthorizationRules, StoredAuthorizationRule } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Log } from "@gatehouse/http";
import { type CompiledRule, compileRule, inOrder } from "./compile.js";
import { defaultRules } from "./default-rules.js";
import type { Rule } from "./rule.js";
import { compileStored } from "./stored-rules.js";

/** A rule with where it is from. */
export interface PlacedRule {
  readonly rule: CompiledRule;
  readonly origin: "default" | "configuration" | "stored";
  /** Of a stored one. */
  readonly kept: StoredAuthorizationRule | null;
  /** Why a stored one denies all that it is for, whatever it says; null for one that is good. */
  readonly fault: string | null;
}

/**
 * The rules in the order in which they are asked: the configuration's, those of the kept ones whose name is none of
 * theirs, and the default ones whose name nobody else took. They are compiled once, and anew after a change of the kept
 * ones.
 * @throws config-invalid with the name of a configuration's rule that means nothing
 */
export function createRuleSet(
  configured: readonly Rule[],
  known: KnownAuthorizationRules,
  log?: Pick<Log, "error">,
): () => readonly PlacedRule[] {
  const own = configured.map((rule) => placed("configuration", compileConfigured(rule)));
  const taken = new Set(configured.map(({ name }) => name));
  if (taken.size < configured.length) {
    const names = configured.map(({ name }) => name);
    throw invalid(names.find((name, i) => names.indexOf(name) !== i) ?? "", "another rule has this name.");
  }
  const defaults = defaultRules
    .filter(({ name }) => !taken.has(name))
    .map((rule) => placed("default", compileRule(rule)));

  const merge = (kept: readonly StoredAuthorizationRule[]): readonly PlacedRule[] => {
    const stored = kept
      .filter(({ protocol, name }) => protocol === "puppet" && !taken.has(name))
      .map((row): PlacedRule => ({ origin: "stored", kept: row, ...compileStored(row) }));
    for (const { rule, fault } of stored)
      if (fault !== null)
        log?.error("a stored authorization rule means nothing: what it is for is denied", { rule: rule.name, fault });
    const names = new Set(stored.map(({ rule }) => rule.name));
    const rest = defaults.filter(({ rule }) => !names.has(rule.name));
    return [...rest, ...own, ...stored].sort((a, b) => inOrder(a.rule, b.rule));
  };

  let seen = known.current;
  let rules = merge(seen);
  return () => {
    const { current } = known;
    if (current !== seen) {
      rules = merge(current);
      seen = current;
    }
    return rules;
  };
}

const placed = (origin: "default" | "configuration", rule: CompiledRule): PlacedRule => ({
  rule,
  origin,
  kept: null,
  fault: null,
});

function compileConfigured(rule: Rule): CompiledRule {
  try {
    return compileRule(rule);
  } catch (thrown) {
    throw invalid(rule.name, (thrown as Error).message);
  }
}

const invalid = (name: string, what: string) =>
  new GatehouseError("config-invalid", `puppet.authorization.rules, ${JSON.stringify(name)}: ${what}`);
