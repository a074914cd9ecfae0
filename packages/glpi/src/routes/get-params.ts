import { GatehouseError } from "@gatehouse/core/errors";
import { type AgentAnswer, cameByTls } from "@gatehouse/http";
import { agentIdAlias, auditHandedOut, isProven } from "@gatehouse/inventory";
import { databasesOf } from "../databases.js";
import type { GlpiDeps } from "../deps.js";
import { admitted, type Sent } from "../enrol.js";
import { expirationOf } from "../expiration.js";
import type { CommonHeaders } from "../headers.js";
import { type Said, textIn } from "../wire/read.js";

/**
 * get_params: credentials for the databases that the agent found (recording glpi-get-params; in no document). It gets those
 * that its own groups assign to it, and every time is in the audit log.
 * @throws forbidden for who does not prove who it is, request-malformed without an id, not-found for what is not its
 */
export async function getParams(
  deps: GlpiDeps,
  said: Said,
  { agentId }: CommonHeaders,
  sent: Sent,
): Promise<AgentAnswer> {
  if (agentId === undefined) throw new GatehouseError("request-malformed", "get_params needs a GLPI-Agent-ID.");
  const agent = await deps.registry.findAgent(agentIdAlias(agentId));
  const verdict = await admitted(deps, { known: agent, agentId, deviceId: textIn(said["deviceid"]) ?? "" }, sent);
  const shown = { proof: sent.proof, overTls: cameByTls(sent.request.raw) };
  if (agent === undefined || verdict === "held" || !isProven(deps, shown, [agentId]))
    throw new GatehouseError("forbidden", "Credentials are for agents that prove who they are.");
  deps.registry.touch(agent.agentId, deps.clock.now());
  const { params_id, use } = said;
  const settings = await deps.assignments.of(agent);
  const assigned = databasesOf(settings).find((params) => params.id === textIn(params_id));
  if (assigned === undefined) throw new GatehouseError("not-found", "These parameters are not assigned to this agent.");
  const fits =
    assigned.use.length === 0 || use === undefined || assigned.use.includes(textIn(use)?.toLowerCase() ?? "");
  const found = fits ? await Promise.all(assigned.credentials.map((name) => deps.credentials.get(name))) : [];
  const logins = found.filter((credential) => credential?.kind === "password").filter((one) => one !== undefined);
  await auditHandedOut(
    deps.audit,
    agent,
    logins.map(({ name }) => name),
  );
  return {
    status: 200,
    syntax: "json",
    text: JSON.stringify({
      status: "ok",
      expiration: expirationOf(settings, deps),
      credentials: logins.map(({ username, secret }) => ({
        type: "login_password",
        login: username,
        password: secret,
        ...(typeof use === "string" && { use }),
      })),
    }),
  };
}
