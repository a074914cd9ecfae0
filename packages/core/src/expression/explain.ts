import { operatorOf } from "./comparison.js";
import { compileRule, fieldOf } from "./compile.js";
import { valuesOf } from "./fields.js";
import type { Comparison, Rule, Subject, Verdict } from "./types.js";

const MOST_SHOWN = 3;
const LONGEST_SHOWN = 60;

/** Which comparison settled a checked rule for a subject: the first that did, or the first few where each was needed. */
export function explainRule(rule: Rule, subject: Subject, path = ""): Verdict {
  if ("and" in rule) return ofList(rule.and, subject, `${path}/and`, path, false);
  if ("or" in rule) return ofList(rule.or, subject, `${path}/or`, path, true);
  if ("not" in rule) {
    const inner = explainRule(rule.not, subject, `${path}/not`);
    return { ...inner, matches: !inner.matches };
  }
  if ("everything" in rule) return { matches: true, path, because: "it takes everything" };
  return { matches: compileRule(rule)(subject), path, because: sayComparison(rule, subject) };
}

/** @param settles the result of one rule in the list that settles it whatever the others say */
function ofList(rules: readonly Rule[], subject: Subject, at: string, path: string, settles: boolean): Verdict {
  const verdicts: Verdict[] = [];
  for (const [i, rule] of rules.entries()) {
    const verdict = explainRule(rule, subject, `${at}/${i}`);
    if (verdict.matches === settles) return verdict;
    verdicts.push(verdict);
  }
  const [only] = verdicts;
  if (only !== undefined && verdicts.length === 1) return only;
  return {
    matches: !settles,
    path,
    because: some(
      verdicts.map(({ because }) => because),
      "; ",
    ),
  };
}

function sayComparison(comparison: Comparison, subject: Subject): string {
  const operator = operatorOf(comparison);
  const values = valuesOf(fieldOf(comparison))(subject);
  const wanted = (comparison as unknown as Record<string, unknown>)[operator];
  const asked = Array.isArray(wanted) ? `[${some(wanted.map(show), ", ")}]` : show(wanted);
  const found = values.length === 0 ? "it is not there" : `it is ${some(values.map(show), ", ")}`;
  return `${comparison.field} ${operator} ${asked}: ${found}`;
}

function some(texts: readonly string[], between: string): string {
  const more = texts.length - MOST_SHOWN;
  return texts.slice(0, MOST_SHOWN).join(between) + (more > 0 ? `${between}and ${more} more` : "");
}

function show(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_SHOWN ? `${[...text].slice(0, LONGEST_SHOWN).join("")}…` : text;
}
