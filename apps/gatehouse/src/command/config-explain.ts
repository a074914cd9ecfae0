import { createAuthorization, type Decision, type PuppetConfig } from "@gatehouse/puppet";
import { explainBy } from "../server/explain-call.js";
import { pairs, table } from "./output.js";

export interface ExplainFlags {
  /** `METHOD /path?query` */
  readonly explain?: string;
  readonly certname?: string;
  readonly extension?: Readonly<Record<string, string>>;
}

/** Puppet's rules in their order, as `config check` lists them. */
export const rulesOf = (config: PuppetConfig) =>
  createAuthorization(config).rules.map(({ createdAt: _, createdBy: _by, fault: _fault, ...rule }) => rule);

/** The list of rules for people. */
export function rulesText(rules: ReturnType<typeof rulesOf>): string {
  const rows = rules.map(({ sortOrder, name, methods, path, who }) => [sortOrder, name, methods.join(" "), path, who]);
  return table(["ORDER", "RULE", "METHOD", "PATH", "WHO"], rows, "There are no rules.");
}

/**
 * What would be decided of a call, and why.
 * @throws request-malformed for what is no call of Puppet's
 */
export const explainCall = (config: PuppetConfig, { explain = "", certname, extension }: ExplainFlags): Decision =>
  explainBy(createAuthorization(config), { call: explain, certname, extensions: extension });

/** A decision for people. */
export const decisionText = ({ allowed, rule, why }: Decision): string =>
  pairs([
    ["decision", allowed ? "allowed" : "denied"],
    ["rule", rule ?? "none matches"],
    ["because", why],
  ]);
