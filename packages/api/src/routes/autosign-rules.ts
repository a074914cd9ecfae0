import { createHash, randomBytes } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import { ruleView, writtenRule } from "../autosign.js";
import { shownExtensions } from "../certificates.js";
import type { ApiDeps } from "../deps.js";
import {
  AutosignRuleList,
  MadeAutosignRule,
  NewAutosignRule,
  RequestFindings,
  RequestToTest,
} from "../models/autosign-rule.js";
import { done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

const RULE_PART = "The rule's name.";

export const listAutosignRules = operation({
  id: "api.autosign-rules.list",
  method: "GET",
  path: "/autosign-rules",
  parts: {},
  summary: "The rules by which requests are signed without a person, in the order in which they are asked",
  role: "viewer",
  answers: { 200: json("Those of the configuration, then those that are kept.", AutosignRuleList) },
  handle:
    ({ autosign }) =>
    async () => {
      const [stored, uses] = await Promise.all([autosign.list(), autosign.uses()]);
      const configured = autosign.configured().map((rule) => ruleView(rule, uses));
      return ok({ rules: [...configured, ...stored.map(({ rule, ...kept }) => ruleView(rule, uses, kept))] });
    },
});

/** A token's secret is in the answer that made it, and in no other. */
export const putAutosignRule = operation({
  id: "api.autosign-rules.put",
  method: "PUT",
  path: "/autosign-rules/{name}",
  parts: { name: RULE_PART },
  summary: "Add a rule, or put it in the place of the one of its name",
  description:
    "A rule of kind `executable` runs a program on the gateway: it can be written into the configuration, and not here.",
  role: "admin",
  body: NewAutosignRule,
  answers: { 200: json("The rule, with the secret that was made for it.", MadeAutosignRule) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path: { name }, body, actor }) => {
      refuseConfigured(deps, name);
      if (body.kind === "executable")
        throw new GatehouseError(
          "forbidden",
          "A rule of kind executable runs a program on the gateway: it can only stand in the gateway's configuration.",
        );
      const secret = body.kind === "token" && body.sha256 === undefined ? randomBytes(24).toString("base64url") : null;
      const sha256 = secret === null ? {} : { sha256: createHash("sha256").update(secret).digest("hex") };
      const rule = writtenRule({ ...body, ...sha256, name }, body.kind, deps);
      const before = await storedView(deps, name);
      const { createdAt, createdBy } = await deps.autosign.put(rule, actor);
      const after = ruleView(rule, await deps.autosign.uses(), { createdAt, createdBy });
      await deps.audit.record({ actor, action: "ca.policy.put", subject: name, detail: { before, after } });
      return ok({ ...after, secret });
    },
});

export const removeAutosignRule = operation({
  id: "api.autosign-rules.remove",
  method: "DELETE",
  path: "/autosign-rules/{name}",
  parts: { name: RULE_PART },
  summary: "Take a rule away; what it signed stays signed",
  role: "admin",
  answers: { 204: nothing("It is gone.") },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path: { name }, actor }) => {
      refuseConfigured(deps, name);
      const before = await storedView(deps, name);
      if (before === null || !(await deps.autosign.remove(name)))
        throw new GatehouseError("not-found", "There is no rule of this name.");
      await deps.audit.record({ actor, action: "ca.policy.remove", subject: name, detail: { before } });
      return done;
    },
});

export const testRequest = operation({
  id: "api.autosign-rules.test",
  method: "POST",
  path: "/autosign-rules/test",
  parts: {},
  summary: "What would become of a request for a certificate, and why; nothing is stored",
  description: "Programs are not asked, and no token is used.",
  role: "operator",
  body: RequestToTest,
  answers: { 200: json("What was found.", RequestFindings) },
  handle:
    ({ authority }) =>
    async ({ body: { csr, profile = "puppet" } }) => {
      const found = await authority.of(profile).test(Buffer.from(csr));
      return ok({ ...found, extensions: shownExtensions(found.extensions) });
    },
});

function refuseConfigured({ autosign }: Pick<ApiDeps, "autosign">, name: string): void {
  if (!autosign.configured().some((rule) => rule.name === name)) return;
  throw new GatehouseError("conflict", "The rule of this name stands in the gateway's configuration: change it there.");
}

async function storedView({ autosign }: Pick<ApiDeps, "autosign">, name: string) {
  const found = (await autosign.list()).find(({ rule }) => rule.name === name);
  return found === undefined ? null : ruleView(found.rule, await autosign.uses(), found);
}
