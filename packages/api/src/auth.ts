import type { ApiTokens } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Authenticate } from "@gatehouse/http";

/** Operators prove themselves with `Authorization: Bearer TOKEN`. */
export function bearerAuthentication(tokens: Pick<ApiTokens, "find">): Authenticate {
  return async (req) => {
    const [, secret] = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(req.headers.authorization ?? "") ?? [];
    if (secret === undefined)
      throw new GatehouseError("unauthenticated", "A token is needed: Authorization: Bearer TOKEN.");
    const token = await tokens.find(secret);
    if (token === undefined) throw new GatehouseError("unauthenticated", "The token is unknown, expired or revoked.");
    return { kind: "token", name: token.name, role: token.role };
  };
}
