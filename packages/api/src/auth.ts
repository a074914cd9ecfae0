import type { IncomingMessage } from "node:http";
import { type ApiTokens, type Principal, roles } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import { type Authenticate, originOf, type Peer, type PeerIdentity } from "@gatehouse/http";

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

/** A token, or, where no Authorization is sent, a certificate that was issued to an operator. */
export function operatorAuthentication(tokens: Pick<ApiTokens, "find">, peerOf: PeerIdentity): Authenticate {
  const byToken = bearerAuthentication(tokens);
  return async (req) => {
    const holder = req.headers.authorization === undefined ? holderOf(peerOf(req)) : undefined;
    if (holder === undefined) return byToken(req);
    refuseForeignPage(req);
    return holder;
  };
}

/** The operator whose certificate it is: its profile says that it is one's, its extension with which role. */
function holderOf(peer: Peer): Principal | undefined {
  if (peer.kind !== "verified" || peer.profile !== "operator") return undefined;
  const role = roles.find((known) => known === peer.extensions["pp_auth_role"]);
  // No token's name has a colon: the audit trail tells the two apart.
  return role === undefined ? undefined : { kind: "certificate", name: `certificate:${peer.name}`, role };
}

/**
 * A browser shows its user's certificate for a page of anybody's, and says on every write where that page is from.
 * @throws forbidden
 */
function refuseForeignPage(req: IncomingMessage): void {
  const { origin } = req.headers;
  if (origin !== undefined && origin !== originOf(req))
    throw new GatehouseError("forbidden", "The call comes from a page of another origin.");
}
