import type { AutosignRule } from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import type { OidNames } from "../oids.js";
import type { SigningRequest } from "../request.js";
import type { RunProgram } from "./executable.js";
import { matchesName, matchesValue } from "./patterns.js";
import { tellsToken } from "./token.js";

export interface AutosignDeps {
  readonly clock: Clock;
  readonly oids: OidNames;
  readonly run: RunProgram;
}

export interface EvaluateOptions {
  /** Only says what would be: runs no program. */
  readonly dryRun?: boolean;
  /** Asks only rules that give a name again to a host that had it. */
  readonly readmitting?: boolean;
  /** Hashes of tokens that turned out to be used up. */
  readonly spent?: ReadonlySet<string>;
  /** Asked once a rule matches: why the request cannot be signed whatever the policy says. */
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
  /** What is to be counted where it is signed; without a limit only for who wants to know. */
  readonly token?: { readonly sha256: string; readonly uses: number | null };
}

const DEFAULT_TIMEOUT_SECONDS = 10;

interface Match {
  readonly matches: boolean;
  readonly why: string;
}

/** Asks the rules in their order; the first that matches decides. */
export async function evaluate(
  request: SigningRequest,
  all: readonly AutosignRule[],
  deps: AutosignDeps,
  options: EvaluateOptions = {},
): Promise<Verdict> {
  const rules = all.filter((rule) => !options.readmitting || (rule.kind === "token" && rule.readmit === true));
  const reasons: string[] = [];
  for (const rule of rules) {
    const { matches, why } = await match(rule, request, deps, options);
    if (!matches) {
      reasons.push(`${rule.name}: ${why}`);
      continue;
    }
    const refusal = options.refusal?.();
    if (refusal !== undefined) return { signed: false, by: rule.name, why: refusal, refusal };
    const signed = { signed: true, by: rule.name, why };
    if (rule.kind !== "token") return signed;
    return { ...signed, token: { sha256: rule.sha256, uses: rule.uses === undefined ? 1 : rule.uses } };
  }
  return { signed: false, by: null, why: reasons.length === 0 ? "no rule" : `no rule matches (${reasons.join("; ")})` };
}

async function match(
  rule: AutosignRule,
  request: SigningRequest,
  { clock, oids, run }: AutosignDeps,
  { dryRun = false, spent }: EvaluateOptions,
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
      const { expiresAt, sha256 } = rule;
      // An unreadable date compares as not later: such a token has ended.
      if (expiresAt !== undefined && !(Date.parse(expiresAt) > clock.now().getTime())) return no("the token has ended");
      if (!tellsToken(request, rule)) return no("the request does not tell the token");
      return when(!spent?.has(sha256), "the request tells the token", "the token is used up");
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
