import type { AutosignRule, CertificateProfile, Submitted } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { altNameText } from "../alt-names.js";
import type { Verdict } from "../autosign/evaluate.js";
import { byName } from "../extensions.js";
import { Oid } from "../oids.js";
import { badRequestRefusal, nameRefusal, type Refusal, signingRefusal, subjectRefusal } from "../policy.js";
import { parseRequest, type SigningRequest } from "../request.js";
import { askRules, gatewayName, isGatewayName, rulesFor } from "./autosign.js";
import { lookBefore } from "./before.js";
import type { Context } from "./context.js";
import { duplicate } from "./duplicate.js";
import { type Issue, TokenUsedUp } from "./issue.js";
import type { AuthoritySettings } from "./settings.js";

export interface Submission {
  readonly name: string;
  readonly csr: Uint8Array;
  readonly from: string | null;
}

/** Agents that wait ask every two minutes by themselves. */
const RETRY_SECONDS = 120;

/** Seconds that a certificate for this request lives: agents that renew by themselves say so in an attribute. */
export const ttlFor = ({ attributes }: SigningRequest, settings: AuthoritySettings): number =>
  settings.autoRenewal && attributes.get(Oid.autoRenew)?.[0] === "true"
    ? settings.autoRenewalTtl
    : settings.certificateTtl;

/**
 * Takes a request as puppetserver's `process-csr-submission!` does (wire/puppet.md section 4, "CSR policy"): duplicate
 * by the request's own name, subject, stored, and only if the policy says yes, the checks and the signature. What the
 * checks refuse then stays stored, for an operator to see.
 *
 * Unlike there, the same request once more is asked about again: agents send theirs every two minutes, so a policy that
 * was changed, or a signing that was cut off, needs nobody's hand.
 */
export function createSubmit(context: Context, profile: CertificateProfile, issue: (what: Issue) => Promise<string>) {
  const { store, settings, oids, log } = context;

  const asRequest = (request: SigningRequest, { from }: Submission): NonNullable<Issue["request"]> => ({
    name: request.name,
    profile,
    pem: request.pem,
    fingerprints: request.fingerprints,
    altNames: request.altNames.map(altNameText),
    extensions: byName(request.puppet, oids),
    from,
  });

  /** Asks the rules, and issues where one says yes. */
  function issueByRule(
    request: SigningRequest,
    rules: readonly AutosignRule[],
    how: Pick<Issue, "others" | "request" | "act">,
  ): Promise<Verdict> {
    const refusal = () => signingRefusal(request, profile, settings);
    const readmitting = how.others === "replace";
    return askRules(context, request, rules, { readmitting, refusal }, async ({ by, token }) => {
      const { name, spki, altNames, puppet: extensions } = request;
      const what = { name, profile, spki, altNames, extensions, ttl: ttlFor(request, settings), by: `autosign: ${by}` };
      try {
        await issue({ ...what, ...how, ...(token === undefined ? {} : { token }) });
      } catch (thrown) {
        if (thrown instanceof TokenUsedUp) return false;
        throw thrown;
      }
      return true;
    });
  }

  /**
   * Who looked before another host was given the name has stored a request that nobody can sign, and that `clean` could
   * take away only together with the other's certificate. One that waits for an interrupted signing stays.
   */
  async function dropGhost({ name, fingerprints }: SigningRequest): Promise<void> {
    const of = { name, profile };
    if ((await store.certificate(of)) === undefined) return;
    const stored = await store.request(of);
    if (stored?.fingerprints.sha256 === fingerprints.sha256) await store.deleteRequest(of);
  }

  /** Gives a taken name to a host that was made again. @returns false where no rule says so */
  async function readmit(request: SigningRequest, submission: Submission, rules: readonly AutosignRule[]) {
    const how = { others: "replace", act: "ca.readmit", request: asRequest(request, submission) } as const;
    const { signed, by, refusal } = await issueByRule(request, rules, how);
    refuse(refusal);
    if (signed) log.warn("a host has its name again", { name: request.name, profile, rule: by, from: submission.from });
    return signed;
  }

  return async (submission: Submission): Promise<Submitted> => {
    const { name, csr } = submission;
    const request = parseRequest(csr);
    // No host has such a name, and the database need not be asked for a megabyte of it.
    if (nameRefusal(request.name, profile) !== undefined) refuse(subjectRefusal(name, request, profile));
    const { pending, taken, repeats, replaces, duplicates, mayReturn } = await lookBefore(context, profile, request);
    const rules = await rulesFor(context, profile);
    const isOwn = await isGatewayName(context, request);

    const readmits = !isOwn && mayReturn && rules.some((rule) => "readmit" in rule && rule.readmit === true);
    if (duplicates && taken !== undefined && !readmits) throw duplicate(request.name, taken);
    refuse(subjectRefusal(name, request, profile) ?? badRequestRefusal(request, profile));
    if (duplicates && taken !== undefined) {
      if (await readmit(request, submission, rules)) return "signed";
      throw duplicate(request.name, taken);
    }

    const of = { name: request.name, profile };
    if (replaces) await store.deleteRequest(of);
    const added = repeats ? "added" : await store.addRequest(asRequest(request, submission), settings.mostRequests);
    if (added === "exists") throw duplicate(request.name, "requested");

    // What a rule signs does not wait: it is signed also where too many do, and stored with its intent then.
    const kept = added === "full" ? { request: asRequest(request, submission) } : {};
    const how = { others: replaces ? "keep" : "refuse", act: "ca.sign", ...kept } as const;
    const verdict = isOwn
      ? gatewayName
      : await issueByRule(request, rules, how).catch(async (thrown: unknown) => {
          if (added === "added" && !repeats) await dropGhost(request);
          throw thrown;
        });
    if (verdict.signed) return "signed";
    if (added === "full") throw full(verdict);
    if (pending?.note !== verdict.why) await store.noteRequest(of, verdict.why);
    refuse(verdict.refusal);
    if (repeats) throw duplicate(request.name, "requested");
    log.info("a certificate request waits", { name: request.name, profile, from: submission.from, why: verdict.why });
    return "pending";
  };
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);

function refuse(refusal: Refusal): void {
  if (refusal !== undefined) throw malformed(refusal);
}

const full = ({ refusal, why }: Verdict) =>
  refusal === undefined
    ? new GatehouseError("overloaded", "Too many certificate requests wait to be signed.", {
        retryAfterSeconds: RETRY_SECONDS,
        detail: why,
      })
    : malformed(refusal);
