import { factsOf, type Outcome, reportOf } from "@gatehouse/simulator";
import type { RequestShape } from "../load/types.js";

/** Who asks. */
export const CERTNAME = "agent.bench.example";
export const ENVIRONMENT = "production";

// Without Accept-Encoding: puppetserver would spend its time on compressing, which the gateway never does.
const HEADERS = {
  "X-Puppet-Version": "7.23.0",
  "User-Agent": "Puppet/7.23.0 Ruby/3.1.2-p20 (x86_64-linux-gnu)",
  Accept: "application/json, text/pson",
};
const NOW = new Date("2026-11-21T10:00:00Z");
const FILE = "links=manage&checksum_type=sha256&source_permissions=ignore&environment=production";
const TREE =
  "recurse=true&max_files=-1&ignore=.svn&ignore=CVS&ignore=.git&ignore=.hg&links=follow&checksum_type=sha256&source_permissions=ignore&environment=production";

const get = (path: string, accept = HEADERS.Accept): RequestShape => ({
  method: "GET",
  path: `/puppet/v3/${path}`,
  headers: { ...HEADERS, Accept: accept },
  body: "",
});

export const nodeRequest = get(
  `node/${CERTNAME}?environment=production&configured_environment=production&transaction_uuid={job}`,
);
export const fileMetadata = get(`file_metadata/modules/bench/page.html?${FILE}`);
export const fileMetadatas = get(`file_metadatas/modules/bench/tree?${TREE}`);
export const fileContent = get(
  "file_content/modules/bench/page.html?environment=production",
  "application/octet-stream",
);
export const pluginsync = get(`file_metadatas/plugins?${TREE}`);

const saidBy = (certname: string) => factsOf({ certname, version: "7.23.0", runs: 0, now: NOW, noop: false });
const facts = saidBy(CERTNAME);

/** What the node's parameters come from. */
export const putFacts: RequestShape = {
  method: "PUT",
  path: `/puppet/v3/facts/${CERTNAME}?environment=production`,
  headers: { ...HEADERS, "Content-Type": "application/json" },
  body: JSON.stringify(facts),
};

/** The catalog, each time in a run of its own. @param more facts that the agent says besides */
export function catalogRequest(more: Readonly<Record<string, string>> = {}, certname = CERTNAME): RequestShape {
  const own = saidBy(certname);
  const said = { ...own, values: { ...own.values, ...more } };
  const fields = {
    facts_format: "application/json",
    facts: encodeURIComponent(JSON.stringify(said)),
    environment: ENVIRONMENT,
    configured_environment: ENVIRONMENT,
    check_environment: "true",
    transaction_uuid: "TRANSACTION",
    job_uuid: "",
    static_catalog: "true",
    checksum_type: "sha256.sha384.sha512.sha224.md5",
  };
  const body = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return {
    method: "POST",
    path: `/puppet/v3/catalog/${certname}?environment=production`,
    headers: {
      ...HEADERS,
      Accept: "application/vnd.puppet.rich+json, application/json, text/pson",
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: body.join("&").replace("TRANSACTION", "{job}"),
  };
}

/** A report with one changed resource in ten, each of a run of its own. */
export function putReport(resources: number): RequestShape {
  const outcomes = Array.from({ length: resources }, (_, i): Outcome => {
    const title = `/etc/bench/file-${i}`;
    return {
      resource: { type: "File", title, kind: "compilable_type", tags: ["file", "class", "bench"] },
      status: i % 10 === 0 ? "changed" : "unchanged",
      files: 0,
    };
  });
  const report = reportOf({
    certname: CERTNAME,
    version: "7.23.0",
    server: "localhost",
    environment: ENVIRONMENT,
    transactionUuid: "{job}",
    noop: false,
    started: NOW,
    ended: new Date(NOW.getTime() + 5_000),
    catalog: { environment: ENVIRONMENT, version: 1_795_203_548, resources: [] },
    outcomes,
    errors: [],
  });
  return {
    method: "PUT",
    path: `/puppet/v3/report/${CERTNAME}?environment=production`,
    headers: { ...HEADERS, "Content-Type": "application/json" },
    body: JSON.stringify(report),
  };
}
