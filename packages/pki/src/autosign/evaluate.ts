import type { Clock } from "@gatehouse/core/clock";
import type { OidNames } from "../oids.js";
import type { SigningRequest } from "../request.js";
import type { RunProgram } from "./executable.js";
import { matchesName, matchesValue } from "./patterns.js";
import type { AutosignPolicy, AutosignRule } from "./policy.js";
import { tellsToken } from "./token.js";

export interface AutosignDeps {
  readonly clock: Clock;
  readonly oids: OidNames;
  readonly run: RunProgram;
  /** Counts one use of a token that has `uses` in all. @returns false when there is none left; two callers never get the last */
  takeToken(id: string, uses: number): Promise<boolean>;
}

export interface EvaluateOptions {
  /** Only says what would be: takes no token and runs no program. */
  readonly dryRun?: boolean;
  /** Asks only rules that give a name again to a host that had it. */
  readonly readmitting?: boolean;
  /** Asked once a rule matches and before a token is taken: why the request cannot be signed whatever the policy says. */
  readonly refusal?: () => string | undefined;
}

/** What a policy says of a request. */
export interface Verdict {
  readonly signed: boolean;
  /** The rule that matched. */
  readonly by: string | null;
  /** In one line, for operators. */
  readonly why: string;
  /** Set when a rule matched, and the request is one that must not be signed. */
  readonly refusal?: string;
}

const DEFAULT_TIMEOUT_SECONDS = 10;

interface Match {
  readonly matches: boolean;
  readonly why: string;
}

/** Asks the rules in their order; the first that matches decides, unless its token turns out to be used up. */
export async function evaluate(
  request: SigningRequest,
  policy: AutosignPolicy,
  deps: AutosignDeps,
  options: EvaluateOptions = {},
): Promise<Verdict> {
  const rules = policy.rules.filter((rule) => !options.readmitting || (rule.kind === "token" && rule.readmit === true));
  const reasons: string[] = [];
  for (const rule of rules) {
    const { matches, why } = await match(rule, request, deps, options);
    if (!matches) {
      reasons.push(`${rule.name}: ${why}`);
      continue;
    }
    const refusal = options.refusal?.();
    if (refusal !== undefined) return { signed: false, by: rule.name, why: refusal, refusal };
    const uses = rule.kind === "token" && rule.uses !== null ? (rule.uses ?? 1) : undefined;
    if (rule.kind === "token" && uses !== undefined && !options.dryRun && !(await deps.takeToken(rule.id, uses))) {
      reasons.push(`${rule.name}: the token is used up`);
      continue;
    }
    return { signed: true, by: rule.name, why };
  }
  return { signed: false, by: null, why: reasons.length === 0 ? "no rule" : `no rule matches (${reasons.join("; ")})` };
}

async function match(
  rule: AutosignRule,
  request: SigningRequest,
  { clock, oids, run }: AutosignDeps,
  { dryRun = false }: EvaluateOptions,
): Promise<Match> {
  const { name } = request;
  const no = (why: string): Match => ({ matches: false, why });
  const when = (matches: boolean, yes: string, otherwise: string): Match =>
    matches ? { matches, why: yes } : no(otherwise);
  if ("names" in rule && rule.names !== undefined && !rule.names.some((pattern) => matchesName(pattern, name))) {
    return no("the name is none of its names");
  }
  switch (rule.kind) {
    case "all":
      return { matches: true, why: "every request is signed" };
    case "name":
      return when(rule.certname === name, "the name is the rule's", "another name");
    case "glob":
      return when(matchesName(rule.pattern, name), `the name matches ${rule.pattern}`, `not in ${rule.pattern}`);
    case "token": {
      const { expiresAt } = rule;
      // An unreadable date compares as not later: such a token has ended.
      if (expiresAt !== undefined && !(Date.parse(expiresAt) > clock.now().getTime())) return no("the token has ended");
      return when(tellsToken(request, rule), "the request tells the token", "the request does not tell the token");
    }
    case "extension": {
      const oid = oids.oidOf(rule.extension);
      const found = request.puppet.find((extension) => extension.oid === oid);
      if (found === undefined) return no(`the request has no ${rule.extension}`);
      return when(
        matchesValue(rule.value, found.value),
        `${rule.extension} is as asked`,
        `${rule.extension} is another`,
      );
    }
    case "executable": {
      if (dryRun) return no(`${rule.path} would be asked`);
      const timeoutMs = (rule.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
      const { signed, why } = await run({ path: rule.path, certname: name, pem: request.pem, timeoutMs });
      return { matches: signed, why: `${rule.path} ${why}` };
    }
  }
}
