import { AgentKey, AgentKeyPage, AskedRenewal } from "../models/agent-access.js";
import { given, page } from "../models/common.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional } from "../operation/parameters.js";
import { text } from "../operation/schema.js";
import { gone } from "../resolve.js";

const KEY_PART = "The key's id.";
const THING = "active key";

export const listAgentKeys = operation({
  id: "api.enrolment.agent-keys.list",
  method: "GET",
  path: "/enrolment/agent-keys",
  parts: {},
  summary: "The keys that agents and proxies got when they registered, never their bytes",
  role: "operator",
  query: { ...page(500), agent: optional("Only those of this agentid.", text({ minLength: 1, maxLength: 255 })) },
  answers: { 200: json("By owner and age.", AgentKeyPage) },
  handle:
    ({ agentKeys }) =>
    async ({ query: { limit, after, agent } }) =>
      ok(await agentKeys.list({ limit, ...given({ after, owner: agent?.toLowerCase() }) })),
});

export const revokeAgentKey = operation({
  id: "api.enrolment.agent-keys.revoke",
  method: "DELETE",
  path: "/enrolment/agent-keys/{key}",
  parts: { key: KEY_PART },
  summary: "Take nothing more that is encrypted with a key; its owner may register anew",
  role: "admin",
  answers: { 200: json("The key.", AgentKey) },
  handle:
    ({ agentKeys, audit }) =>
    async ({ path, actor }) => {
      const revoked = await agentKeys.revoke(path.key);
      if (revoked === undefined) throw gone(THING);
      const { id, owner, token } = revoked;
      await audit.record({ actor, action: "agent-key.revoke", subject: id, detail: { owner, token } });
      return ok(revoked);
    },
});

export const renewAgentKey = operation({
  id: "api.enrolment.agent-keys.renew",
  method: "POST",
  path: "/enrolment/agent-keys/{key}/renew",
  parts: { key: KEY_PART },
  summary: "Ask a key's owner to register anew; it is told so when it calls next",
  role: "admin",
  answers: { 200: json("Who is asked.", AskedRenewal) },
  handle:
    ({ agentKeys, audit }) =>
    async ({ path, actor }) => {
      const key = await agentKeys.find(path.key);
      if (key === undefined || key.revokedAt !== null) throw gone(THING);
      const { id, owner } = key;
      const keys = await agentKeys.askRenewal(owner);
      // The last one came to its end: nobody will ask with it.
      if (keys === 0) throw gone(THING);
      await audit.record({ actor, action: "agent-key.renew", subject: id, detail: { owner } });
      return ok({ owner, keys });
    },
});
