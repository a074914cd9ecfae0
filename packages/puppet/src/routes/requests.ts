import { asGatehouseError, type ErrorCodeName } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";
import type { PuppetAuthority } from "../deps.js";
import { PLAIN_UTF8, text } from "../errors.js";
import { CERTNAME } from "../wire/certnames.js";
import { actorOf, originatorOf } from "./caller.js";

/** Bytes: one with a key of 16,384 bits and a page of attributes has 10 kB. */
const CSR_LIMIT = 64 * 1024;

/** What the authority says of a request that it does not take; each is a 400 with its text. */
const NOT_TAKEN: readonly ErrorCodeName[] = ["conflict", "request-malformed", "name-invalid", "forbidden"];

const pattern = new RegExp(`^/puppet-ca/v1/certificate_request/(?<name>${CERTNAME})$`);
const base = { pattern, access: { who: "rules" }, admission: "submission" } as const;

/** Requests for a certificate (wire/puppet.md section 4). */
export const requestRoutes = (authority: PuppetAuthority): RouteRow[] => [
  {
    ...base,
    id: "puppet.ca.request",
    method: "GET",
    bodyLimit: 0,
    admission: "content",
    handle: async ({ params }) => {
      const name = params["name"] ?? "";
      const pem = await authority.request(name);
      return pem === undefined ? text(404, `Could not find certificate_request ${name}`) : text(200, pem);
    },
  },
  {
    ...base,
    id: "puppet.ca.request.submit",
    method: "PUT",
    bodyLimit: CSR_LIMIT,
    handle: async (request) => {
      const { params, body, log } = request;
      const name = params["name"] ?? "";
      // Under this name agents look for the authority itself.
      if (name === "ca") return text(400, "The certificate name ca is reserved.", PLAIN_UTF8);
      try {
        const taken = await authority.submit({ name, csr: body, from: originatorOf(request) });
        log.info("certificate request taken", { protocol: "puppet", name, outcome: taken });
        return text(200, "");
      } catch (thrown) {
        const { code, message, detail } = asGatehouseError(thrown);
        if (!NOT_TAKEN.includes(code)) throw thrown;
        // An agent that waits sends its request every two minutes, and goes on with the 400 (p7-01, exchange 5).
        const level = code === "conflict" ? "info" : "warn";
        log[level]("certificate request not taken", { protocol: "puppet", name, code, reason: message, detail });
        return text(400, message, PLAIN_UTF8);
      }
    },
  },
  {
    ...base,
    id: "puppet.ca.request.delete",
    method: "DELETE",
    bodyLimit: 0,
    admission: "operator",
    handle: async (request) => {
      const { params, log } = request;
      const name = params["name"] ?? "";
      const by = actorOf(request);
      if (!(await authority.deleteRequest(name, by))) return text(404, `Could not find certificate_request ${name}`);
      log.info("certificate request deleted", { protocol: "puppet", name, by });
      return { status: 204 };
    },
  },
];
