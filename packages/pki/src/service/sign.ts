import { GatehouseError } from "@gatehouse/core/errors";
import { signingRefusal, subjectRefusal } from "../policy.js";
import { parseRequest } from "../request.js";
import type { Context } from "./context.js";
import { duplicate } from "./duplicate.js";
import type { Issue } from "./issue.js";
import type { Revoke } from "./revoke.js";
import { standingOf } from "./standing.js";
import { clearInterrupted, ttlFor } from "./submit.js";

/** Signs a stored request because an operator said so, after puppetserver's `validate-csr`: what it refuses is a conflict. */
export function createSign(context: Context, issue: (what: Issue) => Promise<string>, revoke: Revoke) {
  const { store, settings } = context;
  return async (name: string, { ttlSeconds, by }: { ttlSeconds?: number; by: string }): Promise<void> => {
    if (ttlSeconds !== undefined && !(Number.isSafeInteger(ttlSeconds) && ttlSeconds > 0)) {
      throw new GatehouseError("request-malformed", "The lifetime must be a number of seconds above zero.");
    }
    const stored = await store.request(name);
    if (stored === undefined) throw new GatehouseError("not-found", "Invalid certificate subject.");
    const { profile, pem } = stored;
    const request = parseRequest(pem);
    const refusal = subjectRefusal(name, request, profile) ?? signingRefusal(request, profile, settings);
    if (refusal !== undefined) {
      await store.noteRequest(name, refusal);
      throw new GatehouseError("conflict", refusal);
    }
    const standing = await standingOf(store, name);
    if (standing.taken && !settings.allowDuplicates) {
      throw duplicate(name, standing.certificate?.state === "revoked" ? "revoked" : "signed");
    }
    await clearInterrupted(context, standing, revoke);
    await issue({
      name,
      profile,
      spki: request.spki,
      altNames: request.altNames,
      extensions: request.puppet,
      ttl: ttlSeconds ?? ttlFor(request, settings),
      by,
      besideOthers: settings.allowDuplicates || standing.own,
    });
  };
}
