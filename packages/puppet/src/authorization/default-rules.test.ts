import type { Peer } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { admin, nobody, stranger, verified } from "../puppet.test.helper.js";
import { createAuthorization } from "./authorization.js";
import { defaultRules } from "./default-rules.js";

const own = verified("web01.example.org");
/** Everybody that a rule may tell apart; only the last three are nodes of Puppet's. */
const callers: Readonly<Record<string, Peer>> = {
  nobody,
  stranger,
  inventory: verified("web01.example.org", { pp_cli_auth: "true" }, "inventory"),
  operator: verified("web01.example.org", { pp_cli_auth: "true" }, "operator"),
  server: verified("web01.example.org", { pp_cli_auth: "true" }, "server"),
  own,
  other: verified("web02.example.org", { pp_cli_auth: "false", pp_role: "true" }),
  admin,
};
const may = {
  anyone: Object.keys(callers),
  node: ["own", "other", "admin"],
  own: ["own"],
  admin: ["admin"],
  nobody: [],
} as const;

const { explain, authorize } = createAuthorization({ authorization: { rules: [] } });
const ca = "/puppet-ca/v1";
const v3 = "/puppet/v3";
const web01 = "web01.example.org";

/** Section 5 of the wire note, line by line, with the rule that is to decide. */
const table: readonly (readonly [keyof typeof may, string, string, string])[] = [
  ["own", "GET", `${v3}/catalog/${web01}`, "puppetlabs v3 catalog from agents"],
  ["own", "POST", `${v3}/catalog/${web01}`, "puppetlabs v3 catalog from agents"],
  ["nobody", "PUT", `${v3}/catalog/${web01}`, "puppetlabs deny all"],
  ["nobody", "GET", `${v3}/catalog/`, "puppetlabs deny all"],
  ["nobody", "GET", `${v3}/catalog/${web01}/`, "puppetlabs deny all"],
  ["nobody", "GET", `${v3}//catalog/${web01}`, "puppetlabs deny all"],
  ["own", "GET", `${v3}/node/${web01}`, "puppetlabs node"],
  ["nobody", "POST", `${v3}/node/${web01}`, "puppetlabs deny all"],
  ...["node", "report", "facts"].flatMap((kind) =>
    ["GET", "PUT"].map((method) => ["nobody", method, `${v3}/${kind}/${web01}/x`, "puppetlabs deny all"] as const),
  ),
  ["own", "PUT", `${v3}/report/${web01}`, "puppetlabs report"],
  ["nobody", "GET", `${v3}/report/${web01}`, "puppetlabs deny all"],
  ["own", "PUT", `${v3}/facts/${web01}`, "puppetlabs facts"],
  ["nobody", "GET", `${v3}/facts/${web01}`, "puppetlabs deny all"],
  ["node", "GET", `${v3}/environments`, "puppetlabs environments"],
  ["node", "GET", `${v3}/file_content/modules/a/b`, "puppetlabs file content"],
  ["nobody", "PUT", `${v3}/file_content/modules/a/b`, "puppetlabs deny all"],
  ["node", "GET", `${v3}/file_metadata/modules/a/b`, "puppetlabs file metadata"],
  ["node", "GET", `${v3}/file_metadatas/plugins`, "puppetlabs file metadata"],
  ["node", "HEAD", `${v3}/file_bucket_file/sha256/0//etc/motd`, "puppetlabs file bucket file"],
  ["node", "GET", `${v3}/file_bucket_file/sha256/0`, "puppetlabs file bucket file"],
  ["node", "PUT", `${v3}/file_bucket_file/sha256/0`, "puppetlabs file bucket file"],
  ["nobody", "DELETE", `${v3}/file_bucket_file/sha256/0`, "puppetlabs deny all"],
  ["node", "GET", `${v3}/static_file_content/modules/a/files/b`, "puppetlabs static file content"],
  ["node", "GET", `${v3}/tasks`, "puppet tasks information"],
  ["node", "GET", `${v3}/tasks/a/b`, "puppet tasks information"],
  ["nobody", "GET", `${v3}/plans`, "puppetlabs deny all"],
  ["nobody", "GET", `${v3}/environment_classes`, "puppetlabs deny all"],
  ["nobody", "GET", `${v3}/environment_modules`, "puppetlabs deny all"],
  ["nobody", "GET", `${v3}/environment_transports`, "puppetlabs deny all"],
  ["nobody", "POST", `${v3}/compile`, "puppetlabs deny all"],
  ["nobody", "GET", `${v3}/resource_type/x`, "puppetlabs deny all"],
  ["nobody", "POST", "/puppet/v4/catalog", "puppetlabs v4 catalog for services"],
  ["nobody", "POST", "/puppet/v4/catalog/", "puppetlabs v4 catalog for services"],
  ["nobody", "GET", "/puppet", "puppetlabs deny all"],
  ["anyone", "GET", `${ca}/certificate/ca`, "puppetlabs certificate"],
  ["anyone", "GET", `${ca}/certificate/${web01}`, "puppetlabs certificate"],
  ["nobody", "PUT", `${ca}/certificate/${web01}`, "puppetlabs deny all"],
  ["nobody", "GET", `${ca}/certificate`, "puppetlabs deny all"],
  ["anyone", "GET", `${ca}/certificate_revocation_list/ca`, "puppetlabs crl"],
  ["nobody", "GET", `${ca}/certificate_revocation_list/x`, "puppetlabs deny all"],
  ["admin", "PUT", `${ca}/certificate_revocation_list`, "puppetlabs CRL update"],
  ["nobody", "PUT", `${ca}/certificate_revocation_list/ca`, "puppetlabs deny all"],
  ["anyone", "GET", `${ca}/certificate_request/${web01}`, "puppetlabs csr"],
  ["anyone", "PUT", `${ca}/certificate_request/${web01}`, "puppetlabs csr"],
  ["nobody", "DELETE", `${ca}/certificate_request/${web01}`, "puppetlabs deny all"],
  ["admin", "GET", `${ca}/certificate_status/${web01}`, "puppetlabs cert status"],
  ["admin", "PUT", `${ca}/certificate_status/${web01}`, "puppetlabs cert status"],
  ["admin", "DELETE", `${ca}/certificate_status/${web01}`, "puppetlabs cert status"],
  ["nobody", "POST", `${ca}/certificate_status/${web01}`, "puppetlabs deny all"],
  ["admin", "GET", `${ca}/certificate_statuses/any_key`, "puppetlabs cert status"],
  ["admin", "PUT", `${ca}/clean`, "puppetlabs cert clean"],
  ["admin", "POST", `${ca}/sign`, "puppetlabs cert sign"],
  ["admin", "POST", `${ca}/sign/all`, "puppetlabs cert sign"],
  ["nobody", "GET", `${ca}/sign`, "puppetlabs deny all"],
  ["node", "GET", `${ca}/expirations`, "puppetlabs CA cert and CRL expirations"],
  ["node", "POST", `${ca}/certificate_renewal`, "puppetlabs certificate renewal"],
  ["nobody", "GET", `${ca}/certificate_renewal`, "puppetlabs deny all"],
  ["nobody", "GET", ca, "puppetlabs deny all"],
  ["nobody", "GET", "/puppet-ca", "puppetlabs deny all"],
  ["anyone", "GET", "/status/v1/simple", "puppetlabs status service - simple"],
  ["anyone", "GET", "/status/v1/simple/ca", "puppetlabs status service - simple"],
  ["anyone", "GET", "/status/v1/services", "puppetlabs status service - full"],
  ["nobody", "GET", "/status/v1", "puppetlabs deny all"],
  ["nobody", "DELETE", "/puppet-admin-api/v1/environment-cache", "puppetlabs deny all"],
  ["nobody", "DELETE", "/puppet-admin-api/v1/jruby-pool", "puppetlabs deny all"],
  ["nobody", "GET", "/puppet-admin-api/v1", "puppetlabs deny all"],
];

describe("the default rules", () => {
  it.each(table)("%s may %s %s", (who, method, path, rule) => {
    const allowed = Object.entries(callers).filter(
      ([, peer]) => explain({ method, path, query: "environment=production", peer }).allowed,
    );
    expect(allowed.map(([name]) => name)).toEqual(may[who]);
    for (const peer of Object.values(callers)) expect(explain({ method, path, query: "", peer }).rule).toBe(rule);
  });

  it("are each decisive somewhere, but for what another covers as in puppetserver's own file", () => {
    const decisive = new Set(table.map(([, , , rule]) => rule));
    const covered = ["puppetlabs cert statuses", "puppetlabs cert sign all"];
    expect(defaultRules.map(({ name }) => name).filter((name) => !decisive.has(name))).toEqual(covered);
  });

  it("refuse with puppetserver's text, and say in the log which rule did", () => {
    const call = { method: "DELETE", path: `${ca}/certificate_request/x`, query: "", peer: own };
    expect(() => authorize(call)).toThrow(
      expect.objectContaining({
        code: "forbidden",
        status: 403,
        message: `Forbidden request: ${ca}/certificate_request/x (method :delete). Please see the server logs for details.`,
        detail: 'rule "puppetlabs deny all": web01.example.org is denied by *',
      }),
    );
    expect(() => authorize({ ...call, method: "GET" })).not.toThrow();
  });

  it("say of each caller why it may not", () => {
    const why = (peer: Peer) => explain({ method: "GET", path: `${v3}/catalog/web02`, query: "", peer }).why;
    expect(why(nobody)).toBe("the caller has no certificate");
    expect(why(stranger)).toBe("the caller's certificate counts for nothing: no issuer of ours");
    expect(why(verified("web02", {}, "inventory"))).toBe("the certificate of web02 is one of profile inventory");
    expect(why(own)).toBe("web01.example.org is not among those that are allowed");
    expect(why(verified("web02"))).toBe("web02 is allowed by $1");
    expect(explain({ method: "GET", path: "/status/v1/simple", query: "", peer: nobody }).why).toBe(
      "no certificate is needed",
    );
  });
});
