import type { CertificateProfile, CertificateRequest, Submitted } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { altNameText } from "../alt-names.js";
import { evaluate, type Verdict } from "../autosign/evaluate.js";
import { byName } from "../extensions.js";
import { Oid } from "../oids.js";
import { keyRefusal, nameRefusal, type Refusal, signingRefusal, subjectRefusal } from "../policy.js";
import { parseRequest, type SigningRequest } from "../request.js";
import type { Context } from "./context.js";
import { duplicate, type Taken } from "./duplicate.js";
import type { Issue } from "./issue.js";
import type { Revoke } from "./revoke.js";
import type { AuthoritySettings } from "./settings.js";
import { type Standing, standingOf } from "./standing.js";

export interface Submission {
  readonly name: string;
  readonly csr: Uint8Array;
  readonly profile: CertificateProfile;
  readonly from: string | null;
}

/** A serial that was taken this long ago is not being signed any more. */
const INTERRUPTED_MS = 60_000;

/** Seconds that a certificate for this request lives: agents that renew by themselves say so in an attribute. */
export const ttlFor = ({ attributes }: SigningRequest, settings: AuthoritySettings): number =>
  settings.autoRenewal && attributes.get(Oid.autoRenew)?.[0] === "true"
    ? settings.autoRenewalTtl
    : settings.certificateTtl;

/** Gives up serials of a name whose signing was interrupted: a crash must not keep the name from its host. */
export async function clearInterrupted({ clock }: Context, { intended }: Standing, revoke: Revoke): Promise<void> {
  const before = clock.now().getTime() - INTERRUPTED_MS;
  const serials = intended.filter(({ issuedAt }) => issuedAt.getTime() <= before).map(({ serial }) => serial);
  if (serials.length > 0) await revoke.bySerials(serials, "authority (signing was interrupted)");
}

/**
 * Takes a request as puppetserver's `process-csr-submission!` does (wire/puppet.md section 4, "CSR policy"): duplicate
 * by the request's own name, subject, stored, and only if the policy says yes, the checks and the signature. What the
 * checks refuse then stays stored, for an operator to see.
 *
 * Unlike there, the same request once more is asked about again: agents send theirs every two minutes, so a policy that
 * was changed, or a signing that was cut off, needs nobody's hand.
 */
export function createSubmit(context: Context, issue: (what: Issue) => Promise<string>, revoke: Revoke) {
  const { store, settings, autosign, oids, log } = context;

  async function issueFor(request: SigningRequest, { profile }: Submission, verdict: Verdict, besideOthers: boolean) {
    await issue({
      name: request.name,
      profile,
      spki: request.spki,
      altNames: request.altNames,
      extensions: request.puppet,
      ttl: ttlFor(request, settings),
      by: `autosign: ${verdict.by}`,
      besideOthers,
    });
  }

  const asRequest = (
    request: SigningRequest,
    { profile, from }: Submission,
  ): Omit<CertificateRequest, "receivedAt" | "note"> => ({
    name: request.name,
    profile,
    pem: request.pem,
    fingerprints: request.fingerprints,
    altNames: request.altNames.map(altNameText),
    extensions: byName(request.puppet, oids),
    from,
  });

  /** Only nodes' requests are signed without a person; who administers is never made by a rule. */
  const policyFor = async (profile: CertificateProfile) =>
    profile === "puppet" || profile === "inventory" ? context.policy(profile) : { rules: [] };

  async function readmit(request: SigningRequest, submission: Submission, taken: Taken): Promise<Submitted> {
    const policy = await policyFor(submission.profile);
    const refusal = () => signingRefusal(request, submission.profile, settings);
    const verdict = await evaluate(request, policy, autosign, { readmitting: true, refusal });
    if (verdict.refusal !== undefined) throw malformed(verdict.refusal);
    if (!verdict.signed) throw duplicate(request.name, taken);
    log.warn("a host takes its name again", { name: request.name, rule: verdict.by, from: submission.from });
    await revoke.clean([request.name], `autosign: ${verdict.by}`);
    // Stored before it is signed, so that a crash leaves something to sign: the token is used.
    if (!(await store.addRequest(asRequest(request, submission)))) throw duplicate(request.name, "requested");
    await issueFor(request, submission, verdict, false);
    return "signed";
  }

  /** Whoever has a certificate of a name that agents know the gateway by can be the gateway to every one of them. */
  const isOwn = ({ own }: Standing, { name, altNames }: SigningRequest): boolean =>
    own || [name, ...altNames.map(({ value }) => value)].some((each) => settings.ownNames.includes(each));

  /** Whether there is a rule that could give a taken name to another host. */
  async function mayReadmit(request: SigningRequest, profile: CertificateProfile): Promise<boolean> {
    const { rules } = await policyFor(profile);
    if (!rules.some((rule) => "readmit" in rule && rule.readmit === true)) return false;
    return !isOwn(await standingOf(store, request.name, true), request);
  }

  async function decide(request: SigningRequest, { profile }: Submission, standing: Standing): Promise<Verdict> {
    if (isOwn(standing, request)) {
      return { signed: false, by: null, why: "a name is the gateway's own: only an operator signs it" };
    }
    const refusal = () => signingRefusal(request, profile, settings);
    return evaluate(request, await policyFor(profile), autosign, { refusal });
  }

  return async (submission: Submission): Promise<Submitted> => {
    const { name, csr, profile } = submission;
    const request = parseRequest(csr);
    // No host has such a name, and the database need not be asked for a megabyte of it.
    if (nameRefusal(request.name, profile) !== undefined) refuse(subjectRefusal(name, request, profile));
    const pending = await store.request(request.name);
    const standing = await standingOf(store, request.name);
    const taken = takenBy(standing, pending);
    const again = pending?.profile === profile && pending.fingerprints.sha256 === request.fingerprints.sha256;
    const repeats = taken === "requested" && again;
    const replaces = taken !== undefined && settings.allowDuplicates && !repeats;
    const isDuplicate = taken !== undefined && !replaces && !repeats;

    if (isDuplicate && !(await mayReadmit(request, profile))) throw duplicate(request.name, taken);
    refuse(subjectRefusal(name, request, profile) ?? keyRefusal(request));
    if (isDuplicate) return readmit(request, submission, taken);

    if (replaces) await store.deleteRequest(request.name);
    if (!repeats && !(await store.addRequest(asRequest(request, submission))))
      throw duplicate(request.name, "requested");

    const verdict = await decide(request, submission, standing);
    if (verdict.signed) {
      await clearInterrupted(context, standing, revoke);
      await issueFor(request, submission, verdict, replaces);
      return "signed";
    }
    if (pending?.note !== verdict.why) await store.noteRequest(request.name, verdict.why);
    refuse(verdict.refusal);
    if (repeats) throw duplicate(request.name, "requested");
    log.info("a certificate request waits", { name: request.name, profile, from: submission.from, why: verdict.why });
    return "pending";
  };
}

function takenBy({ certificate, taken }: Standing, pending: CertificateRequest | undefined): Taken | undefined {
  if (taken) return certificate?.state === "revoked" ? "revoked" : "signed";
  return pending === undefined ? undefined : "requested";
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);

function refuse(refusal: Refusal): void {
  if (refusal !== undefined) throw malformed(refusal);
}
