import { GatehouseError } from "@gatehouse/core/errors";
import { isTrusted } from "@gatehouse/core/nodes";
import type { AgentAnswer } from "@gatehouse/http";
import { admit, admitNew, held } from "@gatehouse/inventory";
import { type Admitted, admitted, written } from "../enrol.js";
import type { FirstMessage } from "../wire/register.js";
import {
  answered,
  auditRegistration,
  challengeFailed,
  challengeSeconds,
  enrolmentFor,
  MOST_FAILURES,
  type RegisterCall,
  type RegisterDeps,
  undoSeconds,
} from "./call.js";
import { type Chosen, tokensFor } from "./choose.js";
import { registrationOf } from "./registration.js";
import { newServerSecret, serverChallenge } from "./steps.js";

/** When an agent asks again whether a person has let it in. */
const LOOKED_AT = "1h";

/**
 * An agent's first message (6.1.1), answered (6.1.2) with a challenge where there is a token that may be its own; else as the policy
 * says. Nothing is changed by a challenge: it proved nothing yet.
 * @throws forbidden where the policy lets it in by nothing that it can do; as `admit` of `@gatehouse/inventory`
 */
export async function firstMessage(
  deps: RegisterDeps,
  message: FirstMessage,
  call: RegisterCall,
): Promise<AgentAnswer> {
  const { agentId, known, policy, proxies, sent, who } = call;
  const failures = deps.failures.of(who);
  if (failures >= MOST_FAILURES) return challengeFailed();
  const isPlain = sent.proof.way === "none";
  // Who proved itself with more than a token can give has to go on with that.
  if (!isPlain || (known !== undefined && isTrusted(known.trust, "certificate")))
    await admit(deps, { known, agentId, deviceId: message.deviceid }, sent.proof, deps.access(sent.request));
  const mayBeAnybody = isPlain && known !== undefined && isTrusted(known.trust, "key");
  const registering = { agentId, tag: message.tag, proxies, byOwnOnly: registrationOf(known)?.own === true };
  const named = policy.token === true ? undefined : policy.token;
  const fitting = async () =>
    named === false ? [] : tokensFor(await deps.registrationTokens.usable(), registering, named);
  let tokens = await fitting();
  if (tokens.length === 0 && (await givesBack(deps, call))) {
    tokens = await fitting();
    // The list of tokens may be seconds old.
    if (tokens.length === 0)
      throw new GatehouseError("overloaded", "Come again in a few seconds.", { retryAfterSeconds: 5 });
  }
  // Decisions, row 20: an invalid token falls back to simple where that is allowed. Of several tokens each gets its try.
  const fallsBack = failures >= tokens.length && (policy.simple || policy.manual) && !mayBeAnybody;
  const chosen = tokens[failures % Math.max(tokens.length, 1)];
  if (chosen !== undefined && !fallsBack) return challenged(deps, message, call, chosen);
  if (mayBeAnybody || !(policy.simple || policy.manual))
    throw new GatehouseError("forbidden", "This agent cannot register so.", {
      detail: mayBeAnybody
        ? `rule: ${agentId} proved itself before, and there is no token for it now`
        : `rule: glpi.register allows neither simple nor manual, and there is no token for ${agentId}`,
    });
  return withoutToken(deps, message, call);
}

/**
 * Who got the last key that a token was good for, and lost the answer that it came in, has to be able to begin anew: its
 * `failure` would say the same.
 */
async function givesBack(deps: RegisterDeps, call: RegisterCall): Promise<boolean> {
  const kept = registrationOf(call.known);
  const isUndoable = kept?.way === "token" && kept.proxy === undefined && call.sent.proof.way === "none";
  return isUndoable && call.policy.token !== false && deps.agentKeys.undo(call.agentId, undoSeconds(deps, call));
}

/** 6.2.1: the same challenge while it waits, also of another gateway. */
async function challenged(
  deps: RegisterDeps,
  message: FirstMessage,
  call: RegisterCall,
  { token, of }: Chosen,
): Promise<AgentAnswer> {
  const seconds = challengeSeconds(deps, call);
  const opened = await deps.challenges.open(
    {
      ...{ agentId: call.agentId, from: call.from, of, tokenId: token.id },
      ...{ serverSecret: newServerSecret(), said: { ...message } },
    },
    seconds,
  );
  const left = Math.ceil((opened.expiresAt.getTime() - deps.clock.now().getTime()) / 1000);
  return answered(200, {
    ...{ status: "pending", needs: "token-validation", expiration: `${Math.min(Math.max(left, 1), seconds)}s` },
    challenge: serverChallenge({ token: token.secret, serverSecret: opened.serverSecret, of }),
  });
}

/** Simple registration, and the one that waits for a person: new agents go into quarantine, and are in when an operator activates their node. */
async function withoutToken(deps: RegisterDeps, message: FirstMessage, call: RegisterCall): Promise<AgentAnswer> {
  const { known, policy, sent, agentId, expiration } = call;
  const way = policy.manual ? "manual" : "simple";
  const verdict = await admitted(deps, { known, agentId, deviceId: message.deviceid }, sent);
  const isNew = known === undefined;
  const waits = verdict === "held" || (policy.manual && isNew && !isTrusted(sent.proof.trust, "key"));
  const enrolment = enrolmentFor(message, call, waits ? undefined : { way });
  const { agent, created } = await written(deps, waits ? held(enrolment) : enrolment, sent);
  const now: Admitted = { agent, verdict: waits ? "held" : "taken" };
  const after =
    created && !waits ? await admitNew(deps, agent, sent.proof, deps.access(sent.request), "taken") : now.verdict;
  if (after === "held") return answered(200, { status: "pending", needs: "manual-validation", expiration: LOOKED_AT });
  await auditRegistration(deps, "agent.register", { ...call, known: agent }, { way });
  return answered(200, { status: "registered", expiration });
}
