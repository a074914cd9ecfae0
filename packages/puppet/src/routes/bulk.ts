import { asGatehouseError, type ErrorCodeName } from "@gatehouse/core/errors";
import type { Reply, RouteRow } from "@gatehouse/http";
import type { PuppetAuthority } from "../deps.js";
import { JSON_PLAIN, text } from "../errors.js";
import { isCertname, readCertnames } from "../wire/certnames.js";
import { member, parseJson } from "../wire/json-body.js";
import { actorOf } from "./caller.js";
import { JSON_LIMIT } from "./statuses.js";

/** Why a request may not be signed, as against that something of ours is broken. */
const REFUSALS: readonly ErrorCodeName[] = ["conflict", "request-malformed", "name-invalid", "forbidden"];

const base = { access: { who: "rules" }, bodyLimit: JSON_LIMIT, admission: "operator" } as const;

/** Many names at once: `clean`, and the two that puppetserver has from 8.4 on (wire/puppet.md section 4). */
export const bulkRoutes = (authority: PuppetAuthority): RouteRow[] => [
  {
    ...base,
    id: "puppet.ca.clean",
    method: "PUT",
    pattern: /^\/puppet-ca\/v1\/clean$/,
    handle: async (request) => {
      const json = parseJson(request.body);
      if (json === undefined || json === null || json === false) return text(400, "Request body is not JSON.");
      if (member(json, "async") === true) return text(400, "Async mode is not currently supported.");
      const certnames = member(json, "certnames") ?? null;
      if (certnames === null)
        return text(400, "Missing required key: 'certnames'. Please supply the list of certs you want to clean.");
      const read = readCertnames(certnames);
      if ("wrong" in read) return text(400, `The list of certs cannot be read: ${read.wrong}.`);
      const possible = read.names.filter(isCertname);
      const cleaned = possible.length === 0 ? { missing: [] } : await authority.clean(possible, actorOf(request));
      const absent = new Set(cleaned.missing);
      const missing = read.names.filter((name) => !isCertname(name) || absent.has(name));
      return text(200, missing.length === 0 ? "Successfully cleaned all certs." : notThere(missing));
    },
  },
  {
    ...base,
    id: "puppet.ca.sign",
    method: "POST",
    pattern: /^\/puppet-ca\/v1\/sign$/,
    handle: async (request) => {
      const certnames = member(parseJson(request.body), "certnames") ?? null;
      const read = readCertnames(certnames);
      if ("wrong" in read) return unfit(certnames, read.wrong);
      return signAll(authority, read.names, actorOf(request));
    },
  },
  {
    ...base,
    id: "puppet.ca.sign-all",
    method: "POST",
    pattern: /^\/puppet-ca\/v1\/sign\/all$/,
    handle: async (request) => {
      const waiting = await authority.statuses("requested");
      const names = waiting.map((status) => (status.state === "requested" ? status.request : status.certificate).name);
      return signAll(authority, names, actorOf(request));
    },
  },
];

/** One after the other: the signing threads are there for the agents too. */
async function signAll(authority: PuppetAuthority, names: readonly string[], by: string): Promise<Reply> {
  const outcome = { signed: [] as string[], "no-csr": [] as string[], "signing-errors": [] as string[] };
  for (const name of names) {
    if (!isCertname(name)) {
      outcome["no-csr"].push(name);
      continue;
    }
    try {
      await authority.sign(name, { by });
      outcome.signed.push(name);
    } catch (thrown) {
      const { code } = asGatehouseError(thrown);
      if (code === "not-found") outcome["no-csr"].push(name);
      else if (REFUSALS.includes(code)) outcome["signing-errors"].push(name);
      else throw thrown;
    }
  }
  return text(200, JSON.stringify(outcome), JSON_PLAIN);
}

/** The list as puppetserver prints one: `["a" "b"]`. */
const notThere = (names: readonly string[]) =>
  `The following certs do not exist and cannot be revoked: [${names.map((name) => JSON.stringify(name)).join(" ")}]`;

/** What was submitted is told back as far as it is flat: a nest of lists would have to be walked. */
function unfit(submitted: unknown, error: string): Reply {
  const flat = (value: unknown) => (typeof value === "object" ? null : value);
  const said = Array.isArray(submitted) ? submitted.slice(0, 100).map(flat) : flat(submitted);
  return text(422, JSON.stringify({ kind: "schema-violation", submitted: said, error }), JSON_PLAIN);
}
