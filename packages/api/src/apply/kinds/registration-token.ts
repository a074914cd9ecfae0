import type { NewRegistrationToken, RegistrationToken } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { MOST_USES, TAG, TOKEN_NAME, UUID } from "../../models/agent-access.js";
import { registrationSecretOf } from "../../registration-secret.js";
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
  readonly tag?: string;
  readonly agent?: string;
  readonly uses?: number;
  readonly expires?: string;
  readonly secret: SecretSource;
}

type Said = Pick<Document, "name" | "spec">;

function factsOf({ name, spec }: Said): Omit<NewRegistrationToken, "secret"> {
  const { tag = null, agent, uses = null, expires } = spec as unknown as Spec;
  const expiresAt = expires === undefined ? null : new Date(expires);
  return { name, tag, agent: agent?.toLowerCase() ?? null, mostUses: uses, expiresAt };
}

const tokenOf = (document: Said, given: Given): NewRegistrationToken => ({
  ...factsOf(document),
  secret: registrationSecretOf(textOf(document, given)),
});

const textOf = ({ spec }: Said, given: Given): string => secretOf(given, (spec as unknown as Spec).secret);

const liveOf = (tokens: readonly RegistrationToken[]) =>
  new Map(tokens.filter(({ revokedAt }) => revokedAt === null).map((token) => [token.name, token]));

/** What GLPI agents register with. One that changes ends with all its keys: they were given for what it said before. */
export function registrationTokenKind(now: () => Date): DocumentKind {
  return {
    kind: "RegistrationToken",
    description: "A secret that GLPI agents register with (REGISTER).",
    name: { type: "string", pattern: TOKEN_NAME, description: "What the token is called here." },
    spec: {
      type: "object",
      additionalProperties: false,
      required: ["secret"],
      properties: {
        tag: { type: "string", ...TAG, description: "Only for agents that say this tag." },
        agent: { type: "string", pattern: UUID, description: "The agentid of the one agent or proxy that has it." },
        uses: { type: "integer", minimum: 1, maximum: MOST_USES, description: "Registrations that it is good for." },
        expires: {
          type: "string",
          format: "date-time",
          maxLength: 40,
          description: "Such as `2027-01-31T00:00:00Z`; never when left out.",
        },
        secret: secretSchema("A random UUID, such as `uuidgen -r` prints."),
      },
    },
    secrets: ["secret"],

    check(document, given) {
      try {
        const { expiresAt } = tokenOf(document, given);
        return expiresAt !== null && expiresAt <= now()
          ? { warnings: ["It has expired: nobody registers with it."] }
          : {};
      } catch (thrown) {
        if (!(thrown instanceof GatehouseError)) throw thrown;
        return { faults: [{ pointer: "/spec/secret", message: thrown.message }] };
      }
    },

    async open({ ports: { registrationTokens }, given, actor }) {
      const live = liveOf(await registrationTokens.list());
      const secrets = new Map((await registrationTokens.usable()).map(({ id, secret }) => [id, secret]));
      const revoke = async (name: string) => {
        const token = live.get(name);
        // By its id: a name may look like one.
        if (token !== undefined) await registrationTokens.revoke(token.id);
      };
      return {
        async compare(document) {
          const found = live.get(document.name);
          if (found === undefined) return undefined;
          const token = factsOf(document);
          const changes: FieldChange[] = [];
          for (const [field, before, after] of [
            ["tag", found.tag, token.tag],
            ["agent", found.agent, token.agent],
            ["uses", found.mostUses, token.mostUses],
            ["expires", found.expiresAt?.toISOString() ?? null, token.expiresAt?.toISOString() ?? null],
          ] as const)
            if (before !== after) changes.push({ field, before, after });
          // Of one that has expired or is used up no secret is compared: nobody gets in with it.
          const secret = secrets.get(found.id);
          // Of one that goes, no secret is at hand.
          const text = textOf(document, given);
          if (secret !== undefined && !(text !== "" && registrationSecretOf(text).equals(secret)))
            changes.push({ field: "secret", secret: true });
          return changes;
        },

        async change(put, remove) {
          // First all that goes: a secret may have got another name.
          for (const { name } of [...remove, ...put]) await revoke(name);
          for (const document of put)
            await atDocument(document, "/spec/secret", () => registrationTokens.add(tokenOf(document, given), actor));
        },

        async identities() {
          const now = liveOf(await registrationTokens.list());
          return ({ name }) => now.get(name)?.id;
        },
      };
    },
  };
}
