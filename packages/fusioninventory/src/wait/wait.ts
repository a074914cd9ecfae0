import { GatehouseError } from "@gatehouse/core/errors";
import { observedAddress } from "@gatehouse/http";
import { admit, deviceIdAlias, parseDeviceId, riseOf } from "@gatehouse/inventory";
import { onlyGet, type RestHandler } from "../rest/call.js";

/**
 * wait: the answer comes when the agent is to wake (wire/fusioninventory.md section 3). What it is told is no secret: who may
 * wait is who may hand in an inventory under that name.
 * @throws request-malformed without a machineid; unauthenticated, forbidden as `admit` of `@gatehouse/inventory`; forbidden
 *   for one that nobody let in yet, not-found for one that nobody knows, overloaded where too many wait
 */
export const wait: RestHandler = async (call) => {
  onlyGet(call);
  const { deps, request, proof } = call;
  const { registry, waits, clock } = deps;
  const deviceId = parseDeviceId(request.query.get("machineid") ?? "");
  const known = await registry.findAgent(deviceIdAlias(deviceId));
  const verdict = await admit(deps, { known, deviceId }, proof, deps.access(request));
  if (known === undefined)
    throw new GatehouseError("not-found", "No agent of this name is known: it sends an inventory first.");
  if (verdict === "held") throw new GatehouseError("forbidden", "The agent waits for an operator to let it in.");
  const rise = riseOf(known, proof, observedAddress(request.raw));
  if (rise !== undefined) await registry.enrol(rise);
  registry.touch(known.agentId, clock.now());
  return { ready: waits.hold(known) };
};
