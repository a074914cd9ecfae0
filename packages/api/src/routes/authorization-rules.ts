import { GatehouseError } from "@gatehouse/core/errors";
import { checkAuthorizationRule, refuseConfigured } from "../authorization.js";
import type { ApiDeps } from "../deps.js";
import {
  AuthorizationRuleList,
  CallDecision,
  CallToExplain,
  NewAuthorizationRule,
  StoredAuthorizationRule,
} from "../models/authorization-rule.js";
import { done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

const RULE_PART = "The rule's name.";

export const listAuthorizationRules = operation({
  id: "api.authorization-rules.list",
  method: "GET",
  path: "/authorization-rules",
  parts: {},
  summary: "Who may call what of an agent's protocol, in the order in which the rules are asked",
  role: "operator",
  answers: { 200: json("Default ones, those of the configuration, and those that are kept.", AuthorizationRuleList) },
  handle:
    ({ authorization }) =>
    async () =>
      ok({ rules: await authorization.rules() }),
});

export const putAuthorizationRule = operation({
  id: "api.authorization-rules.put",
  method: "PUT",
  path: "/authorization-rules/{name}",
  parts: { name: RULE_PART },
  summary: "Add a rule, or put it in the place of the one of its name",
  description: "One with the name of a default rule takes that one's place. Every gateway decides by it within 5 s.",
  role: "admin",
  body: NewAuthorizationRule,
  answers: { 200: json("The rule as it is kept.", StoredAuthorizationRule) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path: { name }, body: { protocol, spec }, actor }) => {
      await checkAuthorizationRule(deps, { name, protocol, spec });
      const before = await keptSpec(deps, name);
      const after = await deps.authorization.put({ name, protocol, spec }, actor);
      const detail = { protocol, before, after: after.spec };
      await deps.audit.record({ actor, action: "authorization-rule.put", subject: name, detail });
      return ok(after);
    },
});

export const removeAuthorizationRule = operation({
  id: "api.authorization-rules.remove",
  method: "DELETE",
  path: "/authorization-rules/{name}",
  parts: { name: RULE_PART },
  summary: "Take a rule away; a default one whose place it had is asked again",
  role: "admin",
  answers: { 204: nothing("It is gone.") },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path: { name }, actor }) => {
      const before = await keptSpec(deps, name);
      if (!(await deps.authorization.remove(name))) {
        await refuseConfigured(deps.authorization, name);
        throw new GatehouseError("not-found", "No rule of this name is kept; default ones can only be replaced.");
      }
      await deps.audit.record({ actor, action: "authorization-rule.remove", subject: name, detail: { before } });
      return done;
    },
});

export const explainCall = operation({
  id: "api.authorization-rules.explain",
  method: "POST",
  path: "/authorization-rules/explain",
  parts: {},
  summary: "What would be decided of a call, and by which rule; nothing is called",
  role: "operator",
  body: CallToExplain,
  answers: { 200: json("The decision.", CallDecision) },
  handle:
    ({ authorization }) =>
    async ({ body }) =>
      ok(await authorization.explain(body)),
});

async function keptSpec({ authorization }: Pick<ApiDeps, "authorization">, name: string) {
  return (await authorization.list()).find((rule) => rule.name === name)?.spec ?? null;
}
