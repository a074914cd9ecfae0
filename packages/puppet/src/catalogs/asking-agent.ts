import type { KnownAgent } from "@gatehouse/core/nodes";
import { observedAddress, type RouteRequest } from "@gatehouse/http";
import { aliasOf, enrolmentOf } from "../agents.js";
import type { PuppetV3Deps } from "../deps.js";

/**
 * The agent that a call is about. Who asks about itself is an agent, whatever else its certificate lets it do: the one
 * beside a puppetserver has a certificate that administers, and no other call makes it known.
 * @returns undefined for another's name that never called
 */
export async function askingAgent(
  { registry }: Pick<PuppetV3Deps, "registry">,
  certname: string,
  { peer, raw }: Pick<RouteRequest, "peer" | "raw">,
): Promise<KnownAgent | undefined> {
  const alias = aliasOf(certname);
  const known = await registry.findAgent(alias);
  if (known !== undefined || peer.kind !== "verified" || peer.name !== certname || peer.profile !== "puppet")
    return known;
  await registry.enrol(enrolmentOf(peer, observedAddress(raw)));
  return registry.findAgent(alias);
}
