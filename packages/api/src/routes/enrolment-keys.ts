import { randomUUID } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { actorOf, bodyParser, JSON_LIMIT, json, noContent, pathPart } from "../json.js";

const parseKey = bodyParser<{ name: string; key?: string }>({
  type: "object",
  required: ["name"],
  additionalProperties: false,
  properties: {
    name: { type: "string", pattern: "^[A-Za-z0-9._-]{1,100}$" },
    key: { type: "string", maxLength: 1024 },
  },
});

/** Enrolment keys per protocol. A key's secret is in the answer that made it, and in no other. */
export function enrolmentKeyRoutes(deps: ApiDeps): RouteRow[] {
  const protocolOf = (id: string) => {
    const protocol = deps.protocols.find((known) => known.id === id);
    if (protocol === undefined)
      throw new GatehouseError("not-found", `There is no protocol ${id} with enrolment keys.`);
    return protocol;
  };
  const pattern = /^\/api\/v1\/enrolment-keys\/(?<protocol>[^/]+)$/;

  return [
    {
      id: "api.enrolment-keys.list",
      method: "GET",
      pattern,
      access: { who: "operator", role: "operator" },
      bodyLimit: 0,
      admission: "operator",
      handle: async (request) =>
        json(200, { keys: await deps.keys.list(protocolOf(pathPart(request, "protocol")).id) }),
    },
    {
      id: "api.enrolment-keys.add",
      method: "POST",
      pattern,
      access: { who: "operator", role: "admin" },
      bodyLimit: JSON_LIMIT,
      admission: "operator",
      handle: async (request) => {
        const protocol = protocolOf(pathPart(request, "protocol"));
        const { name, key } = parseKey(request.body);
        const secret = key ?? randomUUID();
        const warnings = protocol.checkEnrolmentKey(secret);
        const added = await deps.keys.add({ protocol: protocol.id, name, secret });
        await deps.audit.record({
          actor: actorOf(request),
          action: "enrolment-key.add",
          subject: added.id,
          detail: { protocol: protocol.id, name },
        });
        return json(201, { ...added, key: secret, warnings });
      },
    },
    {
      id: "api.enrolment-keys.revoke",
      method: "DELETE",
      pattern: /^\/api\/v1\/enrolment-keys\/(?<protocol>[^/]+)\/(?<key>[^/]+)$/,
      access: { who: "operator", role: "admin" },
      bodyLimit: 0,
      admission: "operator",
      handle: async (request) => {
        const protocol = protocolOf(pathPart(request, "protocol"));
        const key = pathPart(request, "key");
        if (!(await deps.keys.revoke(protocol.id, key)))
          throw new GatehouseError("not-found", "There is no active key with this name or id.");
        await deps.audit.record({
          actor: actorOf(request),
          action: "enrolment-key.revoke",
          subject: key,
          detail: { protocol: protocol.id },
        });
        return noContent;
      },
    },
  ];
}
