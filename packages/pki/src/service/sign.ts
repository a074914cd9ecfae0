import type { CertificateProfile } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { signingRefusal, subjectRefusal } from "../policy.js";
import { parseRequest } from "../request.js";
import { isGatewayName } from "./autosign.js";
import { takenBy } from "./before.js";
import type { Context } from "./context.js";
import { duplicate } from "./duplicate.js";
import type { Issue } from "./issue.js";
import { ttlFor } from "./submit.js";

/** Signs a stored request because an operator said so, after puppetserver's `validate-csr`: what it refuses is a conflict. */
export function createSign(context: Context, profile: CertificateProfile, issue: (what: Issue) => Promise<string>) {
  const { store, settings } = context;
  return async (
    name: string,
    { ttlSeconds, gatewayName = false, by }: { ttlSeconds?: number; gatewayName?: boolean; by: string },
  ): Promise<void> => {
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
    if (!gatewayName && (await isGatewayName(context, request))) {
      throw new GatehouseError(
        "conflict",
        "A name is one that agents know the gateway by: it is signed by who says so.",
      );
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
