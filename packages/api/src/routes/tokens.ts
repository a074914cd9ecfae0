import { randomBytes } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import { MadeToken, NewToken, TokenList } from "../models/access.js";
import { given } from "../models/common.js";
import { created, done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { dateOf } from "../operation/parameters.js";

/** A new token: 256 random bits, marked so that secret scanners and people know it. */
export const newToken = (): string => `gth_${randomBytes(32).toString("base64url")}`;

export const listTokens = operation({
  id: "api.tokens.list",
  method: "GET",
  path: "/tokens",
  parts: {},
  summary: "The operators' tokens, never their texts",
  role: "admin",
  answers: { 200: json("The tokens, expired and revoked ones too.", TokenList) },
  handle:
    ({ tokens }) =>
    async () =>
      ok({ tokens: await tokens.list() }),
});

/** A token's secret is in the answer that made it, and in no other. */
export const createToken = operation({
  id: "api.tokens.create",
  method: "POST",
  path: "/tokens",
  parts: {},
  summary: "Make a token",
  role: "admin",
  body: NewToken,
  answers: { 201: json("The token with its text.", MadeToken) },
  refusals: [409],
  handle:
    ({ tokens, audit, clock }) =>
    async ({ body: { name, role, expiresAt: ends }, actor }) => {
      const expiresAt = ends === undefined ? undefined : dateOf("expiresAt", ends);
      if (expiresAt !== undefined && expiresAt <= clock.now())
        throw new GatehouseError("request-malformed", "expiresAt is no time to come.");
      const secret = newToken();
      const token = await tokens.add({ name, role, secret, ...given({ expiresAt }) });
      await audit.record({ actor, action: "token.create", subject: token.id, detail: { name, role } });
      return created({ ...token, token: secret });
    },
});

export const revokeToken = operation({
  id: "api.tokens.revoke",
  method: "DELETE",
  path: "/tokens/{token}",
  parts: { token: "Name or id." },
  summary: "End a token now",
  role: "admin",
  answers: { 204: nothing("It is revoked.") },
  handle:
    ({ tokens, audit }) =>
    async ({ path: { token }, actor }) => {
      if (!(await tokens.revoke(token)))
        throw new GatehouseError("not-found", "There is no active token with this name or id.");
      await audit.record({ actor, action: "token.revoke", subject: token });
      return done;
    },
});
