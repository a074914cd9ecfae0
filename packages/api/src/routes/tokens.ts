import { randomBytes } from "node:crypto";
import { type Role, roles } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { actorOf, bodyParser, JSON_LIMIT, json, noContent, pathPart } from "../json.js";

const parseToken = bodyParser<{ name: string; role: Role; expiresAt?: string }>({
  type: "object",
  required: ["name", "role"],
  additionalProperties: false,
  properties: {
    name: { type: "string", pattern: "^[A-Za-z0-9._-]{1,100}$" },
    role: { enum: roles },
    expiresAt: { type: "string", format: "date-time" },
  },
});

/** A new token: 256 random bits, marked so that secret scanners and people know it. */
export const newToken = (): string => `gth_${randomBytes(32).toString("base64url")}`;

/** The operators' tokens. A token's secret is in the answer that made it, and in no other. */
export function tokenRoutes(deps: ApiDeps): RouteRow[] {
  const base = { access: { who: "operator", role: "admin" }, admission: "operator" } as const;
  return [
    {
      ...base,
      id: "api.tokens.list",
      method: "GET",
      pattern: /^\/api\/v1\/tokens$/,
      bodyLimit: 0,
      handle: async () => json(200, { tokens: await deps.tokens.list() }),
    },
    {
      ...base,
      id: "api.tokens.create",
      method: "POST",
      pattern: /^\/api\/v1\/tokens$/,
      bodyLimit: JSON_LIMIT,
      handle: async (request) => {
        const { name, role, expiresAt } = parseToken(request.body);
        const expires = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
        // A leap second passes as a date-time and is none to JavaScript.
        if (expires.expiresAt !== undefined && !(expires.expiresAt > deps.clock.now())) {
          throw new GatehouseError("request-malformed", "expiresAt is no time to come.");
        }
        const secret = newToken();
        const token = await deps.tokens.add({ name, role, secret, ...expires });
        await deps.audit.record({
          actor: actorOf(request),
          action: "token.create",
          subject: token.id,
          detail: { name, role },
        });
        return json(201, { ...token, token: secret });
      },
    },
    {
      ...base,
      id: "api.tokens.revoke",
      method: "DELETE",
      pattern: /^\/api\/v1\/tokens\/(?<token>[^/]+)$/,
      bodyLimit: 0,
      handle: async (request) => {
        const token = pathPart(request, "token");
        if (!(await deps.tokens.revoke(token)))
          throw new GatehouseError("not-found", "There is no active token with this name or id.");
        await deps.audit.record({ actor: actorOf(request), action: "token.revoke", subject: token });
        return noContent;
      },
    },
  ];
}
