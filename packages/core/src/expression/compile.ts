import { compileTest } from "./comparison.js";
import { type Field, foldsCase, parseField, valuesOf } from "./fields.js";
import type { Comparison, Rule, Subject } from "./types.js";

export type CompiledRule = (subject: Subject) => boolean;

/** The field of a checked comparison. */
export function fieldOf(comparison: Comparison): Field {
  const field = parseField(comparison.field);
  if (typeof field === "string") throw new Error("a rule that was not checked");
  return field;
}

/** A checked rule as a function; it decides as the store's SQL of the same rule does. */
export function compileRule(rule: Rule): CompiledRule {
  if ("and" in rule) {
    const parts = rule.and.map(compileRule);
    return (subject) => parts.every((part) => part(subject));
  }
  if ("or" in rule) {
    const parts = rule.or.map(compileRule);
    return (subject) => parts.some((part) => part(subject));
  }
  if ("not" in rule) {
    const part = compileRule(rule.not);
    return (subject) => !part(subject);
  }
  return "everything" in rule ? () => true : compileComparison(rule);
}

function compileComparison(comparison: Comparison): CompiledRule {
  const field = fieldOf(comparison);
  const values = valuesOf(field);
  if ("exists" in comparison) return (subject) => values(subject).length > 0 === comparison.exists;
  const test = compileTest(comparison, foldsCase(field));
  return (subject) => values(subject).some(test);
}
