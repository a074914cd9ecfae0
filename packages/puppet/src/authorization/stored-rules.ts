import type { AuthorizationRuleSpec, StoredAuthorizationRule } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import { Ajv } from "ajv";
import { type CompiledRule, compileRule } from "./compile.js";
import type { Rule } from "./rule.js";
import { ruleSchema, ruleSpecSchema } from "./schema.js";

const ajv = new Ajv({ allowUnionTypes: true });
const isSpec = ajv.compile<Omit<Rule, "name">>(ruleSpecSchema);
const isName = ajv.compile<string>(ruleSchema.properties.name);
const isOrder = ajv.compile<number>(ruleSchema.properties["sort-order"]);
const isRequest = ajv.compile<Rule["match-request"]>(ruleSchema.properties["match-request"]);

/** Before every other rule. */
const FIRST = 0;

/** A rule that stands in no configuration. @throws request-malformed for one that could not work, saying why */
export function checkAuthorizationRule(name: string, spec: AuthorizationRuleSpec): void {
  try {
    if (![name, ...textsIn(spec)].every((text) => text.isWellFormed() && !text.includes("\0")))
      throw new Error("it holds U+0000 or half a character.");
    compileSpec(name, spec);
  } catch (thrown) {
    throw new GatehouseError("request-malformed", `The rule ${JSON.stringify(name)}: ${(thrown as Error).message}`);
  }
}

/** A kept rule as it decides. */
export interface CompiledStoredRule {
  readonly rule: CompiledRule;
  /** What is wrong with the row; null for one that is as it was checked. */
  readonly fault: string | null;
}

/**
 * What was kept by a newer version, or changed in the database, may mean nothing here. It may have been there to deny:
 * then all that it is for is denied, and where not even that can be read, everything.
 */
export function compileStored({ name, spec }: Pick<StoredAuthorizationRule, "name" | "spec">): CompiledStoredRule {
  try {
    return { rule: compileSpec(name, spec), fault: null };
  } catch (thrown) {
    return { rule: denialInPlaceOf(name, spec), fault: (thrown as Error).message };
  }
}

function compileSpec(name: string, spec: AuthorizationRuleSpec): CompiledRule {
  if (!isName(name)) throw new Error("its name is empty or too long.");
  if (isSpec(spec)) return compileRule({ ...spec, name });
  const [error] = isSpec.errors ?? [];
  throw new Error(`${error?.instancePath ?? ""} ${error?.message ?? "does not fit"}.`.trim());
}

function denialInPlaceOf(name: string, spec: AuthorizationRuleSpec | null): CompiledRule {
  const { "sort-order": order, "match-request": request } = spec ?? {};
  const denial = { name, deny: "*" };
  try {
    if (isOrder(order) && isRequest(request))
      return compileRule({ ...denial, "sort-order": order, "match-request": request });
  } catch {
    // Its path cannot be read: as if there were none.
  }
  return compileRule({ ...denial, "sort-order": FIRST, "match-request": { path: "/", type: "path" } });
}

/** Every text in it: cleaned on its way into the database, it would be another rule than the one that was checked. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]);
}
