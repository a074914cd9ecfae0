import { GatehouseError } from "@gatehouse/core/errors";
import type { Peer } from "@gatehouse/http";
import { canonicalPath, createAuthorization, type Decision, type PuppetConfig } from "@gatehouse/puppet";
import { pairs, table } from "./output.js";

export interface ExplainFlags {
  /** `METHOD /path?query` */
  readonly explain?: string;
  readonly certname?: string;
  readonly extension?: Readonly<Record<string, string>>;
}

/** Puppet's rules in their order, as `config check` lists them. */
export const rulesOf = (config: PuppetConfig) => createAuthorization(config).rules;

/** The list of rules for people. */
export function rulesText(rules: ReturnType<typeof rulesOf>): string {
  const rows = rules.map(({ sortOrder, name, methods, path, who }) => [sortOrder, name, methods.join(" "), path, who]);
  return table(["ORDER", "RULE", "METHOD", "PATH", "WHO"], rows, "There are no rules.");
}

/**
 * What would be decided of a call, and why.
 * @throws request-malformed for what is no call of Puppet's
 */
export function explainCall(config: PuppetConfig, { explain = "", certname, extension = {} }: ExplainFlags): Decision {
  const [, method = "", path = "", query = ""] = /^([A-Za-z]+) +(\/[^?]*)(?:\?(.*))?$/.exec(explain) ?? [];
  const canonical = path === "" ? undefined : canonicalPath(path);
  if (canonical === undefined) {
    throw new GatehouseError(
      "request-malformed",
      `This is no call of Puppet's: ${JSON.stringify(explain)}. It looks like "GET /puppet/v3/catalog/web01".`,
    );
  }
  const peer: Peer =
    certname === undefined
      ? { kind: "none" }
      : {
          kind: "verified",
          name: certname,
          profile: "puppet",
          serial: "0000",
          certificate: "",
          extensions: extension,
        };
  return createAuthorization(config).explain({ method: method.toUpperCase(), path: canonical, query, peer });
}

/** A decision for people. */
export const decisionText = ({ allowed, rule, why }: Decision): string =>
  pairs([
    ["decision", allowed ? "allowed" : "denied"],
    ["rule", rule ?? "none matches"],
    ["because", why],
  ]);
