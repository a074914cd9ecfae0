import { compileEntry, type Entry } from "./entry.js";
import { type Captures, compilePattern } from "./pattern/pattern.js";
import { PatternError } from "./pattern/syntax.js";
import { many, type Rule } from "./rule.js";

/** A rule, ready to be asked. */
export interface CompiledRule {
  readonly name: string;
  readonly sortOrder: number;
  readonly allowsAnyone: boolean;
  /** As it was written. */
  readonly request: Rule["match-request"];
  readonly deny: readonly Entry[];
  readonly allow: readonly Entry[];
  /** What the path captured, or undefined when the rule is not for this call. */
  match(method: string, path: string, query: () => URLSearchParams): Captures | undefined;
}

/** By sort-order, then by name. */
export const inOrder = (a: CompiledRule, b: CompiledRule): number =>
  a.sortOrder - b.sortOrder || (a.name < b.name ? -1 : 1);

/** @throws Error with what is wrong with it, in a sentence */
export function compileRule(rule: Rule): CompiledRule {
  const { name, "match-request": request } = rule;
  const allowsAnyone = rule["allow-unauthenticated"] === true;
  const [allow, deny] = [many(rule.allow), many(rule.deny)];
  if (allowsAnyone && allow.length + deny.length > 0)
    throw new Error("allow-unauthenticated and allow or deny do not go together.");
  if (!allowsAnyone && allow.length + deny.length === 0)
    throw new Error("allow, deny or allow-unauthenticated is missing.");
  if (request.type === "path" && !request.path.startsWith("/")) throw new Error("its path does not begin with /.");
  try {
    const { groups, find } = pathOf(request);
    const methods = many(request.method);
    const params = Object.entries(request["query-params"] ?? {}).map(([key, values]) => [key, many(values)] as const);
    return {
      name,
      sortOrder: rule["sort-order"],
      allowsAnyone,
      request,
      deny: deny.map((entry) => compileEntry(entry, groups)),
      allow: allow.map((entry) => compileEntry(entry, groups)),
      match: (method, path, query) => {
        if (methods.length > 0 && !methods.includes("any") && !(methods as readonly string[]).includes(method)) return;
        // The first value of a name, as handlers read it: with any of several, a call could show the rule one and the
        // handler another.
        const fits = params.every(([key, values]) => {
          const value = query().get(key);
          return value !== null && values.includes(value);
        });
        return fits ? find(path) : undefined;
      },
    };
  } catch (thrown) {
    const { message } = thrown as Error;
    throw new Error(`${thrown instanceof PatternError ? "the regular expression " : ""}${message}.`, { cause: thrown });
  }
}

function pathOf({ path, type }: Rule["match-request"]): {
  groups: number;
  find: (path: string) => Captures | undefined;
} {
  if (type === "path") return { groups: 0, find: (called) => (called.startsWith(path) ? [] : undefined) };
  const { groups, exec } = compilePattern(path);
  return { groups, find: exec };
}
