import type { FactTree } from "@gatehouse/core/facts";
import type { Peer } from "@gatehouse/http";

type Extensions = Readonly<Record<string, string>>;

/**
 * Facts that a node cannot state of itself, from its certificate (wire/puppet.md, end of section 4).
 * @param extensions of the certificate; see {@link extensionsOf}
 */
export function trustedFacts(certname: string, extensions: Extensions): FactTree {
  const [hostname = "", ...domain] = certname.split(".");
  return {
    authenticated: "remote",
    certname,
    extensions,
    hostname,
    domain: domain.length === 0 ? null : domain.join("."),
    external: {},
  };
}

/** What a presented certificate says of a node: nothing, where it is another's. */
export const extensionsOf = (certname: string, peer: Peer): Extensions =>
  peer.kind === "verified" && peer.name === certname ? peer.extensions : {};
