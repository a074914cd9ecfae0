import { refuseNesting } from "../catalogs/nesting.js";
import { cleanText } from "../clean.js";
import { conditionOn, isAmong, isNull, isOperator } from "./conditions.js";
import { type Entity, entities, relation } from "./entities.js";
import { type Field, fieldOf } from "./fields.js";
import { excerpt, malformed } from "./refusal.js";

const DEEPEST = 100;
const MOST_PARTS = 1_000;
const MOST_COUNT = 1_000_000_000;
const MOST_COLUMNS = 50;
/** PostgreSQL takes 65,535 values with a statement. */
const MOST_VALUES = 20_000;

/** A query, with what its placeholders stand for and the names of its columns. */
export interface CompiledQuery {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly names: readonly string[];
}

/** PuppetDB's AST, `["from", entity, …]`, as one statement. @throws request-malformed naming what is not supported */
export function compileQuery(ast: unknown): CompiledQuery {
  refuseNesting(ast, DEEPEST + 20, "A query");
  const values: unknown[] = [];
  const compiler = new Compiler((value) => `$${values.push(value)}`);
  const { sql, columns } = compiler.from(ast, 1);
  if (values.length > MOST_VALUES) throw malformed(`A query compares with at most ${MOST_VALUES} values.`);
  return { sql, values, names: columns.map(({ name }) => name) };
}

/** The rows of one entity. */
interface Rows {
  readonly name: string;
  readonly entity: Entity;
  readonly alias: string;
}

interface Selected {
  readonly sql: string;
  readonly columns: readonly Field[];
}

class Compiler {
  readonly #parameter: (value: unknown) => string;
  readonly #fields = new Map<string, Field>();
  #parts = 0;
  #aliases = 0;

  constructor(parameter: (value: unknown) => string) {
    this.#parameter = parameter;
  }

  from(ast: unknown, depth: number): Selected {
    const [word, name, ...rest] = listOf(ast);
    if (word !== "from") throw malformed(`A query begins with an entity: ["from", "nodes", …], not ${excerpt(ast)}.`);
    const clauses = sorted(rest, ["limit", "offset", "order_by"]);
    const [asked, ...more] = clauses.others;
    if (more.length > 0) throw malformed(`A query has one condition, joined by "and" or "or": ${excerpt(more[0])}.`);
    const rows = this.#rows(name);
    const [head] = Array.isArray(asked) ? asked : [];
    const extract = head === "extract" ? listOf(asked) : ["extract", [], ...(asked === undefined ? [] : [asked])];
    return this.#select(rows, extract, clauses.named, depth);
  }

  #rows(name: unknown): Rows {
    const entity = typeof name === "string" ? entities.get(name) : undefined;
    if (entity === undefined || typeof name !== "string")
      throw malformed(`There is no ${excerpt(name)} to ask for here; there is ${[...entities.keys()].join(", ")}.`);
    return { name, entity, alias: `q${++this.#aliases}` };
  }

  #select(rows: Rows, extract: readonly unknown[], paging: ReadonlyMap<string, unknown>, depth: number): Selected {
    const [, wanted, ...rest] = extract;
    const { named, others } = sorted(rest, ["group_by"]);
    if (others.length > 1) throw malformed(`extract has one condition: ${excerpt(others[1])} is one more.`);
    const list = isFunction(wanted) || !Array.isArray(wanted) ? [wanted] : wanted;
    if (list.length > MOST_COLUMNS) throw malformed(`A query extracts at most ${MOST_COLUMNS} fields.`);
    const columns = (list.length === 0 ? Object.keys(rows.entity.fields) : list).map((one) => this.#column(rows, one));
    const groups = (named.get("group_by") as readonly unknown[] | undefined)?.map((one) => this.#field(rows, one));
    if (groups?.length === 0) throw malformed("group_by names no field.");
    const isCounting = columns.some(({ counts }) => counts);
    if (isCounting || groups !== undefined) {
      const grouped = new Set(groups?.map(({ name }) => name));
      const alone = columns.find(({ counts, name }) => !counts && !grouped.has(name));
      if (alone !== undefined) throw malformed(`${excerpt(alone.name)} is not in group_by.`);
    }
    const where = others[0] === undefined ? "true" : this.#condition(rows, others[0], depth + 1, false);
    const sql = rows.entity.ofFacts?.(this.#facts(others[0])) ?? rows.entity.sql;
    const isOrdered = depth === 1 || paging.size > 0;
    // Ties too are in one order: the same code would else make another catalog now and then.
    const order = [this.#order(rows, paging.get("order_by")), ...columns.map((_, i) => i + 1)]
      .filter((one) => one !== undefined)
      .join(", ");
    const parts = [
      `select ${columns.map(({ sql }, i) => `${sql} as c${i}`).join(", ")}`,
      `from (${sql}) as ${rows.alias} where ${where}`,
      ...(groups === undefined ? [] : [`group by ${groups.map(({ sql }) => sql).join(", ")}`]),
      ...(isOrdered ? [`order by ${order}`] : []),
      ...["limit", "offset"].flatMap((word) =>
        paging.has(word) ? [`${word} ${countOf(word, paging.get(word))}`] : [],
      ),
    ];
    return { sql: parts.join("\n"), columns };
  }

  /** Each once: what is grouped by has to be the very expression that is selected. */
  #field(rows: Rows, asked: unknown): Field {
    const key = JSON.stringify([rows.alias, asked]);
    const known = this.#fields.get(key) ?? fieldOf(rows.entity, rows.name, rows.alias, asked, this.#parameter);
    this.#fields.set(key, known);
    return known;
  }

  /** Of which facts at most a condition on their contents can hold, as a condition on their names. */
  #facts(ast: unknown): string {
    const [word, ...args] = Array.isArray(ast) ? (ast as unknown[]) : [];
    if (word === "and") return args.map((one) => this.#facts(one)).join(" and ") || "true";
    const [field, value] = args;
    const name = field === "path" && Array.isArray(value) ? value[0] : field === "name" ? value : undefined;
    if (typeof name !== "string" || (word !== "=" && word !== "~>")) return "true";
    if (word === "=") return `key = ${this.#parameter(cleanText(name))}::text`;
    return field === "path" ? `key ~ ${this.#parameter(`^(?:${cleanText(name)})$`)}::text` : "true";
  }

  #column(rows: Rows, asked: unknown): Field & { readonly counts: boolean } {
    if (!isFunction(asked)) return { ...this.#field(rows, asked), counts: false };
    const [, name, of, ...more] = asked;
    if (name !== "count" || more.length > 0)
      throw malformed(`The function ${excerpt(asked.slice(1))} is not supported here; count is.`);
    const sql = of === undefined ? "count(*)::int" : `count(${this.#field(rows, of).sql})::int`;
    return { sql, kind: "number", name: "count", counts: true };
  }

  #order(rows: Rows, asked: unknown): string | undefined {
    if (asked === undefined) return undefined;
    const all = listOf((asked as readonly unknown[])[0]).map((one) => {
      const [name, way] = Array.isArray(one) && one[0] !== "parameter" ? (one as unknown[]) : [one, "asc"];
      if (way !== undefined && way !== "asc" && way !== "desc")
        throw malformed(`${excerpt(way)} is neither "asc" nor "desc".`);
      return `${this.#field(rows, name).sql} ${way ?? "asc"}`;
    });
    if (all.length === 0) throw malformed("order_by names no field.");
    return all.join(", ");
  }

  /** @param negated what is not there makes a condition null, and so its negation: neither would be found */
  #condition(rows: Rows, ast: unknown, depth: number, negated: boolean): string {
    if (depth > DEEPEST) throw malformed(`A query nests at most ${DEEPEST} deep.`);
    if (++this.#parts > MOST_PARTS) throw malformed(`A query has at most ${MOST_PARTS} conditions.`);
    const [word, ...args] = listOf(ast);
    if (word === "and" || word === "or") {
      if (args.length === 0) throw malformed(`"${word}" joins at least one condition.`);
      return `(${args.map((one) => this.#condition(rows, one, depth + 1, negated)).join(` ${word} `)})`;
    }
    if (word === "not" && args.length === 1) return `not ${this.#condition(rows, args[0], depth + 1, true)}`;
    const sql = this.#leaf(rows, word, args, depth);
    return negated ? `coalesce(${sql}, false)` : sql;
  }

  #leaf(rows: Rows, word: unknown, args: readonly unknown[], depth: number): string {
    if (word === "subquery" && (args.length === 1 || args.length === 2)) return this.#related(rows, args, depth);
    const [asked, value] = args;
    if (args.length !== 2) throw malformed(`${excerpt([word, ...args])} is not supported here.`);
    if (word === "in") return this.#in(rows, asked, value, depth);
    if (word === "null?" && typeof value === "boolean") {
      const found = isNull(this.#field(rows, asked));
      return value ? `(${found})` : `not (${found})`;
    }
    if (!isOperator(word)) throw malformed(`The operator ${excerpt(word)} is not supported here.`);
    return conditionOn(this.#field(rows, asked), word, value, this.#parameter);
  }

  #related(rows: Rows, [name, asked]: readonly unknown[], depth: number): string {
    if (name === rows.name) throw malformed(`${rows.name} is related to others, not to itself: say "in".`);
    const fields = relation(rows.name, String(name));
    return this.#in(rows, fields, ["from", name, ["extract", fields, ...(asked === undefined ? [] : [asked])]], depth);
  }

  #in(rows: Rows, asked: unknown, of: unknown, depth: number): string {
    const several = Array.isArray(asked) && asked[0] !== "parameter";
    const fields = (several ? asked : [asked]).map((one) => this.#field(rows, one));
    const [word, values] = listOf(of);
    if (word === "array") {
      const [field, ...more] = fields;
      if (field === undefined || more.length > 0) throw malformed("A list of values is for one field.");
      return isAmong(field, listOf(values), this.#parameter);
    }
    if (depth > DEEPEST) throw malformed(`A query nests at most ${DEEPEST} deep.`);
    const { sql, columns } = this.from(word === "extract" ? fromOld(of) : of, depth + 1);
    if (columns.length !== fields.length)
      throw malformed(`"in" compares ${fields.length} fields with ${columns.length}: extract as many.`);
    const isSame = fields.every(({ kind }, i) => kind === columns[i]?.kind);
    const own = fields.map((field) => (isSame ? field.sql : `to_jsonb(${field.sql})`)).join(", ");
    const theirs = columns.map((_, i) => (isSame ? `s.c${i}` : `to_jsonb(s.c${i})`)).join(", ");
    return `(${own}) in (select ${theirs} from (${sql}) as s)`;
  }
}

/** `["extract", fields, ["select_facts", …]]`, as it was said before there was `from`. */
function fromOld(of: unknown): unknown {
  const [, fields, select, ...more] = listOf(of);
  const [word, ...asked] = listOf(select);
  const [, entity] = /^select_([a-z_]+)$/.exec(String(word)) ?? [];
  if (entity === undefined || more.length > 0 || asked.length > 1)
    throw malformed(`${excerpt(of)} is no subquery: ["from", entity, ["extract", fields, …]].`);
  return ["from", entity.replace(/^fact-/, "fact_"), ["extract", fields, ...asked]];
}

const isFunction = (asked: unknown): asked is readonly unknown[] => Array.isArray(asked) && asked[0] === "function";

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(`${excerpt(value)} is no list.`);
  return value;
}

/** Clauses that are told by their first word, each once, with what follows it; and the others. */
function sorted(clauses: readonly unknown[], words: readonly string[]) {
  const named = new Map<string, unknown>();
  const others: unknown[] = [];
  for (const clause of clauses) {
    const [word, ...args] = listOf(clause);
    if (typeof word !== "string" || !words.includes(word)) others.push(clause);
    else if (named.has(word)) throw malformed(`${word} is said twice.`);
    else named.set(word, args);
  }
  return { named, others };
}

function countOf(word: string, args: unknown): number {
  const [count, ...more] = listOf(args);
  if (!Number.isInteger(count) || Number(count) < 0 || Number(count) > MOST_COUNT || more.length > 0)
    throw malformed(`${word} is followed by a whole number, not by ${excerpt(count)}.`);
  return Number(count);
}
