import { randomBytes } from "node:crypto";
import { loginFault, loginKinds } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { AgentLoginList, MadeAgentLogin, NewAgentLogin } from "../models/agent-access.js";
import { created, done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

/** Bytes that become 32 characters. */
const SECRET_BYTES = 24;

export const listAgentLogins = operation({
  id: "api.enrolment.logins.list",
  method: "GET",
  path: "/enrolment/logins",
  parts: {},
  summary: "What inventory agents prove themselves with by Basic and OAuth2, never the secrets",
  role: "operator",
  answers: { 200: json("The logins, revoked ones too.", AgentLoginList) },
  handle:
    ({ logins }) =>
    async () =>
      ok({ logins: await logins.list() }),
});

/** A login's secret is in the answer that made it, and in no other. */
export const addAgentLogin = operation({
  id: "api.enrolment.logins.add",
  method: "POST",
  path: "/enrolment/logins",
  parts: {},
  summary: "Add a login for inventory agents",
  role: "admin",
  body: NewAgentLogin,
  answers: { 201: json("The login with its secret.", MadeAgentLogin) },
  refusals: [409],
  handle:
    ({ logins, audit }) =>
    async ({
      body: { kind, name, agent: said = null, secret = randomBytes(SECRET_BYTES).toString("base64url") },
      actor,
    }) => {
      const agent = said?.trim().toLowerCase() ?? null;
      const login = { kind, name, agent, secret };
      const fault = loginFault(login);
      if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
      const added = await logins.add(login, actor);
      await audit.record({ actor, action: "agent-login.add", subject: added.id, detail: { kind, name, agent } });
      return created({ ...added, secret });
    },
});

export const revokeAgentLogin = operation({
  id: "api.enrolment.logins.revoke",
  method: "DELETE",
  path: "/enrolment/logins/{kind}/{login}",
  parts: { kind: `One of ${loginKinds.join(", ")}.`, login: "Name or id." },
  summary: "Take nothing more that is proved by a login; nodes stay",
  role: "admin",
  answers: { 204: nothing("It is revoked.") },
  handle:
    ({ logins, audit }) =>
    async ({ path: { kind: said, login }, actor }) => {
      const kind = loginKinds.find((known) => known === said);
      const revoked = kind && (await logins.revoke(kind, login));
      if (revoked === undefined)
        throw new GatehouseError("not-found", "There is no active login of this kind with this name or id.");
      const { id, name, agent } = revoked;
      await audit.record({ actor, action: "agent-login.revoke", subject: id, detail: { kind, name, agent } });
      return done;
    },
});
