import { GatehouseError } from "@gatehouse/core/errors";
import { type AgentAnswer, jitteredRetryAfter, networkOf } from "@gatehouse/http";
import { agentIdAlias } from "@gatehouse/inventory";
import type { GlpiDeps } from "../deps.js";
import { refuseDeactivated, type Sent } from "../enrol.js";
import type { CommonHeaders } from "../headers.js";
import { challengeAnswer, failure } from "../register/answer.js";
import { type RegisterDeps, registerCall } from "../register/call.js";
import { firstMessage } from "../register/first.js";
import { Tries } from "../register/tries.js";
import type { Said } from "../wire/read.js";
import { registerMessageOf } from "../wire/register.js";

/** Addresses, and agents at an address, that tries are counted of: about 10 MB. */
const NAMES = 20_000;

export type Register = (said: Said, common: CommonHeaders, sent: Sent) => Promise<AgentAnswer>;

/**
 * REGISTER, which no released agent speaks (docs/protocols/glpi.md).
 * @throws request-malformed for a message or an id that is none, overloaded for more of one address than the configuration takes, forbidden,
 *   unauthenticated
 */
export function createRegister(deps: GlpiDeps): Register {
  const { clock } = deps;
  const all: RegisterDeps = {
    ...deps,
    firstMessages: new Tries({ clock, seconds: 60, names: NAMES }),
    otherMessages: new Tries({ clock, seconds: 60, names: NAMES }),
    failures: new Tries({ clock, seconds: 3600, names: NAMES }),
    auditedFailures: new Tries({ clock, seconds: 3600, names: NAMES }),
  };
  return async (said, { agentId, proxies }, sent) => {
    if (agentId === undefined) throw new GatehouseError("request-malformed", "REGISTER needs a GLPI-Agent-ID.");
    const message = registerMessageOf(said);
    const from = networkOf(sent.request.from ?? "");
    const tries = "first" in message ? all.firstMessages : all.otherMessages;
    if (tries.count(from) > deps.config.register.perMinute)
      throw new GatehouseError("overloaded", "Too many registrations from this address.", {
        detail: `rule: glpi.register.perMinute, from ${from}`,
        retryAfterSeconds: jitteredRetryAfter(60),
      });
    const known = await deps.registry.findAgent(agentIdAlias(agentId));
    refuseDeactivated(known);
    const settings = known === undefined ? {} : await deps.assignments.of(known);
    const call = registerCall(deps, { agentId, proxies, sent, known, settings, from, who: `${agentId} ${from}` });
    if ("first" in message) return firstMessage(all, message.first, call);
    if ("answer" in message) return challengeAnswer(all, message.answer, call);
    return failure(all, message.failure, call);
  };
}
