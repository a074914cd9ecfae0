import { createHash } from "node:crypto";
import { type AutosignRule, autosignRuleSchemas } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { isSecretExtension } from "../../certificates.js";
import type { ApiDeps } from "../../deps.js";
import type { JsonSchema } from "../../operation/schema.js";
import { differences } from "../differences.js";
import {
  type Document,
  type DocumentKind,
  type FieldChange,
  type Given,
  type SecretSource,
  secretOf,
  secretSchema,
} from "../kind.js";

/** A rule of kind executable runs a program on the gateway: it stands in its configuration only. */
const KINDS = ["all", "name", "glob", "token", "extension"] as const;

type Spec = Readonly<Record<string, unknown>> & { readonly kind: AutosignRule["kind"]; readonly secret?: SecretSource };

/** Requests for certificates that are signed without a person. */
export function autosignRuleKind(autosign: Pick<ApiDeps["autosign"], "configured" | "check">): DocumentKind {
  return {
    kind: "AutosignRule",
    description: "Which requests for certificates are signed without a person; new rules are asked last.",
    name: autosignRuleSchemas.all.properties.name as JsonSchema,
    spec: { by: "kind", schemas: Object.fromEntries(KINDS.map((kind) => [kind, specSchema(kind)])) },
    secrets: ["secret"],

    check(document, given) {
      const spec = document.spec as Spec;
      if (autosign.configured().some(({ name }) => name === document.name))
        return fault("/name", "The rule of this name stands in the gateway's configuration: change it there.");
      if (spec.kind === "token" && (spec.secret === undefined) === (spec["sha256"] === undefined))
        return fault(
          "/spec",
          "A token is told by its secret (`{file: PATH}` or `{env: NAME}`) or by the secret's sha256.",
        );
      if (spec.kind === "extension" && isSecretExtension(String(spec["extension"])))
        return fault(
          "/spec/value",
          "A secret in the wrong place: a pre-shared key is told by a rule of kind token, whose secret comes from a file or the environment.",
        );
      try {
        autosign.check(ruleOf(document, given));
        return {};
      } catch (thrown) {
        if (!(thrown instanceof GatehouseError)) throw thrown;
        return fault("/spec", thrown.message);
      }
    },

    async open({ ports, given, actor }) {
      const stored = new Map((await ports.autosign.list()).map(({ rule }) => [rule.name, rule]));
      return {
        async compare(document) {
          const before = stored.get(document.name);
          if (before === undefined) return undefined;
          return differences(whole(before), whole(ruleOf(document, given))).map(shownChange(before));
        },

        async change(put, remove) {
          for (const { name } of remove) await ports.autosign.remove(name);
          for (const document of put) await ports.autosign.put(ruleOf(document, given), actor);
        },

        async identities() {
          const now = await ports.autosign.identities();
          return ({ name }) => now.get(name);
        },
      };
    },
  };
}

const fault = (pointer: string, message: string) => ({ faults: [{ pointer, message }] });

function specSchema(kind: (typeof KINDS)[number]): JsonSchema {
  const { name: _, ...properties } = autosignRuleSchemas[kind].properties as Record<string, JsonSchema>;
  return {
    ...autosignRuleSchemas[kind],
    required: autosignRuleSchemas[kind].required.filter((key) => key !== "name" && key !== "sha256"),
    properties: kind === "token" ? { ...properties, secret: secretSchema("What hosts tell.") } : properties,
  };
}

function ruleOf({ name, spec }: Document, given: Given): AutosignRule {
  const { secret, ...same } = spec as Spec;
  const sha256 =
    secret === undefined ? {} : { sha256: createHash("sha256").update(secretOf(given, secret)).digest("hex") };
  return { ...same, ...sha256, name } as AutosignRule;
}

/** With what counts where it is left out, so that saying it changes nothing. */
const whole = (rule: AutosignRule): Readonly<Record<string, unknown>> => ({
  profile: "puppet",
  ...(rule.kind === "token" ? { uses: 1, readmit: false } : {}),
  ...rule,
});

/** A weak secret could be found by its hash, and a pre-shared key that stood in a rule is one. */
const shownChange =
  (before: AutosignRule) =>
  (change: FieldChange): FieldChange => {
    if (change.field === "sha256") return { field: "secret", secret: true };
    const wasSecret = before.kind === "extension" && isSecretExtension(before.extension);
    return wasSecret && change.field === "value" ? { field: "value", secret: true } : change;
  };
