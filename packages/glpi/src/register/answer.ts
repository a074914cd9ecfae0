import type { Challenge, LiveKey, RegistrationSecret } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AgentProof, type Enrolment, isTrusted } from "@gatehouse/core/nodes";
import { type AgentAnswer, errorMessage, strongest } from "@gatehouse/http";
import { admit, agentIdAlias, judged } from "@gatehouse/inventory";
import { noteEnrolled, saysNothingNew } from "../enrol.js";
import { firstMessageOf } from "../wire/register.js";
import {
  answered,
  auditRegistration,
  challengeFailed,
  challengeSeconds,
  enrolmentFor,
  expirationSeconds,
  MOST_AUDITED,
  MOST_FAILURES,
  type RegisterCall,
  type RegisterDeps,
  undoSeconds,
} from "./call.js";
import { beginsByShared, isOwnProof, type KeptRegistration, registrationOf } from "./registration.js";
import { agentSecretIn, serverAnswer, wrappedKey } from "./steps.js";

type Taken = Challenge & { readonly token: RegistrationSecret };

/**
 * An agent's answer to its challenge (6.1.3), which it has one try for; answered (6.1.4) with what shows that we know the token too, and
 * with a key unless the policy wants none.
 * @throws forbidden where the token ended meanwhile; as `admit` of `@gatehouse/inventory`
 */
export async function challengeAnswer(deps: RegisterDeps, said: string, call: RegisterCall): Promise<AgentAnswer> {
  const challenge = await takenBy(deps, call);
  if (challenge === undefined) {
    deps.failures.count(call.who);
    call.sent.request.log.info("register: no challenge waits for this answer", { agent: call.agentId });
    return challengeFailed();
  }
  const { token, serverSecret, of } = challenge;
  const parts = { token: token.secret, serverSecret, of };
  const agentSecret = agentSecretIn(said, parts);
  if (agentSecret === undefined) return failed(deps, call, challenge, "the answer shows no knowledge of the token");
  const key = await registered(deps, call, challenge);
  return answered(200, {
    ...{ status: "registered", expiration: call.expiration, challenge: serverAnswer(parts, agentSecret) },
    ...(key !== undefined && { crypto: wrappedKey(token.secret, key.secret) }),
  });
}

/** Something is wrong on the agent's side: before it was registered, the challenge is dropped; after that, key and registration are undone. */
export async function failure(deps: RegisterDeps, said: string, call: RegisterCall): Promise<AgentAnswer> {
  const { agentId, known, proxies, sent } = call;
  if (deps.failures.of(call.who) >= MOST_FAILURES) return challengeFailed();
  const challenge = await takenBy(deps, call);
  if (challenge !== undefined)
    return failed(deps, call, challenge, `the agent says: ${errorMessage(said).slice(0, 50)}`);
  const kept = registrationOf(known);
  const owner = kept?.proxy !== undefined && proxies.includes(kept.proxy) ? kept.proxy : agentId;
  if (kept === undefined || !(await deps.agentKeys.undo(owner, undoSeconds(deps, call)))) {
    deps.failures.count(call.who);
    return challengeFailed();
  }
  // What it registered with stays known: another token does not take its place for that.
  const undone = { registered: { ...kept, undone: true } };
  await deps.registry.amendAgent(agentIdAlias(agentId), (before) => ({ ...before, ...undone }));
  await auditRegistration(deps, "agent.register.undo", call, { owner });
  sent.request.log.info("register: undone by the agent", { agent: agentId });
  return challengeFailed();
}

/** Who failed too often takes nobody's challenge away any more. */
const takenBy = async ({ challenges, failures }: RegisterDeps, { agentId, from, who }: RegisterCall) =>
  failures.of(who) < MOST_FAILURES ? challenges.take(agentId, from) : undefined;

async function failed(deps: RegisterDeps, call: RegisterCall, { token }: Taken, why: string): Promise<AgentAnswer> {
  deps.failures.count(call.who);
  if (deps.auditedFailures.count(call.from) <= MOST_AUDITED)
    await auditRegistration(deps, "agent.register.fail", call, { token: token.name, why });
  else call.sent.request.log.info("register: failed", { agent: call.agentId, token: token.name, why });
  return challengeFailed();
}

/** @returns the key that was given for it */
async function registered(deps: RegisterDeps, call: RegisterCall, challenge: Taken): Promise<LiveKey | undefined> {
  const { agentId, known, policy, sent } = call;
  const { token, of, said } = challenge;
  const own = token.agent === agentId;
  const message = firstMessageOf(said);
  const proof = strongest(sent.proof, {
    ...{ way: "key", trust: own ? "secret" : "key", by: `token ${token.name}` },
    ...(own && { agent: agentId }),
  });
  const shown = [enoughFor(proof, call, challenge), deps.access(sent.request)] as const;
  const sender = { known, agentId, deviceId: message.deviceid };
  await judged(deps, sender, ...shown);
  const encrypted = policy.encrypt !== "off";
  const key = encrypted ? await keyFor(deps, call, challenge) : undefined;
  if (key === undefined && !(await deps.registrationTokens.use(token.id))) throw tokenEnded(token.id);
  // Not before: a token that has ended lets nobody out of quarantine.
  await admit(deps, sender, ...shown);
  const kept: KeptRegistration = {
    ...{ way: "token", token: token.name, own, encrypted },
    ...(of !== agentId && { proxy: of }),
    ...((isOwnProof(sent.proof) || registrationOf(known)?.proven === true) && { proven: true }),
  };
  // Who gets no key has nothing to prove itself with later, and would be shut out by having done so now.
  const enrolled = { ...call, sent: { ...sent, proof: encrypted ? proof : sent.proof } };
  const enrolment = enrolmentFor(message, enrolled, kept);
  const agent = await enrolledBy(deps, enrolment, call);
  deps.registry.touch(agent.agentId, deps.clock.now());
  const detail = {
    way: "token",
    token: token.name,
    ...(key !== undefined && { key: key.id }),
    ...(of !== agentId && { of }),
  };
  await auditRegistration(deps, "agent.register", { ...call, known: agent }, detail);
  return key;
}

/** One that renews what is known of it changes nothing but its key. */
async function enrolledBy({ registry }: RegisterDeps, enrolment: Enrolment, { known, sent }: RegisterCall) {
  if (known !== undefined && isTrusted(known.trust, enrolment.trust) && saysNothingNew(enrolment, known)) return known;
  const enrolled = await registry.enrol(enrolment);
  if (enrolled.created) noteEnrolled(sent, enrolment, enrolled);
  return enrolled;
}

/**
 * With the key that a shared token gave it an agent proves more than with that token: who lost the key may begin anew with the
 * token. A proxy may not begin anew for it, and a shared token is not enough for an agent with a secret of another kind.
 */
function enoughFor(proof: AgentProof, { agentId, known }: RegisterCall, { of }: Taken): AgentProof {
  const isLess = known?.trust === "secret" && !isTrusted(proof.trust, "secret");
  return isLess && beginsByShared(known) && of === agentId ? { ...proof, trust: "secret" } : proof;
}

/** A proxy that uses its key already gets no other for an agent behind it. @throws forbidden for a token that has ended */
async function keyFor(deps: RegisterDeps, call: RegisterCall, { of, tokenId }: Taken): Promise<LiveKey | undefined> {
  const { agentKeys } = deps;
  if (of !== call.agentId && (await agentKeys.live(of)).some(({ confirmedAt }) => confirmedAt !== null))
    return undefined;
  const wanted = { owner: of, tokenId, seconds: expirationSeconds(call) };
  const key = await agentKeys.issue(wanted);
  if (key !== undefined) return key;
  // It knows the token: the key that used that up a moment ago was its own, and got lost on the way.
  const again = (await agentKeys.undo(of, challengeSeconds(deps, call))) ? await agentKeys.issue(wanted) : undefined;
  if (again !== undefined) return again;
  throw tokenEnded(tokenId);
}

const tokenEnded = (tokenId: string) =>
  new GatehouseError("forbidden", "The token has ended.", { detail: `rule: token ${tokenId} lets nobody in any more` });
