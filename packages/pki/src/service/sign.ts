import type { CertificateProfile } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { signingRefusal, subjectRefusal } from "../policy.js";
import { parseRequest } from "../request.js";
import { takenBy } from "./before.js";
import type { Context } from "./context.js";
import { duplicate } from "./duplicate.js";
import type { Issue } from "./issue.js";
import { ttlFor } from "./submit.js";

/** Signs a stored request because an operator said so, after puppetserver's `validate-csr`: what it refuses is a conflict. */
export function createSign(
  { store, settings }: Context,
  profile: CertificateProfile,
  issue: (what: Issue) => Promise<string>,
) {
  return async (name: string, { ttlSeconds, by }: { ttlSeconds?: number; by: string }): Promise<void> => {
    if (ttlSeconds !== undefined && !(Number.isSafeInteger(ttlSeconds) && ttlSeconds > 0)) {
      throw new GatehouseError("request-malformed", "The lifetime must be a number of seconds above zero.");
    }
    const of = { name, profile };
    const stored = await store.request(of);
    if (stored === undefined) throw new GatehouseError("not-found", "Invalid certificate subject.");
    const request = parseRequest(stored.pem);
    const refusal = subjectRefusal(name, request, profile) ?? signingRefusal(request, profile, settings);
    if (refusal !== undefined) {
      await store.noteRequest(of, refusal);
      throw new GatehouseError("conflict", refusal);
    }
    const before = await store.certificate(of);
    if (before !== undefined && !settings.allowDuplicates) throw duplicate(name, takenBy(before));
    await issue({
      ...of,
      spki: request.spki,
      altNames: request.altNames,
      extensions: request.puppet,
      ttl: ttlSeconds ?? ttlFor(request, settings),
      by,
      others: settings.allowDuplicates ? "keep" : "refuse",
      act: "ca.sign",
    });
  };
}
