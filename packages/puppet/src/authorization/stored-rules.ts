import type { AuthorizationRuleSpec, StoredAuthorizationRule } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import { Ajv } from "ajv";
import { type CompiledRule, compileRule } from "./compile.js";
import type { Rule } from "./rule.js";
import { ruleSchema, ruleSpecSchema } from "./schema.js";

/** Compiles a schema when it is first needed: most gateways keep no rule. */
const ajv = new Ajv({ allowUnionTypes: true });
const { name: nameSchema, "sort-order": orderSchema, "match-request": requestSchema } = ruleSchema.properties;
const isName = (value: unknown) => ajv.validate<string>(nameSchema, value);
const isOrder = (value: unknown) => ajv.validate<number>(orderSchema, value);
const isRequest = (value: unknown) => ajv.validate<Rule["match-request"]>(requestSchema, value);

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
  if (ajv.validate<Omit<Rule, "name">>(ruleSpecSchema, spec)) return compileRule({ ...spec, name });
  const [error] = ajv.errors ?? [];
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
