import { type Credential, type CredentialKind, credentialFault, credentialKinds } from "@gatehouse/core/credentials";
import type { JsonSchema } from "../../operation/schema.js";
import { atDocument } from "../faults.js";
import {
  type Document,
  type DocumentKind,
  type FieldChange,
  type Given,
  type SecretSource,
  secretOf,
  secretSchema,
} from "../kind.js";

interface Spec {
  readonly kind: CredentialKind;
  readonly username?: string;
  readonly secret: SecretSource;
}

function credentialOf({ name, spec }: Pick<Document, "name" | "spec">, given: Given): Credential {
  const { kind, username = null, secret } = spec as unknown as Spec;
  return { name, kind, username, secret: secretOf(given, secret) };
}

/** A named secret of jobs. */
export function credentialKind(): DocumentKind {
  return {
    kind: "Credential",
    description: "What jobs get in with: a login with its password, or an SNMP community.",
    name: { type: "string", minLength: 1, maxLength: 100, description: "What jobs name it by." },
    spec: { by: "kind", schemas: Object.fromEntries(credentialKinds.map((kind) => [kind, specSchema(kind)])) },
    secrets: ["secret"],

    check(document, given) {
      const fault = credentialFault(credentialOf(document, given));
      return fault === undefined ? {} : { faults: [{ pointer: "/spec", message: fault }] };
    },

    async open({ ports: { credentials }, given, actor }) {
      return {
        async compare(document) {
          const before = await credentials.get(document.name);
          if (before === undefined) return undefined;
          const after = credentialOf(document, given);
          const changes: FieldChange[] = [];
          for (const field of ["kind", "username"] as const)
            if (before[field] !== after[field]) changes.push({ field, before: before[field], after: after[field] });
          if (before.secret !== after.secret) changes.push({ field: "secret", secret: true });
          return changes;
        },

        async change(put, remove) {
          for (const { name } of remove) await credentials.remove(name);
          for (const document of put)
            await atDocument(document, "/spec", () => credentials.put(credentialOf(document, given), actor));
        },

        async identities() {
          const now = await credentials.identities();
          return ({ name }) => now.get(name);
        },
      };
    },
  };
}

const specSchema = (kind: CredentialKind): JsonSchema => ({
  type: "object",
  additionalProperties: false,
  required: kind === "password" ? ["kind", "username", "secret"] : ["kind", "secret"],
  properties: {
    kind: { const: kind },
    ...(kind === "password" ? { username: { type: "string", minLength: 1, maxLength: 256 } } : {}),
    secret: secretSchema(kind === "password" ? "The password." : "The community."),
  },
});
