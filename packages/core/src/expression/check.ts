import { GatehouseError } from "../errors/index.js";
import { type Operator, operatorNames, operators } from "./comparison.js";
import { parseField } from "./fields.js";
import type { Nearest, Problem, Rule } from "./types.js";
import { versionKey } from "./version.js";

/** What a rule may have at the most. */
export const ruleLimits = { depth: 10, comparisons: 200, values: 1000, text: 1000 } as const;
/** Problems that are told of one rule. */
const MOST_PROBLEMS = 20;

const FORMS = "A rule is an object: {field, eq: …}, {and: […]}, {or: […]}, {not: …} or {everything: true}.";
const TOO_MANY = `A rule has at most ${ruleLimits.comparisons} comparisons; \`in\` takes a list of values.`;
const CONNECTIVES = ["and", "or", "not", "everything"] as const;

/**
 * What is wrong with a value that should be a {@link Rule}; it is one when there is nothing.
 * @param nearest ends the sentence about an unknown word; without it the known ones are listed
 */
export function checkRule(value: unknown, nearest?: Nearest): Problem[] {
  const check = new RuleCheck(nearest ?? ((_, known) => `; known: ${known.join(", ")}.`));
  check.rule(value, "", 1);
  return check.problems;
}

/** @throws request-malformed with every problem */
export function asRule(value: unknown, nearest?: Nearest): Rule {
  const problems = checkRule(value, nearest);
  if (problems.length === 0) return value as Rule;
  throw new GatehouseError("request-malformed", `The rule does not fit. ${sayProblems(problems)}`);
}

/** Problems as one text, each with its place. */
export function sayProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join(" ");
}

/** Walks a value; each method says whether its part fits. */
class RuleCheck {
  readonly problems: Problem[] = [];
  readonly #nearest: Nearest;
  #comparisons = 0;

  constructor(nearest: Nearest) {
    this.#nearest = nearest;
  }

  rule(value: unknown, path: string, depth: number): boolean {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.#refuse(path, FORMS);
    if (depth > ruleLimits.depth) return this.#refuse(path, `Rules nest at most ${ruleLimits.depth} deep.`);
    const rule = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(rule);
    const connective = CONNECTIVES.find((name) => Object.hasOwn(rule, name));
    if (connective === undefined) return this.#comparison(rule, keys, path);
    const at = `${path}/${connective}`;
    const other = keys.find((key) => key !== connective);
    if (other !== undefined) return this.#refuse(path, `${connective} stands alone, without ${quote(other)}.`);
    if (connective === "not") return this.rule(rule[connective], at, depth + 1);
    if (connective === "everything") return rule[connective] === true || this.#refuse(at, "It can only be true.");
    return this.#rules(rule[connective], at, depth + 1);
  }

  #rules(list: unknown, path: string, depth: number): boolean {
    if (!Array.isArray(list) || list.length === 0) return this.#refuse(path, "It is a list of at least one rule.");
    for (const [i, item] of list.entries()) {
      if (this.problems.length >= MOST_PROBLEMS || this.#comparisons > ruleLimits.comparisons) return false;
      this.rule(item, `${path}/${i}`, depth);
    }
    return true;
  }

  #comparison(rule: Readonly<Record<string, unknown>>, keys: readonly string[], path: string): boolean {
    if (++this.#comparisons > ruleLimits.comparisons) return this.#refuse(path, TOO_MANY);
    const known: readonly string[] = ["field", ...operatorNames];
    const unknown = keys.find((key) => !known.includes(key));
    if (unknown !== undefined) {
      const words = Object.hasOwn(rule, "field") ? known : [...known, ...CONNECTIVES];
      return this.#refuse(
        `${path}/${pointer(unknown)}`,
        `${quote(unknown)} is not known here${this.#nearest(unknown, words)}`,
      );
    }
    this.#field(rule["field"], path);
    const said = operatorNames.filter((name) => Object.hasOwn(rule, name));
    const [operator] = said;
    if (operator === undefined) return this.#refuse(path, `A comparison has one of ${operatorNames.join(", ")}.`);
    if (said.length > 1)
      return this.#refuse(path, `A comparison has one of ${said.join(", ")}; \`and\` joins several.`);
    return this.#value(operator, rule[operator], `${path}/${operator}`);
  }

  #field(field: unknown, path: string): boolean {
    if (typeof field !== "string")
      return this.#refuse(path, 'A comparison names its field: {field: "state", eq: "active"}.');
    if (!this.#text(field, `${path}/field`)) return false;
    const parsed = parseField(field, this.#nearest);
    return typeof parsed !== "string" || this.#refuse(`${path}/field`, `${quote(field)} ${parsed}`);
  }

  #value(operator: Operator, value: unknown, path: string): boolean {
    switch (operators[operator]) {
      case "scalar":
        return this.#scalar(value, path);
      case "text":
        if (value === "") return this.#refuse(path, "It is empty; `exists` asks whether there is anything.");
        return typeof value === "string" ? this.#text(value, path) : this.#refuse(path, "It is text.");
      case "number":
        return isNumber(value) || this.#refuse(path, "It is a number.");
      case "version":
        if (typeof value !== "string") return this.#refuse(path, 'It is a version in quotes, such as "1.10".');
        return (
          versionKey(value) !== undefined ||
          this.#refuse(path, `${quote(value)} is no version such as 1.10.2 or 2.0-rc1.`)
        );
      case "boolean":
        return typeof value === "boolean" || this.#refuse(path, "It is true or false.");
      case "list":
        if (!Array.isArray(value) || value.length === 0)
          return this.#refuse(path, "It is a list of at least one value.");
        if (value.length > ruleLimits.values)
          return this.#refuse(path, `It has more than ${ruleLimits.values} values.`);
        return value.map((item, i) => this.#scalar(item, `${path}/${i}`)).every(Boolean);
    }
  }

  #scalar(value: unknown, path: string): boolean {
    if (typeof value === "string") return this.#text(value, path);
    return typeof value === "boolean" || isNumber(value) || this.#refuse(path, "It is text, a number, true or false.");
  }

  #text(text: string, path: string): boolean {
    if (text.length > ruleLimits.text) return this.#refuse(path, `It has more than ${ruleLimits.text} characters.`);
    return isStorable(text) || this.#refuse(path, "It holds a character that no stored text has.");
  }

  #refuse(path: string, message: string): false {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ path, message });
    return false;
  }
}

const isNumber = (value: unknown) => typeof value === "number" && Number.isFinite(value);
const isStorable = (text: string) => !text.includes("\0") && text.isWellFormed();

/** A key within a JSON pointer; long ones are cut, for they are somebody's mistake. */
const pointer = (key: string) => clip(key).replaceAll("~", "~0").replaceAll("/", "~1");
const quote = (text: string) => JSON.stringify(clip(text));
const clip = (text: string) => (text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text);
