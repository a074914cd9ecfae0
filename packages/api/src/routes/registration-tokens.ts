import { GatehouseError } from "@gatehouse/core/errors";
import {
  MadeRegistrationToken,
  NewRegistrationToken,
  RegistrationTokenList,
  RevokedRegistrationToken,
} from "../models/agent-access.js";
import { created, json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { dateOf } from "../operation/parameters.js";
import { newRegistrationSecret, registrationSecretOf } from "../registration-secret.js";

export const listRegistrationTokens = operation({
  id: "api.enrolment.tokens.list",
  method: "GET",
  path: "/enrolment/tokens",
  parts: {},
  summary: "What GLPI agents register with, never the secrets",
  role: "operator",
  answers: { 200: json("The tokens, expired and revoked ones too.", RegistrationTokenList) },
  handle:
    ({ registrationTokens }) =>
    async () =>
      ok({ tokens: await registrationTokens.list() }),
});

/** A token's secret is in the answer that made it, and in no other. */
export const createRegistrationToken = operation({
  id: "api.enrolment.tokens.create",
  method: "POST",
  path: "/enrolment/tokens",
  parts: {},
  summary: "Make a token that GLPI agents register with",
  role: "admin",
  body: NewRegistrationToken,
  answers: { 201: json("The token with its secret.", MadeRegistrationToken) },
  refusals: [409],
  handle:
    ({ registrationTokens, audit, clock }) =>
    async ({ body, actor }) => {
      const { name, tag = null, agent: said, mostUses = null, secret: given = newRegistrationSecret() } = body;
      const expiresAt = body.expiresAt === undefined ? null : dateOf("expiresAt", body.expiresAt);
      if (expiresAt !== null && expiresAt <= clock.now())
        throw new GatehouseError("request-malformed", "expiresAt is no time to come.");
      const about = { name, tag, agent: said?.toLowerCase() ?? null, mostUses, expiresAt };
      const made = await registrationTokens.add({ ...about, secret: registrationSecretOf(given) }, actor);
      await audit.record({ actor, action: "registration-token.create", subject: made.id, detail: about });
      return created({ ...made, secret: given.trim().toLowerCase() });
    },
});

export const revokeRegistrationToken = operation({
  id: "api.enrolment.tokens.revoke",
  method: "DELETE",
  path: "/enrolment/tokens/{token}",
  parts: { token: "Name or id." },
  summary: "End a token now, with all keys that were given for it",
  role: "admin",
  answers: { 200: json("The token, and how many keys went with it.", RevokedRegistrationToken) },
  handle:
    ({ registrationTokens, audit }) =>
    async ({ path, actor }) => {
      const revoked = await registrationTokens.revoke(path.token);
      if (revoked === undefined)
        throw new GatehouseError("not-found", "There is no active token with this name or id.");
      const { token, keys } = revoked;
      await audit.record({
        ...{ actor, action: "registration-token.revoke", subject: token.id },
        detail: { name: token.name, keys },
      });
      return ok(revoked);
    },
});
