import type { FactTree } from "@gatehouse/core/facts";
import type { Peer } from "@gatehouse/http";

/**
 * Facts that a node cannot state of itself, from the certificate that was presented (wire/puppet.md, end of section 4).
 * @param peer who asked; what another may ask for a node says nothing of that node's certificate
 */
export function trustedFacts(certname: string, peer: Peer): FactTree {
  const [hostname = "", ...domain] = certname.split(".");
  return {
    authenticated: "remote",
    certname,
    extensions: peer.kind === "verified" && peer.name === certname ? peer.extensions : {},
    hostname,
    domain: domain.length === 0 ? null : domain.join("."),
    external: {},
  };
}
