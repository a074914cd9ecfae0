import { GatehouseError } from "@gatehouse/core/errors";
import type { Enrolment, KnownAgent } from "@gatehouse/core/nodes";
import { type AgentAnswer, cameByTls, observedAddress } from "@gatehouse/http";
import { enrolmentOf } from "@gatehouse/inventory";
import { longer, secondsOf } from "../delay.js";
import type { GlpiDeps } from "../deps.js";
import type { Sent } from "../enrol.js";
import { expirationOf } from "../expiration.js";
import type { Said } from "../wire/read.js";
import type { FirstMessage } from "../wire/register.js";
import { type RegisterPolicy, registerPolicy } from "./policy.js";
import type { KeptRegistration } from "./registration.js";
import type { Tries } from "./tries.js";

/** Failed tries of one agentid from one address in an hour. */
export const MOST_FAILURES = 5;
/** Of one address in an hour, under whatever names, that go into the audit: others are in the log. */
export const MOST_AUDITED = 100;

/** What registrations need besides the adapter's own: how often was tried what. */
export interface RegisterDeps extends GlpiDeps {
  /** By address. */
  readonly firstMessages: Tries;
  readonly otherMessages: Tries;
  /** By agentid and address. */
  readonly failures: Tries;
  /** By address. */
  readonly auditedFailures: Tries;
}

/** One message of a registration, with what decides on it. */
export interface RegisterCall {
  readonly agentId: string;
  readonly proxies: readonly string[];
  readonly sent: Sent;
  readonly known: KnownAgent | undefined;
  readonly policy: RegisterPolicy;
  /** How long a registration counts: as its policy says, and at least until the next CONTACT. */
  readonly expiration: string;
  /** The address that it called from, of IPv6 its network; empty where it is not known. */
  readonly from: string;
  /** Whose failures are counted: one agentid, from one address, so that nobody uses up another's tries. */
  readonly who: string;
}

/** @throws forbidden over plain HTTP, where that is not allowed */
export function registerCall(
  deps: GlpiDeps,
  { settings, ...call }: Omit<RegisterCall, "policy" | "expiration"> & { readonly settings: Said },
): RegisterCall {
  const policy = registerPolicy(settings, deps.config.register);
  if (!policy.overHttp && !cameByTls(call.sent.request.raw))
    throw new GatehouseError("forbidden", "Agents register over TLS here.", { detail: "rule: glpi.register.overHttp" });
  return { ...call, policy, expiration: longer(policy.expiration, expirationOf(settings, deps)) };
}

/** Seconds that a challenge waits: behind a proxy its answer comes with a later contact. */
export const challengeSeconds = (
  { config: { register } }: GlpiDeps,
  { proxies }: Pick<RegisterCall, "proxies">,
): number => (proxies.length > 0 ? register.proxyChallengeSeconds : register.challengeSeconds);

/**
 * Seconds for which a key that nobody used may be taken back. By the way that the agent registered on: anybody may write proxies into a
 * header.
 */
export function undoSeconds(deps: GlpiDeps, { known }: Pick<RegisterCall, "known">): number {
  const kept = known?.attributes["proxies"];
  return challengeSeconds(deps, { proxies: Array.isArray(kept) ? kept : [] });
}

export const expirationSeconds = ({ expiration }: RegisterCall): number => secondsOf(expiration);

/**
 * How the agent becomes known by its registration, or is known better.
 * @param kept undefined while it waits for a person
 */
export function enrolmentFor(
  { deviceid, port, name, version, tag }: FirstMessage,
  { agentId, proxies, sent: { request, proof } }: RegisterCall,
  kept: KeptRegistration | undefined,
): Enrolment {
  const from = observedAddress(request.raw);
  const enrolment = enrolmentOf({
    ...{ agentId, deviceId: deviceid, name, version, proxies, proof },
    ...(tag !== undefined && { tag }),
    ...(from !== undefined && { from }),
    attributes: { port: port === 0 ? null : port, ...(kept !== undefined && { registered: kept }) },
  });
  return { ...enrolment, role: "register", detail: { ...enrolment.detail, port, ...kept } };
}

/** An answer in the protocol's own shape. */
export const answered = (status: number, said: object): AgentAnswer => ({
  ...{ status, syntax: "json" },
  text: JSON.stringify(said),
});

/** To whom did not show that it knows the token, whatever it was that it did not. */
export const challengeFailed = (): AgentAnswer =>
  answered(403, { status: "error", message: "challenge failed", expiration: "1h" });

/** Notes what became of a registration, for operators. */
export async function auditRegistration(
  { audit }: Pick<GlpiDeps, "audit">,
  action: "agent.register" | "agent.register.fail" | "agent.register.undo",
  {
    agentId,
    known,
    sent,
  }: Pick<RegisterCall, "agentId" | "sent"> & {
    readonly known: Pick<KnownAgent, "agentId" | "nodeId"> | undefined;
  },
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { from } = sent.request;
  await audit.record({
    actor: `agent:${known?.agentId ?? agentId}`,
    action,
    subject: known?.nodeId ?? agentId,
    detail: { glpiAgentId: agentId, ...(from !== undefined && { from }), ...detail },
  });
}
