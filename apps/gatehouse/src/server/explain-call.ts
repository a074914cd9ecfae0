import { GatehouseError } from "@gatehouse/core/errors";
import type { Peer } from "@gatehouse/http";
import { type Authorization, canonicalPath, type Decision } from "@gatehouse/puppet";

export interface CallToExplain {
  /** `METHOD /path?query` */
  readonly call: string;
  /** Of the caller's certificate; without it the caller has none. */
  readonly certname?: string | undefined;
  readonly extensions?: Readonly<Record<string, string>> | undefined;
}

/**
 * What would be decided of a call, and why.
 * @throws request-malformed for what is no call of Puppet's
 */
export function explainBy(
  authorization: Pick<Authorization, "explain">,
  { call, certname, extensions = {} }: CallToExplain,
): Decision {
  const [, method = "", path = "", query = ""] = /^([A-Za-z]+) +(\/[^?]*)(?:\?(.*))?$/.exec(call) ?? [];
  const canonical = path === "" ? undefined : canonicalPath(path);
  if (canonical === undefined) {
    throw new GatehouseError(
      "request-malformed",
      `This is no call of Puppet's: ${JSON.stringify(call)}. It looks like "GET /puppet/v3/catalog/web01".`,
    );
  }
  const peer: Peer =
    certname === undefined
      ? { kind: "none" }
      : { kind: "verified", name: certname, profile: "puppet", serial: "0000", certificate: "", extensions };
  return authorization.explain({ method: method.toUpperCase(), path: canonical, query, peer });
}
