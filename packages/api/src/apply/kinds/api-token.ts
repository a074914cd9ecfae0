import { type ApiToken, type Role, roles, tokenFault } from "@gatehouse/core/access";
import { atDocument } from "../faults.js";
import {
  type Document,
  type DocumentKind,
  type FieldChange,
  type SecretSource,
  secretOf,
  secretSchema,
} from "../kind.js";

interface Spec {
  readonly role: Role;
  readonly expires?: string;
  readonly secret: SecretSource;
}

const specOf = ({ spec }: Pick<Document, "spec">) => spec as unknown as Spec;
const endOf = ({ expires }: Spec): Date | undefined => (expires === undefined ? undefined : new Date(expires));

const liveOf = (tokens: readonly ApiToken[]) =>
  new Map(tokens.filter(({ revokedAt }) => revokedAt === null).map((token) => [token.name, token]));

/** An operator's token, whose secret somebody else made. */
export function apiTokenKind(now: () => Date): DocumentKind {
  return {
    kind: "ApiToken",
    description: "A token for the API and the command.",
    name: { type: "string", pattern: "^[A-Za-z0-9._-]{1,100}$", description: "What the audit trail calls its holder." },
    spec: {
      type: "object",
      additionalProperties: false,
      required: ["role", "secret"],
      properties: {
        role: { enum: roles, description: "Each includes those before it." },
        expires: {
          type: "string",
          format: "date-time",
          maxLength: 40,
          description: "Such as `2027-01-31T00:00:00Z`; never when left out.",
        },
        secret: secretSchema("The token's text: 20 to 512 characters, such as `openssl rand -hex 32` prints."),
      },
    },
    secrets: ["secret"],

    check(document, given) {
      const spec = specOf(document);
      const fault = tokenFault({ name: document.name, secret: secretOf(given, spec.secret) });
      if (fault !== undefined) return { faults: [{ pointer: "/spec/secret", message: fault }] };
      const end = endOf(spec);
      return end !== undefined && end <= now() ? { warnings: ["It has expired: nobody gets in with it."] } : {};
    },

    async open({ ports: { tokens }, given }) {
      const live = liveOf(await tokens.list());
      return {
        async compare(document) {
          const found = live.get(document.name);
          if (found === undefined) return undefined;
          const spec = specOf(document);
          const [was, is] = [found.expiresAt ?? undefined, endOf(spec)];
          const changes: FieldChange[] = [];
          if (found.role !== spec.role) changes.push({ field: "role", before: found.role, after: spec.role });
          if (was?.getTime() !== is?.getTime()) changes.push({ field: "expires", before: was, after: is });
          // One that has expired is found by nobody; it is as good as any other.
          const isLive = was === undefined || was > now();
          if (isLive && (await tokens.find(secretOf(given, spec.secret)))?.id !== found.id)
            changes.push({ field: "secret", secret: true });
          return changes;
        },

        async change(put, remove) {
          for (const { name } of remove) {
            const token = live.get(name);
            // By its id: a name may look like one.
            if (token !== undefined) await tokens.revoke(token.id);
          }
          for (const document of put) {
            const spec = specOf(document);
            const end = endOf(spec);
            const wanted = { name: document.name, role: spec.role, secret: secretOf(given, spec.secret) };
            await atDocument(document, "/spec/secret", () =>
              tokens.ensure({ ...wanted, ...(end === undefined ? {} : { expiresAt: end }) }),
            );
          }
        },

        async identities() {
          const now = liveOf(await tokens.list());
          return ({ name }) => now.get(name)?.id;
        },
      };
    },
  };
}
