import type { ProfileAuthority } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentProof, KnownAgent } from "@gatehouse/core/nodes";
import { observedAddress, type ReadyAnswer } from "@gatehouse/http";
import { admit, deviceIdAlias, riseOf } from "@gatehouse/inventory";
import { json } from "../replies.js";
import type { RestCall, RestHandler } from "./call.js";

/** What is needed of the authority of inventory agents. */
export type AgentCertificates = Pick<ProfileAuthority, "identify" | "submit" | "certificate">;

/** Where an agent's attributes say that it got a certificate here. */
const CERTIFIED = "certified";

/**
 * getCertificate (decisions, row 25): a known agent posts a certificate request in the name of its machineid, and gets the
 * certificate, or is told that a person has to sign it. From the first certificate on its machineid is refused without it. Who
 * comes with the same key gets it again, whatever it shows: an answer that was lost locks nobody out. A name that an operator
 * cleaned may be given anew.
 * @throws method-not-allowed for GET; request-malformed for what no request is, and for one that nobody could sign; forbidden for
 *   who is not known or not let in, for a machineid that is not its own, and for another key while a name is taken;
 *   unauthenticated as `admit` of `@gatehouse/inventory`
 */
export const getCertificate: RestHandler = async (call) => {
  const { deps, request } = call;
  if (request.method !== "POST")
    throw new GatehouseError("method-not-allowed", "A certificate request is posted.", { allow: ["POST"] });
  const { certificates } = deps;
  const { name, refusal, standing } = await certificates.identify(request.body);
  const machineId = request.query.get("machineid");
  if (machineId !== null && machineId !== name)
    throw new GatehouseError("request-malformed", "The request is in another name than the call's machineid.");
  const agent = await deps.registry.findAgent(deviceIdAlias(name));
  // Names of certificates are compared as they are, machineids in any case: one agent has one name.
  if (agent === undefined || agent.attributes["deviceId"] !== name || agent.state === "deactivated")
    throw refused("The agent is not known.");
  if (standing !== "issued") await refuseOthers(call, agent, name, standing === "none");
  if (refusal !== null) throw new GatehouseError("request-malformed", refusal);
  if (standing === "revoked" || standing === "taken")
    throw refused("The name has another certificate, or a request for one, or its certificate was revoked.");
  if (standing === "issued") return handedOut(call, agent, name);
  const from = observedAddress(request.raw) ?? null;
  return (await submitted(certificates, { name, csr: request.body, from })) === "signed"
    ? handedOut(call, agent, name)
    : json(202, { status: "pending", message: "A person has to sign the request." });
};

/** Under the policy, as messages are. What an operator cleaned has to be proved no more: the agent has nothing to prove it with. */
async function refuseOthers(
  { deps, request, proof }: RestCall,
  agent: KnownAgent,
  deviceId: string,
  isFree: boolean,
): Promise<void> {
  const wasCleaned = isFree && agent.trust === "certificate" && agent.attributes[CERTIFIED] === true;
  const known: KnownAgent = wasCleaned ? { ...agent, trust: "anonymous" } : agent;
  if ((await admit(deps, { known, deviceId }, proof, deps.access(request))) === "held")
    throw refused("The agent is not let in yet.");
}

/** The same request once more, which the authority answers as if another had the name (wire/puppet.md section 4), waits. */
async function submitted(
  certificates: AgentCertificates,
  submission: Parameters<AgentCertificates["submit"]>[0],
): Promise<"signed" | "pending"> {
  try {
    return await certificates.submit(submission);
  } catch (thrown) {
    if (!(thrown instanceof GatehouseError && thrown.code === "conflict")) throw thrown;
    const { standing } = await certificates.identify(submission.csr);
    if (standing === "waiting") return "pending";
    if (standing === "issued") return "signed";
    throw refused("Another request has the name.");
  }
}

/** From now on the agent has to show it: that is stored before it is told. */
async function handedOut({ deps, request }: RestCall, agent: KnownAgent, name: string): Promise<ReadyAnswer> {
  const pem = await deps.certificates.certificate(name);
  if (pem === undefined) throw new GatehouseError("conflict", "The certificate was taken away meanwhile.");
  const proof: AgentProof = { way: "certificate", trust: "certificate", agent: name.toLowerCase() };
  const rise = riseOf(agent, proof, observedAddress(request.raw));
  const merge = (before: KnownAgent["attributes"]) => ({ ...before, [CERTIFIED]: true });
  if (rise !== undefined) await deps.registry.enrol({ ...rise, merge });
  deps.registry.touch(agent.agentId, deps.clock.now());
  request.log.info("certificate handed out", { agent: name, node: agent.nodeId });
  return { ready: { status: 200, headers: { "Content-Type": "application/x-pem-file" }, body: pem } };
}

const refused = (detail: string) =>
  new GatehouseError("forbidden", "No certificate is given in this name.", { detail: `rule: ${detail}` });
