import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import type { Reply, RouteRequest, RouteRow } from "@gatehouse/http";
import type { PuppetAuthority } from "../deps.js";
import { JSON_UTF8, PLAIN, PLAIN_UTF8, text } from "../errors.js";
import { statusJson } from "../wire/certificate-status.js";
import { CERTNAME } from "../wire/certnames.js";
import { type DesiredState, readDesiredState } from "../wire/desired-state.js";
import { isJson, negotiate } from "../wire/media.js";
import { actorOf } from "./caller.js";

/** Bytes of a JSON body. */
export const JSON_LIMIT = 1 << 20;

const states = ["requested", "signed", "revoked"] as const;
const pattern = new RegExp(`^/puppet-ca/v1/certificate_status/(?<name>${CERTNAME})$`);
const base = { pattern, access: { who: "rules" }, bodyLimit: 0, admission: "operator" } as const;

/**
 * What there is under a name, or under all, and what administrators do about it (wire/puppet.md section 4; p7-02 and
 * p7-10 for the bytes). Texts and their order are those of puppetserver: 400, then 415, 406, 404, 409.
 */
export const statusRoutes = (authority: PuppetAuthority): RouteRow[] => [
  {
    ...base,
    id: "puppet.ca.status",
    method: "GET",
    handle: (request) =>
      negotiated(request, async (type) => {
        const status = await authority.status(nameOf(request));
        return status === undefined ? text(404, "Resource not found.", type) : text(200, statusJson(status), type);
      }),
  },
  {
    ...base,
    id: "puppet.ca.status.change",
    method: "PUT",
    bodyLimit: JSON_LIMIT,
    handle: (request) => {
      const wanted = readDesiredState(nameOf(request), request.body);
      if ("wrong" in wanted) return text(400, wanted.wrong, PLAIN_UTF8);
      if (!isJson(request.headers["content-type"])) return text(415, "Unsupported media type.", PLAIN_UTF8);
      return negotiated(request, () => change(authority, request, wanted));
    },
  },
  {
    ...base,
    id: "puppet.ca.status.delete",
    method: "DELETE",
    handle: (request) =>
      negotiated(request, async (type) => {
        const name = nameOf(request);
        const by = actorOf(request);
        if (!(await authority.forget(name, by))) return text(404, "Resource not found.", type);
        request.log.info("certificate deleted", { protocol: "puppet", name, by });
        return { status: 204, headers: { "Content-Type": type } };
      }),
  },
  {
    ...base,
    id: "puppet.ca.statuses",
    method: "GET",
    pattern: /^\/puppet-ca\/v1\/certificate_statuses\/(?<key>[^/]*)$/,
    handle: (request) => {
      // The key means nothing and has to be there: the command writes `any_key`, Foreman `foreman`.
      if (request.params["key"] === "") return text(400, "Missing URL Segment", PLAIN_UTF8);
      return negotiated(request, async (type) => {
        const state = states.find((known) => known === request.query.get("state"));
        const all = await authority.statuses(state);
        return text(200, `[${all.map(statusJson).join(",")}]`, type);
      });
    },
  },
];

const nameOf = ({ params }: Pick<RouteRequest, "params">) => params["name"] ?? "";

function negotiated(request: RouteRequest, answer: (type: string) => Reply | Promise<Reply>): Reply | Promise<Reply> {
  const media = negotiate(request.headers.accept);
  if (media === undefined) return text(406, "No acceptable resource available.", PLAIN_UTF8);
  return answer(media === "application/json" ? JSON_UTF8 : media);
}

async function change(authority: PuppetAuthority, request: RouteRequest, wanted: DesiredState): Promise<Reply> {
  const name = nameOf(request);
  const by = actorOf(request);
  try {
    if (wanted.state === "revoked") await authority.revoke(name, by);
    else {
      const { ttlSeconds } = wanted;
      await authority.sign(name, { by, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) });
    }
  } catch (thrown) {
    if (asGatehouseError(thrown).code !== "not-found") throw thrown;
    if ((await authority.status(name)) === undefined) return text(404, "Invalid certificate subject.", PLAIN_UTF8);
    const [verb, what] =
      wanted.state === "revoked" ? ["revoke", "a signed certificate"] : ["sign", "a certificate request"];
    throw new GatehouseError("conflict", `Cannot ${verb} certificate for host ${name} without ${what}`, {
      cause: thrown,
    });
  }
  return { status: 204, headers: { "Content-Type": PLAIN } };
}
