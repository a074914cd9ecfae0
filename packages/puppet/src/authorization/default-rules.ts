import type { Rule, RuleEntry, RuleMethod } from "./rule.js";

type Who = Pick<Rule, "allow" | "deny" | "allow-unauthenticated">;

const anyone: Who = { "allow-unauthenticated": true };
const anyNode: Who = { allow: "*" };
const nobody: Who = { deny: "*" };
/** The node whose name the path holds. */
const ownName: Who = { allow: "$1" };
const administrators: RuleEntry = { extensions: { pp_cli_auth: "true" } };
const administrator: Who = { allow: administrators };

const rule = (
  name: string,
  who: Who,
  methods: readonly RuleMethod[],
  path: string,
  type: "path" | "regex" = "path",
): Rule => ({
  name,
  "sort-order": 500,
  "match-request": { path, type, ...(methods.length === 0 ? {} : { method: methods }) },
  ...who,
});

/**
 * The rules of puppetserver 7.9.5 under their own names, with certificate_renewal and the two of sign that 8 adds
 * (wire/puppet.md section 5). Of version 9, file_bucket_file stays open to every node: which content a node may have
 * is for the handler to say (decisions row 9). `/certificate/ca` is a certificate by the time it is looked at.
 */
export const defaultRules: readonly Rule[] = [
  rule("puppetlabs v3 catalog from agents", ownName, ["get", "post"], "^/puppet/v3/catalog/([^/]+)$", "regex"),
  rule("puppetlabs v4 catalog for services", nobody, ["post"], "^/puppet/v4/catalog/?$", "regex"),
  rule("puppetlabs certificate", anyone, ["get"], "/puppet-ca/v1/certificate/"),
  rule("puppetlabs crl", anyone, ["get"], "/puppet-ca/v1/certificate_revocation_list/ca"),
  rule("puppetlabs csr", anyone, ["get", "put"], "/puppet-ca/v1/certificate_request"),
  rule("puppetlabs certificate renewal", anyNode, ["post"], "/puppet-ca/v1/certificate_renewal"),
  rule("puppetlabs cert status", administrator, ["get", "put", "delete"], "/puppet-ca/v1/certificate_status"),
  rule("puppetlabs CRL update", administrator, ["put"], "^/puppet-ca/v1/certificate_revocation_list$", "regex"),
  rule("puppetlabs cert statuses", administrator, ["get"], "/puppet-ca/v1/certificate_statuses"),
  rule("puppetlabs CA cert and CRL expirations", anyNode, ["get"], "/puppet-ca/v1/expirations"),
  rule("puppetlabs cert clean", administrator, ["put"], "/puppet-ca/v1/clean"),
  rule("puppetlabs cert sign", administrator, ["post"], "/puppet-ca/v1/sign"),
  rule("puppetlabs cert sign all", administrator, ["post"], "/puppet-ca/v1/sign/all"),
  rule("puppetlabs status service - full", anyone, ["get"], "/status/v1/services"),
  rule("puppetlabs status service - simple", anyone, ["get"], "/status/v1/simple"),
  rule("puppetlabs environments", anyNode, ["get"], "/puppet/v3/environments"),
  rule("puppetlabs file bucket file", anyNode, ["get", "head", "post", "put"], "/puppet/v3/file_bucket_file"),
  rule("puppetlabs file content", anyNode, ["get", "post"], "/puppet/v3/file_content"),
  rule("puppetlabs file metadata", anyNode, ["get", "post"], "/puppet/v3/file_metadata"),
  rule("puppetlabs node", ownName, ["get"], "^/puppet/v3/node/([^/]+)$", "regex"),
  rule("puppetlabs report", ownName, ["put"], "^/puppet/v3/report/([^/]+)$", "regex"),
  rule("puppetlabs facts", ownName, ["put"], "^/puppet/v3/facts/([^/]+)$", "regex"),
  rule("puppetlabs static file content", anyNode, ["get"], "/puppet/v3/static_file_content"),
  rule("puppet tasks information", anyNode, [], "/puppet/v3/tasks"),
  { ...rule("puppetlabs deny all", nobody, [], "/"), "sort-order": 999 },
];
