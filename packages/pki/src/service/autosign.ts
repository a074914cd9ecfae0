import type { AutosignRule, CertificateProfile } from "@gatehouse/core/certificates";
import { autosignProfiles } from "@gatehouse/core/certificates";
import { type EvaluateOptions, evaluate, type Verdict } from "../autosign/evaluate.js";
import type { SigningRequest } from "../request.js";
import type { Context } from "./context.js";

/** The rules for a profile. Only nodes' requests are signed without a person; who administers is never made by a rule. */
export async function rulesFor({ policy }: Context, profile: CertificateProfile): Promise<readonly AutosignRule[]> {
  if (!(autosignProfiles as readonly string[]).includes(profile)) return [];
  const { rules } = await policy();
  return rules.filter((rule) => (rule.profile ?? "puppet") === profile);
}

/** Whoever has a certificate of a name that agents know a gateway by can be the gateway to every one of them. */
export async function isGatewayName({ store, settings, clock }: Context, request: SigningRequest): Promise<boolean> {
  // Whoever verifies a server's name does not mind its case.
  const names = [request.name, ...request.altNames.map(({ value }) => value)].map((each) => each.toLowerCase());
  const own = new Set(settings.ownNames.map((each) => each.toLowerCase()));
  return names.some((each) => own.has(each)) || store.serves(names, clock.now());
}

/** What is said of a request for such a name. */
export const gatewayName: Verdict = {
  signed: false,
  by: null,
  why: "a name is the gateway's own: only an operator signs it",
};

/**
 * Asks the rules until one says yes whose token can be used, or none does.
 * @param use tries to use the token of a verdict that says yes, if it has one; false where it is used up
 */
export async function askRules(
  { autosign }: Context,
  request: SigningRequest,
  rules: readonly AutosignRule[],
  options: Omit<EvaluateOptions, "spent">,
  use: (verdict: Verdict) => Promise<boolean>,
): Promise<Verdict> {
  const spent = new Set<string>();
  for (;;) {
    const verdict = await evaluate(request, rules, autosign, { ...options, spent });
    if (!verdict.signed || (await use(verdict))) return verdict;
    // A rule without a token is never used up, and one with a token is passed over from now on: this ends.
    if (verdict.token === undefined) throw new TypeError("a rule without a token was used up");
    spent.add(verdict.token.sha256);
  }
}
