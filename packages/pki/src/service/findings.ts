import type { CertificateProfile, RequestFindings } from "@gatehouse/core/certificates";
import { altNameText } from "../alt-names.js";
import type { Verdict } from "../autosign/evaluate.js";
import { byName } from "../extensions.js";
import { badRequestRefusal, signingRefusal, subjectRefusal } from "../policy.js";
import { parseRequest, type SigningRequest } from "../request.js";
import { askRules, gatewayName, isGatewayName, rulesFor } from "./autosign.js";
import { lookBefore } from "./before.js";
import type { Context } from "./context.js";

/** What a request asks for, and what would become of it: for who writes rules. Nothing changes. */
export function createTest(context: Context, profile: CertificateProfile) {
  const { settings, oids, tokenUses } = context;

  async function verdictOf(request: SigningRequest): Promise<Verdict> {
    if (await isGatewayName(context, request)) return gatewayName;
    const { taken, duplicates, mayReturn } = await lookBefore(context, profile, request);
    if (duplicates && !mayReturn)
      return { signed: false, by: null, why: `the name has a ${taken} certificate that no rule replaces` };
    const used = await tokenUses();
    const left = async ({ token }: Verdict) =>
      token === undefined || token.uses === null || (used.get(token.sha256) ?? 0) < token.uses;
    const options = { dryRun: true, readmitting: duplicates };
    const verdict = await askRules(context, request, await rulesFor(context, profile), options, left);
    if (verdict.signed || !duplicates) return verdict;
    return { ...verdict, why: `the name has a ${taken} certificate already, and ${verdict.why}` };
  }

  return async (csr: Uint8Array): Promise<RequestFindings> => {
    const request = parseRequest(csr);
    const { name, publicKey, fingerprints, altNames, puppet } = request;
    const refusal =
      subjectRefusal(name, request, profile) ??
      badRequestRefusal(request, profile) ??
      signingRefusal(request, profile, settings);
    const { signed, by, why } = await verdictOf(request);
    return {
      name,
      key: publicKey.label,
      fingerprint: fingerprints.sha256,
      altNames: altNames.map(altNameText),
      extensions: byName(puppet, oids),
      refusal: refusal ?? null,
      signed: signed && refusal === undefined,
      rule: by,
      why,
    };
  };
}
