import type { KnownAuthorizationRules } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Log, Peer } from "@gatehouse/http";
import type { PuppetConfig } from "../config.js";
import type { CompiledRule } from "./compile.js";
import type { Node } from "./entry.js";
import type { Captures } from "./pattern/pattern.js";
import { many } from "./rule.js";
import { createRuleSet, type PlacedRule } from "./rule-set.js";

/** A call, as it is before anything of it has been looked up. */
export interface Call {
  readonly method: string;
  /** Canonical: the form that the handler will see. */
  readonly path: string;
  /** Without its `?`. */
  readonly query: string;
  readonly peer: Peer;
}

export interface Decision {
  readonly allowed: boolean;
  /** The rule that decided; null when none matched, which denies. */
  readonly rule: string | null;
  /** One sentence, for operators: it is not for the caller. */
  readonly why: string;
}

/** One rule for who reads them. */
export interface RuleSummary {
  readonly name: string;
  readonly sortOrder: number;
  /** Upper case; `any` for all. */
  readonly methods: readonly string[];
  /** What the path begins with, or the expression that it is found by, between slashes. */
  readonly path: string;
  /** In words: `anyone`, or who is denied and who is allowed. */
  readonly who: string;
  readonly origin: PlacedRule["origin"];
  /** Of a stored one; null for others. */
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  /** Why a stored one denies all that it is for, whatever it says; null for one that is good. */
  readonly fault: string | null;
}

export interface Authorization {
  /** The rules in the order in which they are asked, as they are now. */
  readonly rules: readonly RuleSummary[];
  /** What would be decided, and by which rule. */
  explain(call: Call): Decision;
  /** @throws forbidden with puppetserver's text; the detail names the rule */
  authorize(call: Call): void;
}

/** No rule is kept: for who has no database. */
const nothingKept: KnownAuthorizationRules = { current: [] };

/**
 * Decides by a configuration's rules, the kept ones, and the default ones.
 * @param kept asked at every decision; a change of it is followed at once
 * @param log told of kept rules that mean nothing
 * @throws config-invalid
 */
export function createAuthorization(
  { authorization }: Pick<PuppetConfig, "authorization">,
  kept: KnownAuthorizationRules = nothingKept,
  log?: Pick<Log, "error">,
): Authorization {
  const rules = createRuleSet(authorization.rules, kept, log);
  const explain = (call: Call) => decide(rules(), call);
  return {
    get rules() {
      return rules().map(summaryOf);
    },
    explain,
    authorize: (call) => {
      const { allowed, rule, why } = explain(call);
      if (allowed) return;
      const { method, path } = call;
      // The same for what there is and what there is not: who may not call learns nothing (T18).
      const message = `Forbidden request: ${path} (method :${method.toLowerCase()}). Please see the server logs for details.`;
      throw new GatehouseError("forbidden", message, {
        detail: rule === null ? `no rule matches: ${why}` : `rule ${JSON.stringify(rule)}: ${why}`,
      });
    },
  };
}

function summaryOf({ rule, origin, kept, fault }: PlacedRule): RuleSummary {
  const { name, sortOrder, request, allowsAnyone, deny, allow } = rule;
  const methods = many(request.method);
  const said = (entries: CompiledRule["allow"]) =>
    entries.map(({ says }) => (says === "*" ? "any node" : says)).join(", ");
  const parts = [deny.length > 0 ? `not ${said(deny)}` : "", allow.length > 0 ? said(allow) : ""];
  return {
    name,
    sortOrder,
    methods: methods.length === 0 || methods.includes("any") ? ["any"] : methods.map((each) => each.toUpperCase()),
    path: request.type === "regex" ? `/${request.path}/` : request.path,
    who: allowsAnyone ? "anyone" : parts.filter((part) => part !== "").join("; "),
    origin,
    createdAt: kept?.createdAt ?? null,
    createdBy: kept?.createdBy ?? null,
    fault,
  };
}

function decide(rules: readonly PlacedRule[], call: Call): Decision {
  const method = call.method.toLowerCase();
  // Few rules look at it, and an old agent's holds all its facts.
  let parsed: URLSearchParams | undefined;
  const query = () => {
    parsed ??= new URLSearchParams(call.query);
    return parsed;
  };
  for (const { rule } of rules) {
    const captures = rule.match(method, call.path, query);
    if (captures !== undefined) return { rule: rule.name, ...ask(rule, captures, call.peer) };
  }
  return { rule: null, allowed: false, why: "what no rule is for is denied" };
}

function ask(rule: CompiledRule, captures: Captures, peer: Peer): Pick<Decision, "allowed" | "why"> {
  if (rule.allowsAnyone) return { allowed: true, why: "no certificate is needed" };
  const caller = nodeOf(peer);
  if (typeof caller === "string") return { allowed: false, why: caller };
  const denied = rule.deny.find((entry) => entry.matches(caller, captures));
  if (denied !== undefined) return { allowed: false, why: `${caller.name} is denied by ${denied.says}` };
  const allowed = rule.allow.find((entry) => entry.matches(caller, captures));
  if (allowed !== undefined) return { allowed: true, why: `${caller.name} is allowed by ${allowed.says}` };
  return { allowed: false, why: `${caller.name} is not among those that are allowed` };
}

/** The node at the other end, or why there is none: a name means something within its own profile only. */
function nodeOf(peer: Peer): Node | string {
  if (peer.kind === "none") return "the caller has no certificate";
  if (peer.kind === "unverified") return `the caller's certificate counts for nothing: ${peer.why}`;
  if (peer.profile !== "puppet") return `the certificate of ${peer.name} is one of profile ${peer.profile}`;
  return peer;
}
