import type { AuthorizationRule } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AuthorizationForOperators, configuredElsewhere } from "../../authorization.js";
import type { ProtocolForOperators } from "../../deps.js";
import type { JsonSchema } from "../../operation/schema.js";
import { differences } from "../differences.js";
import { atDocument } from "../faults.js";
import type { Document, DocumentKind } from "../kind.js";

function ruleOf({ name, spec }: Pick<Document, "name" | "spec">): AuthorizationRule {
  const { protocol, ...rule } = spec;
  return { name, protocol: String(protocol), spec: rule };
}

/** Who may call what of an agent's protocol. */
export function authorizationRuleKind(
  protocols: readonly ProtocolForOperators[],
  authorization: Pick<AuthorizationForOperators, "rules">,
): DocumentKind {
  const known = new Map(
    protocols.flatMap(({ id, authorizationRules }) =>
      authorizationRules === undefined ? [] : [[id, authorizationRules] as const],
    ),
  );
  return {
    kind: "AuthorizationRule",
    description:
      "Who may call what of an agent's protocol: a rule as its configuration has it, such as one of auth.conf.",
    name: {
      type: "string",
      minLength: 1,
      maxLength: 512,
      description: "Unique; the name of a default rule takes that one's place.",
    },
    spec: {
      by: "protocol",
      schemas: Object.fromEntries([...known].map(([id, { schema }]) => [id, specSchema(id, schema as JsonSchema)])),
    },

    check(document) {
      const { name, protocol, spec } = ruleOf(document);
      try {
        known.get(protocol)?.check(name, spec);
        return {};
      } catch (thrown) {
        if (!(thrown instanceof GatehouseError)) throw thrown;
        return { faults: [{ pointer: "/spec", message: thrown.message }] };
      }
    },

    async open({ ports, actor }) {
      const configured = new Set(
        (await authorization.rules()).filter(({ origin }) => origin === "configuration").map(({ name }) => name),
      );
      const stored = new Map((await ports.authorizationRules.list()).map((rule) => [rule.name, rule]));
      return {
        async compare(document) {
          const before = stored.get(document.name);
          if (before === undefined) return undefined;
          const after = ruleOf(document);
          return differences(
            { protocol: before.protocol, ...before.spec },
            { protocol: after.protocol, ...after.spec },
          );
        },

        async change(put, remove) {
          for (const { name } of remove) await ports.authorizationRules.remove(name);
          for (const document of put)
            await atDocument(document, "/name", async () => {
              if (configured.has(document.name)) throw configuredElsewhere();
              await ports.authorizationRules.put(ruleOf(document), actor);
            });
        },

        async identities() {
          const now = await ports.authorizationRules.identities();
          return ({ name }) => now.get(name);
        },
      };
    },
  };
}

function specSchema(protocol: string, schema: JsonSchema): JsonSchema {
  const { properties, required } = schema as { properties: JsonSchema; required: readonly string[] };
  return {
    ...schema,
    required: ["protocol", ...required],
    properties: { protocol: { const: protocol }, ...properties },
  };
}
