import type { Bundle } from "@gatehouse/core/certificates";
import type { Reply, RouteRow } from "@gatehouse/http";
import type { PuppetAuthority } from "../deps.js";
import { JSON_PLAIN, PLAIN, PLAIN_UTF8, text } from "../errors.js";
import { puppetTime } from "../wire/certificate-status.js";
import { CERTNAME } from "../wire/certnames.js";
import { parseHttpDate } from "../wire/http-date.js";
import { actorOf } from "./caller.js";

/** Bytes: a list of a foreign issuer with some 400,000 entries. */
const CRLS_LIMIT = 16 << 20;

const rules = { who: "rules" } as const;

/**
 * The text, or 304 where it has not changed since. Agents from 8 on ask once a day, with the time of their file; a
 * date that cannot be read counts as none. To the millisecond: a list may change in the second in which it was fetched.
 */
export function sinceModified({ pem, modifiedAt }: Bundle, ifModifiedSince: string | undefined): Reply {
  const since = parseHttpDate(ifModifiedSince);
  if (since !== undefined && modifiedAt <= since) return { status: 304, headers: { "Content-Type": PLAIN } };
  return text(200, pem);
}

/** What everybody has to know of the authority, and the lists that administrators bring (wire/puppet.md section 4). */
export const bundleRoutes = (authority: PuppetAuthority): RouteRow[] => [
  {
    id: "puppet.ca.certificate",
    method: "GET",
    pattern: new RegExp(`^/puppet-ca/v1/certificate/(?<name>${CERTNAME})$`),
    access: rules,
    bodyLimit: 0,
    admission: "content",
    handle: async ({ params, headers }) => {
      const name = params["name"] ?? "";
      if (name === "ca") return sinceModified(await authority.caBundle(), headers["if-modified-since"]);
      const pem = await authority.certificate(name);
      // Every agent that waits to be signed asks again and again: the usual answer, and no error.
      return pem === undefined ? text(404, `Could not find certificate ${name}`) : text(200, pem);
    },
  },
  {
    id: "puppet.ca.crl",
    method: "GET",
    // Agents write `ca`; puppetserver takes no notice of it.
    pattern: new RegExp(`^/puppet-ca/v1/certificate_revocation_list/${CERTNAME}$`),
    access: rules,
    bodyLimit: 0,
    admission: "content",
    handle: async ({ headers }) => sinceModified(await authority.crlBundle(), headers["if-modified-since"]),
  },
  {
    id: "puppet.ca.crl.take",
    method: "PUT",
    pattern: /^\/puppet-ca\/v1\/certificate_revocation_list$/,
    access: rules,
    bodyLimit: CRLS_LIMIT,
    admission: "operator",
    handle: async (request) => {
      await authority.takeCrls(request.body.toString("latin1"), actorOf(request));
      return text(200, "Successfully updated CRLs.", PLAIN_UTF8);
    },
  },
  {
    id: "puppet.ca.expirations",
    method: "GET",
    pattern: /^\/puppet-ca\/v1\/expirations$/,
    access: rules,
    bodyLimit: 0,
    admission: "content",
    handle: async () => {
      const { certificates, crls } = await authority.expirations();
      return text(200, JSON.stringify({ "ca-certs": timesOf(certificates), crls: timesOf(crls) }), JSON_PLAIN);
    },
  },
];

const timesOf = (dates: Readonly<Record<string, Date>>) =>
  Object.fromEntries(Object.entries(dates).map(([name, date]) => [name, puppetTime(date)]));
